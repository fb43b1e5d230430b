// A request, stage by stage: pasted, or made up and signed as its carrier would.

import {get, post} from './api.js';
import {announce, carrierMark, failure, h, json, loading, tag, trail, viewHead} from './dom.js';
import {plural} from './format.js';

const names = {endpoint: 'Endpoint', verify: 'Proof', normalize: 'Meaning', queue: 'Queue', answer: 'Answer'};
const sample = `POST /twilio HTTP/1.1
Host: hooks.example.com
Content-Type: application/x-www-form-urlencoded
X-Twilio-Signature: …

MessageSid=SM…&AccountSid=AC…&From=%2B15559876543&To=%2B15551234567&Body=Hello`;

function stage(each) {
  return h('li', {class: `stage ${each.state}`},
    h('h3', {}, names[each.name] ?? each.name, h('span', {class: 'hidden'}, each.state)),
    h('p', {}, each.detail),
    each.steps?.length > 0 && trail(each.steps));
}

/** What `omni explain` says of a request that is refused. */
function causes(each) {
  if (each.causes.length === 0 && each.ruledOut.length === 0) return null;
  return h('section', {class: 'result', 'aria-label': 'Why it is refused'},
    h('h3', {}, each.causes.length > 0 ? 'The likely cause' : 'No usual mistake explains it'),
    each.causes.map((found) => h('div', {class: 'notice bad'},
      h('p', {}, h('strong', {}, found.what), ' ', h('span', {class: 'mono'}, found.cause)),
      found.evidence && h('p', {}, found.evidence),
      h('p', {}, found.fix))),
    each.ruledOut.length > 0 && h('details', {}, h('summary', {}, `Ruled out: ${each.ruledOut.length}`),
      h('ul', {}, each.ruledOut.map((text) => h('li', {}, text)))));
}

function rawText(request) {
  const head = request.headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  return `${request.method} ${request.target} HTTP/1.1\n${head}\n\n${request.body}`;
}

function result(each, number, total) {
  return h('article', {class: 'result'},
    h('h2', {}, total > 1 ? `Request ${number} of ${total}` : 'What becomes of it'),
    h('ol', {class: 'line-of-stages'}, each.stages.map(stage)),
    causes(each),
    each.events.length > 0 && h('section', {class: 'result'},
      h('h3', {}, plural(each.events.length, 'event')),
      each.events.map((item) => h('details', {open: each.events.length === 1},
        h('summary', {}, carrierMark(item.event.carrier), ' ', tag(item.queue)), json(item.event)))),
    h('details', {}, h('summary', {}, `The answer: HTTP ${each.answer.status}`),
      h('pre', {class: 'json', tabindex: 0, role: 'group', 'aria-label': 'The answer'}, each.answer.body || '(empty)')),
    h('details', {}, h('summary', {}, 'The request'),
      h('pre', {class: 'json', tabindex: 0, role: 'group', 'aria-label': 'The request'}, rawText(each.request))));
}

export function playgroundView(main) {
  let isPasting = false;
  let cases = [];
  const results = h('section', {'aria-label': 'Result', tabindex: -1});
  const about = h('p', {class: 'hint'});
  const carrier = h('select', {id: 'play-carrier', onchange: listCases});
  const which = h('select', {id: 'play-case', onchange: describe});
  const text = h('input', {id: 'play-text', placeholder: 'as the case has it'});
  const from = h('input', {id: 'play-from', placeholder: '+15559876543', inputmode: 'tel'});
  const raw = h('textarea', {id: 'play-raw', spellcheck: 'false', placeholder: sample, rows: 16});
  const simulated = h('fieldset', {}, h('legend', {class: 'hidden'}, 'A case'), h('div', {class: 'cases'},
    h('label', {for: 'play-carrier'}, 'Carrier', carrier),
    h('label', {for: 'play-case'}, 'Case', which), about,
    h('label', {for: 'play-text'}, 'Text', text), h('label', {for: 'play-from'}, 'From', from)));
  const pasted = h('label', {for: 'play-raw', hidden: true}, 'The request: its line, its headers, an empty line, its body', raw);
  const modes = ['Simulate', 'Paste'].map((name, index) => h('button', {type: 'button', 'aria-pressed': String(index === 0),
    onclick: () => choose(index === 1)}, name));
  const place = h('div', {});
  const form = h('form', {onsubmit: submit},
    h('div', {class: 'mode', role: 'group', 'aria-label': 'Where the request comes from'}, modes),
    simulated, pasted, place,
    h('div', {class: 'buttons'},
      h('button', {class: 'primary', type: 'submit', value: 'rehearse'}, 'Rehearse'),
      h('button', {type: 'submit', value: 'send'}, 'Deliver for real')),
    h('p', {class: 'hint'}, 'A rehearsal keeps nothing. A delivery goes through the gateway, and its events into the queue.'));
  main.append(viewHead('Playground', 'See each stage of a request: which channel it finds, whether it proves genuine, what it means.'),
    h('div', {class: 'bench'}, form, results));
  results.append(loading('cases'));

  function choose(isPaste) {
    isPasting = isPaste;
    modes.forEach((button, index) => button.setAttribute('aria-pressed', String((index === 1) === isPaste)));
    simulated.hidden = isPaste;
    pasted.hidden = !isPaste;
  }
  function listCases() {
    which.replaceChildren(...cases.filter((each) => each.carrier === carrier.value)
      .map((each) => h('option', {value: each.name}, each.title ?? each.name)));
    describe();
  }
  function describe() {
    const chosen = cases.find((each) => each.carrier === carrier.value && each.name === which.value);
    about.textContent = chosen?.description ?? '';
  }

  async function submit(event) {
    event.preventDefault();
    const send = event.submitter?.value === 'send';
    const set = {};
    if (text.value) set.text = text.value;
    if (from.value) set.from = from.value;
    const body = isPasting ? {request: raw.value, send} : {carrier: carrier.value, case: which.value, set, send};
    const buttons = form.querySelectorAll('.buttons button');
    buttons.forEach((button) => { button.disabled = true; });
    place.replaceChildren();
    try {
      const answer = await post('/admin/playground', body);
      results.replaceChildren(
        ...(answer.sent ? [h('p', {class: 'notice good'}, 'This was delivered for real.')] : []),
        ...answer.results.map((each, index) => result(each, index + 1, answer.results.length)));
      const failed = answer.results.flatMap((each) => each.stages).find((each) => each.state === 'failed');
      const cause = answer.results.flatMap((each) => each.causes)[0];
      announce(failed ? `${names[failed.name]} failed: ${cause?.what ?? failed.detail}` : 'Every stage passed.');
      results.focus({preventScroll: false});
    } catch (error) {
      place.replaceChildren(failure(error));
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  }

  async function load() {
    try {
      ({cases} = await get('/admin/simulations'));
      carrier.replaceChildren(...[...new Set(cases.map((each) => each.carrier))].map((name) => h('option', {}, name)));
      listCases();
      results.replaceChildren(h('div', {class: 'empty'}, h('strong', {}, 'Nothing rehearsed yet'), 'Choose a case, or paste a request that puzzles you.'));
    } catch (error) {
      results.replaceChildren(failure(error, load));
    }
  }
  load();
}
