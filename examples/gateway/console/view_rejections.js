// What was turned away, and why: the question that fills every carrier's forum.

import {announce, carrierMark, empty, facts, h, tag, trail, viewHead} from './dom.js';
import {milliseconds, plural, timeOfDay} from './format.js';
import {live, subscribe} from './live.js';

const SHOWN = 60;

const meaning = {
  rejected: 'could not prove itself',
  refused: 'was not understood',
  limited: 'came too often',
  failed: 'could not be kept; the carrier comes again',
};

function rejection(item) {
  const failed = (item.explanation ?? []).filter((step) => !step.passed);
  return h('li', {class: 'case'},
    h('div', {class: 'case-head'},
      carrierMark(item.carrier),
      tag(`${item.status} ${item.outcome}`, item.outcome === 'failed' ? 'warn' : 'bad'),
      tag(item.reason),
      h('span', {class: 'when'}, timeOfDay(item.time))),
    h('div', {class: 'case-parts'},
      h('div', {},
        h('h2', {}, item.message || `The request ${meaning[item.outcome] ?? item.outcome}.`),
        h('p', {class: 'mono'}, `${item.method} ${item.path}`),
        h('details', {}, h('summary', {}, 'The request'),
          facts({Channel: item.channel, Tenant: item.tenant, Client: item.client,
            Outcome: meaning[item.outcome], 'Request id': item.requestId, Took: `${milliseconds(item.durationMs)} ms`}))),
      item.explanation?.length > 0 && h('details', failed.length > 0 ? {open: true} : {},
        h('summary', {}, `What was looked at: ${plural(item.explanation.length, 'step')}`),
        trail(item.explanation))));
}

export function rejectionsView(main) {
  const list = h('ol', {class: 'cases', 'aria-label': 'Rejections, the newest first'});
  const nothing = h('div', {});
  const only = h('select', {id: 'outcome', onchange: draw}, h('option', {value: ''}, 'everything'),
    Object.keys(meaning).map((name) => h('option', {value: name}, name)));
  main.append(
    viewHead('Rejections', 'Requests that were answered with an error, and what was found when they were looked at.',
      h('label', {for: 'outcome'}, 'Show', only)),
    list, nothing);
  const matches = (item) => only.value === '' || item.outcome === only.value;

  function draw() {
    list.replaceChildren(...live.rejections.filter(matches).slice(0, SHOWN).map(rejection));
    blank();
  }
  function blank() {
    nothing.replaceChildren(...(list.childElementCount === 0
      ? [empty('Nothing was turned away', 'Every request of the last minutes was answered as its carrier expects.')]
      : []));
  }
  draw();
  return subscribe((name, data) => {
    if (name === 'caughtUp') draw();
    if (name !== 'rejection' || live.state !== 'live' || !matches(data)) return;
    list.prepend(rejection(data));
    while (list.childElementCount > SHOWN) list.lastElementChild.remove();
    blank();
    announce('A request was turned away.', false);
  });
}
