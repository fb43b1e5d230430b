// Elements by hand. Text is always text: nothing here parses markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

export const h = (tag, properties, ...children) =>
  fill(document.createElement(tag), properties, children);

export const svg = (tag, properties, ...children) =>
  fill(document.createElementNS(SVG, tag), properties, children);

// The place shows these and nothing else; what is not there is left out.
export const show = (place, ...children) => {
  place.replaceChildren();
  fill(place, {}, children);
};

export const carrierMark = (name) =>
  h('span', {class: 'carrier', 'data-carrier': name || 'none'}, name || 'no carrier');

export const tag = (text, kind) => h('span', {class: `tag ${kind ?? ''}`}, text);

export const loading = (what) => h('p', {class: 'loading'}, `Loading ${what}…`);

export const empty = (title, words) => h('div', {class: 'empty'}, h('strong', {}, title), words);

export function failure(error, again) {
  return h('div', {class: 'notice bad', role: 'alert'},
    h('p', {}, error.message),
    error.requestId && h('p', {class: 'hint'}, `Request ${error.requestId}`),
    again && h('p', {}, h('button', {type: 'button', onclick: again}, 'Try again')));
}

export function viewHead(title, words, ...tools) {
  return h('div', {class: 'view-head'},
    h('div', {}, h('h1', {}, title), words && h('p', {}, words)),
    tools.length > 0 && h('div', {class: 'view-tools'}, tools));
}

export const facts = (pairs) => h('dl', {class: 'facts'}, Object.entries(pairs)
  .filter(([, value]) => value !== undefined && value !== '' && value !== null)
  .map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));

export const trail = (steps) => h('ol', {class: 'trail'}, steps.map((step) =>
  h('li', {class: step.passed ? '' : 'failed'},
    h('div', {}, h('span', {class: 'hidden'}, step.passed ? 'passed: ' : 'failed: '), step.step,
      step.detail && h('div', {class: 'detail mono'}, step.detail)))));

// JSON with its keys, texts and other values told apart.
export function json(value) {
  const pre = h('pre', {class: 'json', tabindex: 0, role: 'group', 'aria-label': 'JSON'});
  const text = JSON.stringify(value, null, 2) ?? '';
  const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;
  let end = 0;
  for (const match of text.matchAll(token)) {
    pre.append(text.slice(end, match.index));
    const kind = match[2] ? 'key' : match[1] ? 'text' : 'plain';
    pre.append(h('span', {class: kind}, match[1] ?? match[0]), match[2] ?? '');
    end = match.index + match[0].length;
  }
  pre.append(text.slice(end));
  return pre;
}

let announced = 0;
// For who does not see the page: at most one sentence every four seconds, but what somebody did.
export function announce(sentence, isAnswer = true) {
  const now = Date.now();
  if (!isAnswer && now - announced < 4000) return;
  announced = now;
  document.getElementById('announcer').textContent = sentence;
}

// An action of the user's: the button waits, and what went wrong is told where it was done.
export async function act(button, place, work) {
  button.disabled = true;
  place.replaceChildren();
  try {
    await work();
  } catch (error) {
    place.replaceChildren(failure(error));
  } finally {
    button.disabled = false;
  }
}

// A button that is pressed twice: the second press, within five seconds, does it.
export function confirmButton(label, question, kind, work) {
  let timer = 0;
  const button = h('button', {type: 'button', class: kind, onclick: () => {
    if (timer !== 0) {
      reset();
      work(button);
      return;
    }
    button.textContent = question;
    timer = setTimeout(reset, 5000);
  }}, label);
  function reset() {
    clearTimeout(timer);
    timer = 0;
    button.textContent = label;
  }
  return button;
}
