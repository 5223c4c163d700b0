// The connection to the observer: the latest snapshot, ten minutes of history, and whether what is shown is still true.

const history_points = 600;
const retry_ms = 1000;
const log_lines = 500;

const empty_history = () => ({ at_ms: [], rate: [], waiting: [], dead_rate: [], hosts: {} });

/** Adds the snapshot's own point to the history, in place. */
export function extend(history, snapshot) {
  const length = history.at_ms.length;
  history.at_ms.push(snapshot.at_ms);
  history.rate.push(snapshot.totals.rate);
  history.waiting.push(snapshot.totals.waiting);
  history.dead_rate.push(snapshot.totals.dead_rate);
  const names = new Set([...Object.keys(history.hosts), ...snapshot.hosts.map((host) => host.name)]);
  for (const name of names) {
    const points = (history.hosts[name] ??= { rate: new Array(length).fill(0), waiting: new Array(length).fill(0) });
    const own = snapshot.processes.filter((process) => process.host === name);
    points.rate.push(own.reduce((sum, process) => sum + process.rate, 0));
    points.waiting.push(own.reduce((sum, process) => sum + process.waiting, 0));
  }
  if (history.at_ms.length <= history_points) return;
  for (const series of [history.at_ms, history.rate, history.waiting, history.dead_rate]) series.shift();
  for (const points of Object.values(history.hosts)) {
    points.rate.shift();
    points.waiting.shift();
  }
}

/** Calls `changed({snapshot, history, log, state, problem})` whenever there is news. */
export function connect(changed) {
  const seen = { snapshot: null, history: empty_history(), log: [], state: 'connecting', problem: '' };
  let socket = null;
  let wants_actors = false;
  let closed = false;
  const tell = () => changed({ ...seen });

  const open = () => {
    socket = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/api/live');
    socket.onopen = () => ask_for_actors(wants_actors);
    socket.onmessage = (event) => {
      const snapshot = JSON.parse(event.data);
      if (snapshot.history) seen.history = { ...empty_history(), ...snapshot.history };
      else extend(seen.history, snapshot);
      const last = seen.log.length ? seen.log[seen.log.length - 1].n : 0;
      const restarted = snapshot.log.length && snapshot.log[snapshot.log.length - 1].n < last;
      const fresh = restarted ? snapshot.log : snapshot.log.filter((line) => line.n > last);
      if (fresh.length) seen.log = [...(restarted ? [] : seen.log), ...fresh].slice(-log_lines);
      if (!snapshot.actors && seen.snapshot?.actors && wants_actors) snapshot.actors = seen.snapshot.actors;
      seen.snapshot = snapshot;
      seen.state = 'live';
      seen.problem = '';
      tell();
    };
    socket.onclose = async () => {
      if (closed) return;
      seen.state = 'away';
      seen.problem = await why_away();
      tell();
      setTimeout(open, retry_ms);
    };
  };
  const ask_for_actors = (wanted) => {
    wants_actors = wanted;
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ actors: wanted }));
  };
  open();
  return {
    ask_for_actors,
    close() {
      closed = true;
      socket.close();
    },
  };
}

/** A WebSocket doesn't say why it was refused; a request does. */
async function why_away() {
  try {
    const answer = await fetch('/healthz');
    if (answer.status === 401) return 'A token is needed: open the link with ?token=… again.';
    if (!answer.ok) return (await answer.json()).error;
    return '';
  } catch {
    return '';
  }
}

/** Asks the observer to change something. Throws with its reason. */
export async function wish(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error((await answer.json()).error);
}
