// Genuine requests that were not understood. They can be looked at, and tried once more.

import {call, get, post} from './api.js';
import {act, announce, confirmButton, empty, facts, failure, h, json, loading, tag, viewHead} from './dom.js';
import {closeDrawer, copyButton, openDrawer} from './drawer.js';
import {count, dateTime, plural} from './format.js';

export function quarantineView(main) {
  const told = h('div', {});
  const list = h('div', {}, loading('capsules'));
  main.append(
    viewHead('Quarantine', 'Requests that proved genuine but could not be read. Replay one when omni has learned to; a success removes it.',
      h('button', {type: 'button', onclick: () => load()}, 'Refresh')),
    h('div', {class: 'split'}, told, list));

  async function load() {
    try {
      const {capsules, next} = await get('/admin/quarantine?limit=100');
      list.replaceChildren(...(capsules.length === 0
        ? [empty('Nothing in quarantine', 'Everything that proved genuine was understood.')]
        : [h('ol', {class: 'cases'}, capsules.map(capsuleCase)),
          ...(next ? [h('p', {class: 'hint'}, 'Only the oldest 100 are shown.')] : [])]));
    } catch (error) {
      list.replaceChildren(failure(error, load));
    }
  }

  function replayButton(capsule) {
    return h('button', {class: 'primary', type: 'button', onclick: ({currentTarget}) => act(currentTarget, told, async () => {
      const result = await post(`/admin/quarantine/${encodeURIComponent(capsule.id)}/replay`, {});
      closeDrawer();
      const words = result.replayed
        ? 'It is understood now: its events are in the queue.'
        : `It is still not understood: the gateway answered ${result.status}.`;
      told.replaceChildren(h('p', {class: `notice ${result.replayed ? 'good' : 'bad'}`}, words));
      announce(words);
      await load();
    })}, 'Replay');
  }
  function removeButton(capsule) {
    return confirmButton('Delete', 'Gone for good? Press again', 'danger', (button) => act(button, told, async () => {
      await call('DELETE', `/admin/quarantine/${encodeURIComponent(capsule.id)}`);
      closeDrawer();
      announce('The capsule is deleted.');
      await load();
    }));
  }

  function capsuleCase(capsule) {
    return h('li', {class: 'case'},
      h('div', {class: 'case-head'}, tag(capsule.reason, 'bad'), tag(capsule.channel), h('span', {class: 'when'}, dateTime(capsule.receivedAt))),
      h('h2', {}, capsule.message || capsule.reason),
      h('p', {class: 'mono'}, `${capsule.method} ${capsule.path} · ${plural(capsule.bytes, 'byte')} · answered ${count(capsule.status)}`),
      h('div', {class: 'buttons'}, replayButton(capsule),
        h('button', {type: 'button', onclick: ({currentTarget}) => act(currentTarget, told, () => details(capsule))}, 'Look'),
        removeButton(capsule)));
  }

  async function details(capsule) {
    const whole = await get(`/admin/quarantine/${encodeURIComponent(capsule.id)}`);
    openDrawer(capsule.message || capsule.reason,
      facts({Reason: capsule.reason, Channel: capsule.channel, Tenant: capsule.tenant, Verdict: capsule.authentication,
        Received: dateTime(capsule.receivedAt), 'Kept by': `omni ${capsule.version}`}),
      h('div', {class: 'buttons'}, copyButton(whole)), json(whole));
  }

  load();
}
