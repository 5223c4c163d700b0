// A table that is sorted by its heads, and that scrolls by itself where the page is narrow.
import { useState } from 'preact/hooks';
import { html } from './html.js';

/**
 * columns: [{key, head, cell?: row => vnode, by?: row => sortable, number?: bool, head_title?}].
 * `sort`: key of the column that it is sorted by at first, a leading '-' for the largest first.
 */
export function Table({ columns, rows, id, sort = '', empty = 'none', caption, rows_max = 500 }) {
  const [order, set_order] = useState(sort);
  const key = order.replace('-', '');
  const column = columns.find((each) => each.key === key);
  const by = column?.by ?? ((row) => row[key]);
  const sorted = column ? [...rows].sort((a, b) => compare(by(a), by(b)) * (order.startsWith('-') ? -1 : 1)) : rows;
  const turn = (each) => set_order(order === '-' + each.key ? each.key : order === each.key ? '-' + each.key : (each.number ? '-' : '') + each.key);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="hidden">${caption}</caption>
      <thead><tr>${columns.map((each) => html`<th
        class=${each.number ? 'number' : ''}
        aria-sort=${key === each.key ? (order.startsWith('-') ? 'descending' : 'ascending') : 'none'}
        title=${each.head_title}><button onClick=${() => turn(each)}>${each.head}<span aria-hidden="true" class="arrow">${key === each.key ? (order.startsWith('-') ? '▾' : '▴') : ''}</span></button></th>`)}</tr></thead>
      <tbody>${sorted.slice(0, rows_max).map((row) => html`<tr key=${id(row)}>${columns.map((each) => html`<td
        class=${(each.number ? 'number ' : '') + (each.class ?? '')}>${each.cell ? each.cell(row) : row[each.key]}</td>`)}</tr>`)}
      ${rows.length === 0 && html`<tr><td class="nothing" colspan=${columns.length}>${empty}</td></tr>`}</tbody>
    </table>
    ${sorted.length > rows_max && html`<p class="note">and ${sorted.length - rows_max} more; the filter finds them</p>`}
  </div>`;
}

function compare(a, b) {
  if (typeof a === 'number' || typeof b === 'number') return (a ?? -1) - (b ?? -1);
  return String(a ?? '').localeCompare(String(b ?? ''), 'en', { numeric: true });
}
