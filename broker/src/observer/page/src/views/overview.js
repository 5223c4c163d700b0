// The last ten minutes, the hosts, and the processes.
import { useState } from 'preact/hooks';
import { html } from '../html.js';
import { bytes, count, percent, short } from '../format.js';
import { Chart } from '../chart.js';
import { Table } from '../table.js';

const state_word = { leader: 'leader', worker: 'worker', suspect: 'suspect: silent', draining: 'draining' };

function Host({ host, admin, drain }) {
  return html`<li class=${'card ' + host.role}>
    <header><h3>${host.name}</h3><span class="state">${state_word[host.role] ?? host.role}</span></header>
    <dl>
      <div><dt>actors</dt><dd>${count(host.actors)}</dd></div>
      <div><dt>handled</dt><dd>${short(host.rate)}/s</dd></div>
      <div><dt>waiting</dt><dd>${count(host.waiting)}</dd></div>
      <div><dt>dropped</dt><dd class=${host.frames_dropped ? 'look' : ''}>${count(host.frames_dropped)}</dd></div>
      <div><dt>refused</dt><dd class=${host.connections_refused ? 'look' : ''}>${count(host.connections_refused)}</dd></div>
      <div><dt>queued</dt><dd>${bytes(host.bytes_queued)}</dd></div>
    </dl>
    <p class="capabilities">${Object.entries(host.capabilities).map(([key, value]) => html`<span class="tag">${key}=${String(value)}</span>`)}</p>
    <footer><span>${host.id} · ${host.version}${host.endpoints.length ? ' · ' + host.endpoints.join(', ') : ''}</span>
      ${admin && host.role === 'worker' && html`<button onClick=${() => drain(host)}>drain…</button>`}</footer>
  </li>`;
}

const process_columns = [
  { key: 'process', head: 'Process', class: 'mono' },
  { key: 'host', head: 'Host' },
  { key: 'program', head: 'Program', cell: (row) => row.program + (row.isolated ? ' of ' + row.isolated : '') },
  { key: 'actors', head: 'Actors', number: true, cell: (row) => count(row.actors) },
  { key: 'rate', head: 'Handled/s', number: true, cell: (row) => short(row.rate) },
  { key: 'waiting', head: 'Waiting', number: true, cell: (row) => count(row.waiting) },
  { key: 'in_flight', head: 'In flight', number: true, cell: (row) => count(row.in_flight), head_title: 'Messages to other processes that are not known to have arrived' },
  { key: 'cpu', head: 'CPU', number: true, cell: (row) => percent(row.cpu) },
  { key: 'memory', head: 'Memory', number: true, cell: (row) => bytes(row.memory) },
  { key: 'files', head: 'Files', number: true, cell: (row) => count(row.files) },
  { key: 'dead_letters', head: 'Dead letters', number: true, cell: (row) => html`<span class=${row.dead_letters ? 'look' : ''}>${count(row.dead_letters)}</span>` },
  { key: 'silent', head: 'State', cell: (row) => (row.silent ? html`<span class="alarm">silent</span>` : 'answers') },
];

export function Overview({ seen, theme, drain }) {
  const { snapshot, history } = seen;
  const [host, set_host] = useState('');
  const shown = host && history.hosts[host] ? history.hosts[host] : history;
  return html`
    <section aria-labelledby="rates">
      <div class="bar"><h2 id="rates">The last ten minutes</h2>
        <label>of <select value=${host} onChange=${(event) => set_host(event.target.value)}>
          <option value="">all hosts</option>${Object.keys(history.hosts).sort().map((name) => html`<option value=${name}>${name}</option>`)}
        </select></label></div>
      <div class="charts">
        <${Chart} title="messages handled per second" at_ms=${history.at_ms} values=${shown.rate} tone="accent" theme=${theme} />
        <${Chart} title="messages waiting" at_ms=${history.at_ms} values=${shown.waiting} tone="warm" theme=${theme} />
        <${Chart} title="dead letters per second, of all" at_ms=${history.at_ms} values=${history.dead_rate} tone="bad" theme=${theme} />
      </div>
    </section>
    <section aria-labelledby="hosts"><h2 id="hosts">Hosts</h2>
      <ul class="cards">${snapshot.hosts.map((each) => html`<${Host} key=${each.id} host=${each} admin=${snapshot.admin} drain=${drain} />`)}</ul></section>
    <section aria-labelledby="processes"><h2 id="processes">Processes</h2>
      <${Table} columns=${process_columns} rows=${snapshot.processes} id=${(row) => row.process} sort="-rate" caption="Processes" empty="no process has registered" /></section>`;
}
