// The log of the host that serves this page; on the leader it holds what all hosts warn of.
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from '../html.js';

const level_of = (text) => text.match(/^\S+ \S+ (debug|info|warn|warning|error)\b/)?.[1]?.replace('warning', 'warn') ?? 'info';

export function Log({ seen }) {
  const [filter, set_filter] = useState('');
  const place = useRef(null);
  const follows = useRef(true);
  const word = filter.toLowerCase();
  const lines = seen.log.filter((line) => !word || line.text.toLowerCase().includes(word));
  useEffect(() => {
    if (follows.current) place.current.scrollTop = place.current.scrollHeight;
  }, [lines.length && lines[lines.length - 1].n, filter]);
  const scrolled = () => {
    follows.current = place.current.scrollHeight - place.current.scrollTop - place.current.clientHeight < 30;
  };
  return html`<section aria-labelledby="log"><div class="bar"><h2 id="log">Log of ${seen.snapshot.host}</h2>
      <label class="grow">filter <input id="filter" type="search" placeholder="part of a line" value=${filter} onInput=${(event) => set_filter(event.target.value)} /></label></div>
    <ol class="log" tabindex="0" ref=${place} onScroll=${scrolled} aria-label="Log lines, the latest last">${lines.map((line) => html`<li key=${line.n} class=${level_of(line.text)}>${line.text}</li>`)}
    ${lines.length === 0 && html`<li class="nothing">${filter ? 'none that matches' : 'nothing yet'}</li>`}</ol></section>`;
}
