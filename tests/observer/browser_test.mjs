// The live page in a real browser, against a real convention of three hosts: ping-pong runs, a process is killed, and the
// page shows it within two seconds. Screenshots stay as artefacts.
// usage: node browser_test.mjs ZANNI ECHO_MODULE PICTURES_FOLDER
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import puppeteer from 'puppeteer-core';

const [zanni, module, pictures] = process.argv.slice(2);
const deadline_ms = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'zanni-page-'));
mkdirSync(pictures, { recursive: true });
const children = [];

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
async function eventually(what, holds, within_ms = deadline_ms) {
  const until = Date.now() + within_ms;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > until) throw new Error('did not happen within ' + within_ms + ' ms: ' + what);
    await sleep(20);
  }
}

function start(name, args) {
  const child = spawn(zanni, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.text = '';
  child.stdout.on('data', (text) => (child.text += text));
  child.stderr.on('data', (text) => (child.text += text));
  child.label = name;
  children.push(child);
  return child;
}

async function start_host(name, args) {
  const ready = join(folder, name + '.ready');
  const child = start(name, [...args, '--name', name, '--state', join(folder, name), '--load', module, '--ready-file', ready]);
  await eventually(name + ' is ready', () => existsSync(ready) && readFileSync(ready, 'utf8').trim());
  return { child, endpoint: readFileSync(ready, 'utf8').trim() };
}

const text_of = (page) => page.evaluate(() => document.body.innerText);
const checks = [];
const check = (name, run) => checks.push({ name, run });

async function picture(page, name) {
  await page.screenshot({ path: join(pictures, name + '.png') });
}

check('three hosts, their processes and the rates are shown', async ({ page }) => {
  await eventually('three hosts', async () => (await page.$$('.card')).length === 3);
  await eventually('a rate', async () => /[\d.]+ [kM]\/s/.test(await text_of(page)));
  assert.match(await text_of(page), /convention of alpha/);
  assert.equal(await page.$eval('.pill', (pill) => pill.textContent), 'live');
  await sleep(4000); // for a curve that can be looked at
  await picture(page, 'overview-light');
});

check('every view has something to show', async ({ page }) => {
  for (const [key, sign, name] of [['2', 'canvas', 'flow'], ['3', 'td .type', 'actors'], ['4', 'tbody tr:nth-child(2)', 'types'], ['5', '#dead', 'dead-letters'], ['6', '.log li', 'log']]) {
    await page.keyboard.press(key);
    await eventually(name, () => page.$(sign));
    await sleep(1200);
    await picture(page, name + '-light');
  }
  await page.keyboard.press('3');
  await eventually('the echo actors', async () => /echo\.EchoServer/.test(await text_of(page)) && /echo\.EchoRequestor/.test(await text_of(page)));
});

check('a filter finds an actor, and its end can be asked for', async ({ page }) => {
  await page.keyboard.press('3');
  await eventually('rows', () => page.$('td .type'));
  await page.keyboard.press('/');
  await page.keyboard.type('echorequestor');
  await eventually('only the requestor', async () => {
    const types = await page.$$eval('td .type', (all) => all.map((each) => each.textContent));
    return types.length > 0 && types.every((type) => type.includes('EchoRequestor'));
  });
  await page.click('td button');
  await eventually('a question', () => page.$('dialog[open]'));
  assert.match(await text_of(page), /becomes dead letters/);
  await picture(page, 'question-light');
  await page.keyboard.press('Escape');
  await eventually('no question', async () => !(await page.$('dialog[open]')));
  await page.$eval('#filter', (input) => (input.value = ''));
});

check('the keyboard alone reaches everything', async ({ page }) => {
  await page.goto(page.url().replace(/#.*/, ''));
  await eventually('the page', () => page.$('.card'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  for (let i = 0; i < 12 && (await page.evaluate(() => document.activeElement.getAttribute('role'))) !== 'tab'; ++i) await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-flow');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.$eval('[aria-selected=true]', (tab) => tab.id), 'tab-overview');
  await page.keyboard.press('?');
  await eventually('help', () => page.$('dialog[open]'));
  await page.keyboard.press('Escape');
});

check('a phone shows it without scrolling sideways, in dark too', async ({ page }) => {
  await page.setViewport({ width: 360, height: 780, deviceScaleFactor: 2 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  for (const key of ['1', '2', '3', '4', '5', '6']) {
    await page.keyboard.press(key);
    await sleep(300);
    const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= seen, `view ${key} is ${wide} wide on a phone of ${seen}`);
  }
  await page.keyboard.press('1');
  await sleep(1200);
  await picture(page, 'phone-dark');
  await page.setViewport({ width: 1280, height: 860 });
  await sleep(1200);
  await picture(page, 'overview-dark');
  await page.keyboard.press('2');
  await sleep(1200);
  await picture(page, 'flow-dark');
  await page.keyboard.press('1');
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
});

check('a process that is killed is gone from the page within two seconds', async ({ page, url }) => {
  const before = (await (await fetch(url + 'api/snapshot')).json()).processes.find((each) => each.host === 'gamma');
  process.kill(before.pid, 'SIGKILL');
  const killed = Date.now();
  await eventually('another process in its place', async () => {
    const rows = await page.$$eval('main table tbody tr', (all) => all.map((row) => row.innerText));
    return rows.length >= 3 && !rows.some((row) => row.startsWith(before.process + '\t'));
  }, 2000);
  console.log(`  (after ${Date.now() - killed} ms)`);
});

check('nothing is loaded from elsewhere, and nothing is complained of', async ({ complaints, requests, url }) => {
  assert.deepEqual(complaints, []);
  assert.ok(requests.length > 2 && requests.every((each) => each.startsWith(url) || each.startsWith('data:')), requests.join(' '));
});

check('when the observer goes, the page says so, and shows what it knew', async ({ page, alpha }) => {
  alpha.child.kill('SIGTERM');
  await eventually('reconnecting', async () => (await page.$eval('.pill', (pill) => pill.textContent)) === 'reconnecting');
  assert.equal((await page.$$('.card')).length >= 1, true);
  await picture(page, 'away-light');
});

let browser;
let failed = 0;
try {
  const alpha = await start_host('alpha', ['broker', '--listen', 'tcp://127.0.0.1:*', '--http', '127.0.0.1:0', '--http-admin', '--capability', 'Server=true']);
  const url = alpha.child.text.match(/observer at (\S+)/)[1];
  await start_host('beta', ['host', '--join', alpha.endpoint, '--capability', 'Client=true']);
  await start_host('gamma', ['host', '--join', alpha.endpoint, '--capability', 'GPU=true']);
  start('bench', ['bench', 'ping-pong', '--join', alpha.endpoint, '--in-flight', '50', '--count', '100000000', '--timeout', '600']);
  browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  const page = await browser.newPage();
  const complaints = [];
  const requests = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.setViewport({ width: 1280, height: 860 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
  await page.goto(url);
  for (const { name, run } of checks) {
    try {
      await run({ page, url, alpha, complaints, requests });
      console.log('ok    ' + name);
    } catch (error) {
      ++failed;
      console.log('FAIL  ' + name + '\n      ' + error.message);
      await picture(page, 'failed-' + failed);
    }
  }
} catch (error) {
  ++failed;
  console.log('FAIL  ' + error.stack);
  for (const child of children) console.log(child.label + ':\n' + child.text);
} finally {
  await browser?.close();
  for (const child of children.reverse()) child.kill('SIGTERM');
  await Promise.all(children.map((child) => child.exitCode !== null || child.signalCode !== null || new Promise((done) => child.once('exit', done))));
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
