// Actor types: how many, how busy, how long their handlers take.
import { html } from '../html.js';
import { count, micros, percent, short } from '../format.js';
import { Table } from '../table.js';

const columns = [
  { key: 'name', head: 'Type' },
  { key: 'actors', head: 'Actors', number: true, cell: (row) => count(row.actors) },
  { key: 'rate', head: 'Handled/s', number: true, cell: (row) => short(row.rate) },
  { key: 'waiting', head: 'Waiting', number: true, cell: (row) => count(row.waiting) },
  { key: 'deepest', head: 'Fullest mailbox', number: true, cell: (row) => count(row.deepest) },
  { key: 'p50_us', head: 'Handler p50', number: true, cell: (row) => micros(row.p50_us) },
  { key: 'p99_us', head: 'p99', number: true, cell: (row) => micros(row.p99_us) },
  { key: 'cpu', head: 'Time in handlers', number: true, cell: (row) => percent(row.cpu), head_title: 'Of one core' },
];

export function Types({ seen }) {
  return html`<section aria-labelledby="types"><h2 id="types">Actor types</h2>
    <${Table} columns=${columns} rows=${seen.snapshot.types} id=${(row) => row.name} sort="-rate" caption="Actor types" empty="no actor has run" />
    <p class="note">Handler times since the processes began; of a busy worker one message in 64 stands for the others.</p></section>`;
}
