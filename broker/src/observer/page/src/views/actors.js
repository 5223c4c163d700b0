// Actors under their parents; of very many those before whom most waits.
import { useState } from 'preact/hooks';
import { html } from '../html.js';
import { count, short } from '../format.js';

const rows_max = 400;

/** Each actor behind its parent, with its depth. Of actors that don't match, those that have a descendant that does. */
export function tree(actors, matches) {
  const by_parent = new Map();
  const known = new Set(actors.map((actor) => actor.address));
  for (const actor of actors) {
    const parent = known.has(actor.parent) ? actor.parent : '';
    if (!by_parent.has(parent)) by_parent.set(parent, []);
    by_parent.get(parent).push(actor);
  }
  const rows = [];
  const visit = (actor, depth) => {
    const at = rows.length;
    rows.push({ actor, depth });
    let found = matches(actor);
    for (const child of by_parent.get(actor.address) ?? []) found = visit(child, depth + 1) || found;
    if (!found) rows.length = at;
    return found;
  };
  for (const root of by_parent.get('') ?? []) visit(root, 0);
  return rows;
}

export function Actors({ seen, end_actor }) {
  const { snapshot } = seen;
  const [filter, set_filter] = useState('');
  const [busy_first, set_busy_first] = useState(false);
  const actors = snapshot.actors ?? [];
  const process_host = new Map(snapshot.processes.map((process) => [process.process, process.host]));
  const word = filter.toLowerCase();
  const matches = (actor) => !word || [actor.address, actor.type, actor.name, actor.process, process_host.get(actor.process)].some((text) => text?.toLowerCase().includes(word));
  const flat = busy_first || snapshot.aggregated;
  const rows = flat
    ? actors.filter(matches).sort((a, b) => b.waiting - a.waiting || b.rate - a.rate).map((actor) => ({ actor, depth: 0 }))
    : tree(actors, matches);
  return html`<section aria-labelledby="actors">
    <div class="bar"><h2 id="actors">Actors</h2>
      <label class="grow">filter <input id="filter" type="search" placeholder="type, name, address, process or host" value=${filter} onInput=${(event) => set_filter(event.target.value)} /></label>
      ${!snapshot.aggregated && html`<label><input type="checkbox" checked=${busy_first} onChange=${() => set_busy_first(!busy_first)} /> busiest first</label>`}</div>
    ${snapshot.aggregated && html`<p class="note">There are ${count(snapshot.totals.actors)} actors. These are those before whom most waits; the types say how the others fare.</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="Actors">
      <table><thead><tr><th>Actor</th><th>Name</th><th>Host</th><th>Process</th><th class="number">Waiting</th><th class="number">Handled/s</th><th class="number">Taken</th>${snapshot.admin && html`<th></th>`}</tr></thead>
      <tbody>${rows.slice(0, rows_max).map(({ actor, depth }) => html`<tr key=${actor.address}>
        <td><span class="type" style=${{ paddingLeft: depth * 18 + 'px' }}>${depth > 0 && html`<span class="branch" aria-hidden="true">└ </span>`}${actor.type}</span> <span class="mono quiet">${actor.address}</span></td>
        <td>${actor.name}</td><td>${process_host.get(actor.process)}</td><td class="mono">${actor.process}</td>
        <td class="number">${count(actor.waiting)}</td><td class="number">${short(actor.rate)}</td><td class="number">${count(actor.taken)}</td>
        ${snapshot.admin && html`<td><button onClick=${() => end_actor(actor)} aria-label=${'ask ' + actor.type + ' ' + actor.address + ' to exit'}>exit…</button></td>`}</tr>`)}
      ${rows.length === 0 && html`<tr><td class="nothing" colspan="8">${snapshot.actors ? (filter ? 'none that matches' : 'no actor lives') : 'asking…'}</td></tr>`}</tbody></table>
      ${rows.length > rows_max && html`<p class="note">and ${rows.length - rows_max} more; the filter finds them</p>`}
    </div></section>`;
}
