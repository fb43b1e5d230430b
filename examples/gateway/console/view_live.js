// Events as they come.

import {announce, carrierMark, empty, facts, h, json, tag, viewHead} from './dom.js';
import {copyButton, openDrawer} from './drawer.js';
import {dateTime, kindOf, partiesOf, plural, timeOfDay, wordsOf} from './format.js';
import {live, subscribe} from './live.js';

const SHOWN = 150;
const carriers = ['whatsapp', 'twilio', 'bandwidth', 'livechat', 'messagebird', 'inteliquent'];

function details(item) {
  const {event} = item;
  openDrawer(wordsOf(event) || kindOf(event),
    facts({Carrier: carrierMark(event.carrier), Kind: kindOf(event), Parties: partiesOf(event),
      Tenant: event.tenant, Queue: item.queue, 'Carrier’s id': event.carrierMessageId,
      Occurred: dateTime(event.occurredAt), Queued: dateTime(item.time)}),
    json(event), copyButton(event));
}

function row(item, isFresh) {
  const {event} = item;
  return h('li', {class: isFresh ? 'fresh' : ''},
    h('button', {class: 'tape-row', type: 'button', 'data-carrier': event.carrier, onclick: () => details(item)},
      h('span', {class: 'when'}, timeOfDay(item.time)),
      carrierMark(event.carrier),
      tag(kindOf(event), event.status?.error ? 'bad' : ''),
      h('span', {class: 'what'},
        h('span', {class: 'words'}, wordsOf(event)),
        h('span', {class: 'who'}, partiesOf(event)))));
}

export function liveView(main) {
  const chosen = new Set();
  let isPaused = false;
  let waiting = [];
  let frame = 0;

  const search = h('input', {id: 'live-search', type: 'search', placeholder: 'text, address, id', oninput: draw});
  const chips = carriers.map((name) => h('button', {
    class: 'chip', type: 'button', 'aria-pressed': 'false', 'data-carrier': name,
    onclick: ({currentTarget}) => {
      const isOn = !chosen.delete(name);
      if (isOn) chosen.add(name);
      currentTarget.setAttribute('aria-pressed', String(isOn));
      draw();
    }}, name));
  const pause = h('button', {type: 'button', 'aria-pressed': 'false', onclick: () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
    pause.textContent = isPaused ? 'Go on' : 'Pause';
    if (!isPaused) draw();
  }}, 'Pause');
  const tape = h('ol', {class: 'tape', 'aria-label': 'Events, the newest first'});
  const nothing = h('div', {});
  main.append(
    viewHead('Live', 'Events as they reach the queue, addresses masked.', pause),
    h('div', {class: 'filters'},
      h('div', {role: 'group', 'aria-label': 'Only these carriers', class: 'chips'}, chips),
      h('label', {for: 'live-search'}, 'Find', search)),
    tape, nothing);

  function matches(item) {
    if (chosen.size > 0 && !chosen.has(item.event.carrier)) return false;
    const wanted = search.value.trim().toLowerCase();
    return wanted === '' || JSON.stringify(item.event).toLowerCase().includes(wanted);
  }
  function draw() {
    waiting = [];
    const shown = live.events.filter(matches).slice(0, SHOWN);
    tape.replaceChildren(...shown.map((item) => row(item, false)));
    blank();
  }
  function blank() {
    tape.hidden = tape.childElementCount === 0;
    nothing.replaceChildren(...(tape.hidden
      ? [live.events.length > 0
        ? empty('Nothing matches', 'No event of the last minutes fits the filter.')
        : empty('Waiting for the first event', h('span', {}, 'Send one from the ', h('a', {href: '#/playground'}, 'playground'), '.'))]
      : []));
  }
  function flush() {
    frame = 0;
    const fresh = waiting.filter(matches);
    waiting = [];
    if (fresh.length === 0) return;
    tape.prepend(...fresh.reverse().map((item) => row(item, true)));
    while (tape.childElementCount > SHOWN) tape.lastElementChild.remove();
    blank();
    announce(plural(fresh.length, 'new event'), false);
  }

  draw();
  const stop = subscribe((name, data) => {
    if (isPaused) return;
    if (name === 'caughtUp') draw();
    if (name !== 'event' || live.state !== 'live') return;
    waiting.push(data);
    frame ||= requestAnimationFrame(flush);
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}
