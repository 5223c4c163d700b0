// Which process sends how much to which.
import cytoscape from 'cytoscape';
import { useEffect, useRef } from 'preact/hooks';
import { html } from './html.js';
import { bytes, short } from './format.js';
import { colour } from './theme.js';

/** Elements of the graph, by id. Two directions between two processes are two edges. */
export function elements(snapshot) {
  const all = new Map();
  for (const host of snapshot.hosts) all.set('host ' + host.name, { data: { id: 'host ' + host.name, label: host.name + (host.role === 'leader' ? ' (leader)' : host.role === 'worker' ? '' : ' (' + host.role + ')') }, classes: 'host ' + host.role });
  const known = new Set();
  for (const process of snapshot.processes) {
    known.add(process.process);
    all.set(process.process, {
      data: {
        id: process.process,
        parent: 'host ' + process.host,
        label: (process.isolated || process.program) + '\n' + process.process + '\n' + short(process.rate) + '/s',
      },
      classes: process.silent ? 'silent' : '',
    });
  }
  for (const flow of snapshot.flows) {
    if (!known.has(flow.from) || !known.has(flow.to)) continue;
    if (flow.frames_rate < 0.5 && flow.waiting === 0) continue;
    const id = flow.from + ' > ' + flow.to;
    all.set(id, {
      data: {
        id,
        source: flow.from,
        target: flow.to,
        label: bytes(flow.bytes_rate) + '/s' + (flow.waiting ? '\n' + bytes(flow.waiting) + ' waiting' : ''),
        width: 1 + Math.min(7, Math.log10(1 + flow.bytes_rate)),
      },
      classes: flow.lane ? 'lane' : 'brokers',
    });
  }
  return all;
}

const style = () => [
  { selector: 'node', style: { shape: 'round-rectangle', width: 132, height: 58, 'background-color': colour('raised'), 'border-width': 1, 'border-color': colour('strong-line'), label: 'data(label)', 'text-wrap': 'wrap', 'text-valign': 'center', 'text-halign': 'center', 'font-size': 11, 'font-family': 'system-ui, sans-serif', color: colour('text'), 'line-height': 1.25 } },
  { selector: 'node.host', style: { 'background-color': colour('ground'), 'border-style': 'dashed', 'border-color': colour('strong-line'), 'text-valign': 'top', 'font-weight': 600, 'font-size': 13, padding: 18 } },
  { selector: 'node.suspect', style: { 'border-color': colour('bad'), color: colour('bad') } },
  { selector: 'node.silent', style: { 'border-color': colour('bad'), 'border-style': 'dashed' } },
  { selector: 'edge', style: { width: 'data(width)', 'curve-style': 'bezier', 'control-point-step-size': 46, 'target-arrow-shape': 'triangle', 'arrow-scale': 0.9, 'line-color': colour('accent'), 'target-arrow-color': colour('accent'), opacity: 0.85, label: 'data(label)', 'font-size': 10, 'text-wrap': 'wrap', color: colour('text'), 'text-background-color': colour('ground'), 'text-background-opacity': 0.9, 'text-background-padding': 2 } },
  { selector: 'edge.lane', style: { 'line-color': colour('good'), 'target-arrow-color': colour('good'), 'line-style': 'dashed', 'line-dash-pattern': [8, 3] } },
];

export function Graph({ snapshot, theme }) {
  const place = useRef(null);
  const graph = useRef(null);

  useEffect(() => {
    graph.current = cytoscape({ container: place.current, style: style(), minZoom: 0.2, maxZoom: 2, wheelSensitivity: 0.2, autoungrabify: false });
    return () => graph.current.destroy();
  }, [theme]);

  useEffect(() => {
    const wanted = elements(snapshot);
    const shown = graph.current;
    let placed = shown.nodes().length !== 0;
    shown.batch(() => {
      shown.elements().forEach((each) => {
        if (!wanted.has(each.id())) each.remove();
      });
      for (const [id, element] of wanted) {
        const there = shown.getElementById(id);
        if (there.empty()) {
          if (element.data.label && !element.data.source) placed = false;
          shown.add(element);
        } else {
          there.data(element.data);
          there.classes(element.classes);
        }
      }
    });
    if (!placed) lay_out(shown);
  }, [snapshot, theme]);

  return html`<div class="graph" ref=${place} role="img" aria-label="Processes by host, and what they send each other; the table below says the same"></div>`;
}

/** Hosts in a circle, each host's processes in a column: the same places whenever the same are there. */
function lay_out(graph) {
  const hosts = graph.nodes('.host').sort((a, b) => a.id().localeCompare(b.id()));
  const radius = hosts.length > 1 ? 130 + hosts.length * 50 : 0;
  hosts.forEach((host, index) => {
    const angle = (index / hosts.length) * 2 * Math.PI - Math.PI / 2;
    const children = host.children().sort((a, b) => a.id().localeCompare(b.id(), 'en', { numeric: true }));
    const columns = Math.ceil(Math.sqrt(children.length / 2)) || 1;
    children.forEach((child, place) => {
      child.position({ x: radius * 1.5 * Math.cos(angle) + (place % columns) * 160, y: radius * Math.sin(angle) + Math.floor(place / columns) * 84 });
    });
    if (children.empty()) host.position({ x: radius * 1.5 * Math.cos(angle), y: radius * Math.sin(angle) });
  });
  graph.fit(undefined, 24);
}
