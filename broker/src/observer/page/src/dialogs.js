// Questions before something is changed, and help.
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { wish } from './live.js';

function Dialog({ title, children, done }) {
  const place = useRef(null);
  useEffect(() => place.current.showModal(), []);
  return html`<dialog ref=${place} onClose=${done} aria-labelledby="dialog-title"><h2 id="dialog-title">${title}</h2>${children}</dialog>`;
}

/** `question`: {title, text, button, path, body, seconds?}. */
export function Question({ question, done }) {
  const [problem, set_problem] = useState('');
  const [seconds, set_seconds] = useState(60);
  const [asked, set_asked] = useState(false);
  const go = async (event) => {
    event.preventDefault();
    set_asked(true);
    try {
      await wish(question.path, question.seconds ? { ...question.body, within_s: Number(seconds) } : question.body);
      done();
    } catch (error) {
      set_problem(error.message);
      set_asked(false);
    }
  };
  return html`<${Dialog} title=${question.title} done=${done}><form onSubmit=${go}>
    <p>${question.text}</p>
    ${question.seconds && html`<p><label>at most <input type="number" min="1" max="86400" value=${seconds} onInput=${(event) => set_seconds(event.target.value)} /> seconds</label></p>`}
    ${problem && html`<p class="alarm" role="alert">${problem}</p>`}
    <p class="buttons"><button type="button" onClick=${done} autofocus>Cancel</button><button class="danger" disabled=${asked}>${question.button}</button></p>
  </form></${Dialog}>`;
}

const keys = [['1 … 6', 'a view'], ['← →', 'the view beside, on the tabs'], ['/', 'the filter'], ['t', 'light, dark, or as the system says'], ['?', 'this help'], ['Esc', 'closes what is open']];

export const Help = ({ done }) => html`<${Dialog} title="Keys" done=${done}>
  <dl class="keys">${keys.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
  <p class="buttons"><button onClick=${done} autofocus>Close</button></p></${Dialog}>`;
