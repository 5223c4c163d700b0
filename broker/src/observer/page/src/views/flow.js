// What processes send each other.
import { html } from '../html.js';
import { bytes, count, short } from '../format.js';
import { Graph } from '../graph.js';
import { Table } from '../table.js';

const columns = [
  { key: 'from', head: 'From', class: 'mono' },
  { key: 'to', head: 'To', class: 'mono' },
  { key: 'way', head: 'Way', cell: (row) => (row.lane ? 'lane' : 'brokers'), by: (row) => (row.lane ? 1 : 0) },
  { key: 'bytes_rate', head: 'Bytes/s', number: true, cell: (row) => bytes(row.bytes_rate) },
  { key: 'frames_rate', head: 'Batches/s', number: true, cell: (row) => short(row.frames_rate) },
  { key: 'waiting', head: 'Waiting', number: true, cell: (row) => bytes(row.waiting) },
  { key: 'unacknowledged', head: 'Unacknowledged', number: true, cell: (row) => bytes(row.unacknowledged) },
  { key: 'resent', head: 'Sent again', number: true, cell: (row) => count(row.resent) },
];

export function Flow({ seen, theme }) {
  return html`<section aria-labelledby="flow"><div class="bar"><h2 id="flow">Who sends how much to whom</h2>
      <p class="note legend"><span class="line brokers"></span> by the brokers <span class="line lane"></span> by a lane, past them</p></div>
    <${Graph} snapshot=${seen.snapshot} theme=${theme} />
    <${Table} columns=${columns} rows=${seen.snapshot.flows} id=${(row) => row.from + row.to} sort="-bytes_rate" caption="Flows" empty="no process has sent anything to another" />
  </section>`;
}
