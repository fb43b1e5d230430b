// How much waits, what it is, and what was given up on.

import {get, post} from './api.js';
import {act, announce, carrierMark, confirmButton, empty, facts, failure, h, json, loading, show, tag, viewHead} from './dom.js';
import {copyButton, openDrawer} from './drawer.js';
import {age, count, dateTime, kindOf, partiesOf, plural, wordsOf} from './format.js';

const PAGE = 25;

function eventDetails(item) {
  const event = typeof item.event === 'object' ? item.event : null;
  openDrawer((event && wordsOf(event)) || item.eventId || 'An envelope',
    facts({Carrier: event && carrierMark(event.carrier), Queue: item.queue, Group: item.group,
      Queued: dateTime(item.enqueuedAt), Attempts: count(item.attempts), 'Given up because': item.deadReason,
      'Dedupe key': item.dedupeKey}),
    json(item.event), copyButton(item.event));
}

function eventTable(events, caption) {
  return h('div', {class: 'table-wrap'}, h('table', {class: 'stack-narrow'},
    h('caption', {class: 'hidden'}, caption),
    h('thead', {}, h('tr', {}, ['What', 'Kind', 'Parties', 'Waits', 'Attempts', ''].map((name, index) =>
      h('th', {scope: 'col', class: index === 4 ? 'number' : ''}, name || h('span', {class: 'hidden'}, 'Look'))))),
    h('tbody', {}, events.map((item) => {
      const event = typeof item.event === 'object' ? item.event : {};
      return h('tr', {},
        h('td', {}, event.carrier && carrierMark(event.carrier), ' ', wordsOf(event) || item.eventId,
          item.deadReason && h('div', {}, tag(item.deadReason, 'bad'))),
        h('td', {}, event.kind ? tag(kindOf(event)) : ''),
        h('td', {class: 'mono'}, partiesOf(event)),
        h('td', {'data-label': 'waits'}, age(item.enqueuedAt ?? event.receivedAt)),
        h('td', {class: 'number', 'data-label': 'attempts'}, count(item.attempts)),
        h('td', {class: 'actions'}, h('button', {type: 'button', onclick: () => eventDetails(item)}, 'Look')));
    }))));
}

export function queuesView(main) {
  let chosen = null;
  const told = h('div', {});
  const queues = h('section', {'aria-label': 'Queues'}, loading('queues'));
  const contents = h('section', {tabindex: -1});
  const refresh = h('button', {type: 'button', onclick: () => load()}, 'Refresh');
  main.append(viewHead('Queues', 'Looking takes nothing out: consumers do not notice.', refresh),
    h('div', {class: 'split'}, told, queues, contents));

  async function load() {
    try {
      const {queues: list} = await get('/admin/queues');
      queues.replaceChildren(list.length === 0
        ? empty('All queues are empty', 'Everything that came was taken by a consumer, or nothing came yet.')
        : table(list));
      if (chosen) await open(chosen.name, chosen.dead, false);
    } catch (error) {
      queues.replaceChildren(failure(error, load));
    }
  }

  function table(list) {
    return h('div', {class: 'table-wrap'}, h('table', {class: 'stack-narrow'},
      h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Queue'), h('th', {scope: 'col', class: 'number'}, 'Waiting'),
        h('th', {scope: 'col', class: 'number'}, 'On loan'), h('th', {scope: 'col', class: 'number'}, 'Dead letters'), h('th', {scope: 'col'}, 'Oldest'),
        h('th', {scope: 'col'}, h('span', {class: 'hidden'}, 'Actions')))),
      h('tbody', {}, list.map((queue) => h('tr', {},
        h('td', {class: 'mono'}, queue.name),
        h('td', {class: 'number', 'data-label': 'waiting'}, count(queue.depth)),
        h('td', {class: 'number', 'data-label': 'on loan'}, queue.leased === undefined ? '–' : count(queue.leased)),
        h('td', {class: 'number', 'data-label': 'dead'}, queue.dead > 0 ? tag(count(queue.dead), 'bad') : '0'),
        h('td', {'data-label': 'oldest'}, age(queue.oldest)),
        h('td', {class: 'actions'}, h('div', {class: 'buttons'},
          h('button', {type: 'button', disabled: queue.depth === 0, 'aria-label': `Look in ${queue.name}`, onclick: () => open(queue.name, false, true)}, 'Look in'),
          queue.dead > 0 && h('button', {type: 'button', 'aria-label': `Dead letters of ${queue.name}`, onclick: () => open(queue.name, true, true)}, 'Dead letters'))))))));
  }

  async function open(name, dead, focus) {
    chosen = {name, dead};
    contents.setAttribute('aria-label', dead ? `Dead letters of ${name}` : `Contents of ${name}`);
    if (focus) {
      contents.replaceChildren(loading('events'));
      contents.focus();
    }
    const base = dead ? `/admin/dead?queue=${encodeURIComponent(name)}&` : `/admin/queues/${encodeURIComponent(name)}/events?`;
    try {
      const page = await get(`${base}limit=${PAGE}`);
      const redrive = confirmButton('Put them back into the queue', 'Really? Press again', 'primary', (button) => act(button, told, async () => {
        const {redriven} = await post('/admin/dead/redrive', {queue: name, limit: 10000});
        chosen = {name, dead: false};
        await load();
        told.replaceChildren(h('p', {class: 'notice good'}, `${plural(redriven, 'dead letter')} went back into ${name}.`));
        announce(`${plural(redriven, 'dead letter')} went back.`);
      }));
      show(contents,
        viewHead2(dead ? 'Dead letters' : 'Oldest first', name, dead && page.events.length > 0 && redrive),
        page.events.length === 0
          ? empty('Nothing here', dead ? 'No event was given up on.' : 'The queue was emptied meanwhile.')
          : eventTable(page.events, name),
        page.next && h('p', {class: 'hint'}, `Only the oldest ${PAGE} are shown.`));
    } catch (error) {
      contents.replaceChildren(failure(error, () => open(name, dead, true)));
    }
  }
  const viewHead2 = (title, name, tool) => h('div', {class: 'view-head'},
    h('div', {}, h('h2', {}, title), h('p', {class: 'mono'}, name)), tool);

  load();
}
