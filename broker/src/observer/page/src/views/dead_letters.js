// What could not be delivered, and why.
import { html } from '../html.js';
import { ago, count } from '../format.js';
import { Table } from '../table.js';

const meaning = {
  dead_target: 'the actor had ended',
  no_address: 'sent to an address that names nobody',
  overloaded: 'there was no room for it',
  host_lost: 'the host it was for is gone',
  window_timeout: 'the other process took nothing for a minute',
  unknown_delivery: 'it may have arrived, or not',
  too_large: 'larger than messages may be',
  superseded: 'a newer one took its place, as the mailbox is set',
  shut_down: 'the process was ending',
};

const columns = [
  { key: 'ago_s', head: 'Ago', number: true, cell: (row) => ago(row.ago_s) },
  { key: 'count', head: 'Count', number: true, cell: (row) => count(row.count) },
  { key: 'reason', head: 'Reason' },
  { key: 'message', head: 'Message', cell: (row) => row.message || 'unknown here' },
  { key: 'to', head: 'To', class: 'mono' },
  { key: 'from', head: 'From', class: 'mono', cell: (row) => row.from || '–' },
  { key: 'host', head: 'Host' },
  { key: 'process', head: 'Process', class: 'mono' },
];

export function DeadLetters({ seen }) {
  const { reasons, latest } = seen.snapshot.dead_letters;
  return html`<section aria-labelledby="dead"><h2 id="dead">Dead letters</h2>
    ${Object.keys(reasons).length === 0
      ? html`<p class="note">Every message so far has reached whom it was for.</p>`
      : html`<ul class="reasons">${Object.entries(reasons).sort((a, b) => b[1] - a[1]).map(([reason, number]) => html`<li><strong>${count(number)}</strong> ${reason}<span class="quiet">${meaning[reason] ? ': ' + meaning[reason] : ''}</span></li>`)}</ul>`}
    <${Table} columns=${columns} rows=${latest} id=${(row) => row.process + row.to + row.message + row.reason + row.from} sort="ago_s" caption="The latest dead letters" empty="none lately" /></section>`;
}
