// The live page of a convention: what is shown, and how one gets about in it.
import 'uplot/dist/uPlot.min.css';
import './app.css';
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { connect } from './live.js';
import { count, short } from './format.js';
import { apply_theme, current_theme, next_theme } from './theme.js';
import { Help, Question } from './dialogs.js';
import { Overview } from './views/overview.js';
import { Flow } from './views/flow.js';
import { Actors } from './views/actors.js';
import { Types } from './views/types.js';
import { DeadLetters } from './views/dead_letters.js';
import { Log } from './views/log.js';

const views = [
  { id: 'overview', name: 'Overview', view: Overview },
  { id: 'flow', name: 'Flow', view: Flow },
  { id: 'actors', name: 'Actors', view: Actors },
  { id: 'types', name: 'Types', view: Types },
  { id: 'dead-letters', name: 'Dead letters', view: DeadLetters },
  { id: 'log', name: 'Log', view: Log },
];
const view_of_address = () => views.find((each) => '#' + each.id === location.hash)?.id ?? 'overview';

const State = ({ seen }) =>
  html`<span class=${'pill ' + seen.state} role="status">${seen.state === 'live' ? 'live' : seen.state === 'connecting' ? 'connecting' : 'reconnecting'}</span>`;

function Totals({ totals }) {
  const tiles = [
    ['hosts', count(totals.hosts)],
    ['processes', count(totals.processes)],
    ['actors', short(totals.actors)],
    ['messages/s', short(totals.rate)],
    ['waiting', short(totals.waiting)],
    ['dead letters', short(totals.dead_letters), totals.dead_rate > 0],
  ];
  return html`<dl class="totals">${tiles.map(([name, value, alarming]) => html`<div class=${alarming ? 'alarming' : ''}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function App() {
  const [seen, set_seen] = useState({ snapshot: null, history: null, log: [], state: 'connecting', problem: '' });
  const [view, set_view] = useState(view_of_address());
  const [theme, set_theme] = useState(current_theme());
  const [question, set_question] = useState(null);
  const [help, set_help] = useState(false);
  const [system_dark, set_system_dark] = useState(matchMedia('(prefers-color-scheme: dark)').matches);
  const connection = useRef(null);
  const tabs = useRef(null);

  const go = (id) => {
    history.replaceState(null, '', '#' + id);
    set_view(id);
  };
  useEffect(() => {
    connection.current = connect(set_seen);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => set_system_dark(dark.matches));
    addEventListener('hashchange', () => set_view(view_of_address()));
    return () => connection.current.close();
  }, []);
  useEffect(() => connection.current.ask_for_actors(view === 'actors'), [view]);
  useEffect(() => apply_theme(theme), [theme]);
  useEffect(() => {
    const on_key = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || question || help) return;
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
      if (event.key >= '1' && event.key <= String(views.length)) go(views[Number(event.key) - 1].id);
      else if (event.key === 't') set_theme(next_theme);
      else if (event.key === '?') set_help(true);
      else if (event.key === '/') {
        event.preventDefault();
        document.getElementById('filter')?.focus();
      }
    };
    addEventListener('keydown', on_key);
    return () => removeEventListener('keydown', on_key);
  }, [question, help]);

  const on_tab_key = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = views[(views.findIndex((each) => each.id === view) + step + views.length) % views.length];
    go(next.id);
    tabs.current.querySelector('#tab-' + next.id).focus();
  };
  const drain = (host) => set_question({ title: 'Drain ' + host.name + '?', text: `No more actors are placed on ${host.name}. What waits there is worked off, then its ${count(host.actors)} actors end, and the host with them.`, button: 'Drain and end it', path: '/api/hosts/drain', body: { host: host.name }, seconds: true });
  const end_actor = (actor) => set_question({ title: 'Ask ' + actor.type + ' to exit?', text: `It ends, and its children with it. What waits in its mailbox (${count(actor.waiting)} messages) becomes dead letters, and whoever watches it is told. ${actor.address}`, button: 'Ask it to exit', path: '/api/actors/exit', body: { address: actor.address } });

  const { snapshot } = seen;
  const shown = views.find((each) => each.id === view);
  const drawn_theme = theme + (theme === 'system' ? system_dark : '');
  return html`<a class="skip" href="#main">skip to what is shown</a>
    <header class="top">
      <h1><span class="mark" aria-hidden="true">◐</span> Zanni ${snapshot && html`<span class="quiet">${snapshot.leader ? 'convention of ' + snapshot.leader : 'convention without a leader'}</span>`}</h1>
      <${State} seen=${seen} />
      <button class="plain" onClick=${() => set_theme(next_theme)} aria-label=${'colours: ' + theme + '; change'}>${{ system: '◑ system', light: '☀ light', dark: '☾ dark' }[theme]}</button>
      <button class="plain" onClick=${() => set_help(true)} aria-label="keys">?</button>
    </header>
    ${seen.problem && html`<p class="problem" role="alert">${seen.problem}</p>`}
    ${!snapshot
      ? html`<p class="waiting-for">Waiting for the observer…</p>`
      : html`<div class=${seen.state === 'live' ? '' : 'stale'}>
        <${Totals} totals=${snapshot.totals} />
        <nav><div class="tabs" role="tablist" aria-label="Views" ref=${tabs} onKeyDown=${on_tab_key}>${views.map((each) => html`<button role="tab" id=${'tab-' + each.id} aria-selected=${view === each.id} aria-controls="main" tabindex=${view === each.id ? 0 : -1} onClick=${() => go(each.id)}>${each.name}${each.id === 'dead-letters' && snapshot.totals.dead_letters > 0 ? html` <span class="badge">${short(snapshot.totals.dead_letters)}</span>` : ''}</button>`)}</div></nav>
        <main id="main" role="tabpanel" aria-labelledby=${'tab-' + view} tabindex="-1"><${shown.view} seen=${seen} theme=${drawn_theme} drain=${drain} end_actor=${end_actor} /></main>
        <footer class="foot">seen from ${snapshot.host}, version ${snapshot.version}, at ${new Date(snapshot.at_ms).toLocaleTimeString('en-GB')} · <a href="/metrics">metrics</a> · <a href="/api/snapshot">JSON</a></footer>
      </div>`}
    ${question && html`<${Question} question=${question} done=${() => set_question(null)} />`}
    ${help && html`<${Help} done=${() => set_help(false)} />`}`;
}

render(html`<${App} />`, document.getElementById('app'));
