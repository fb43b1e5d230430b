// Signing in, the tabs, and which view is shown.

import {get, token} from './api.js';
import {announce, carrierMark, failure, h} from './dom.js';
import {closeDrawer} from './drawer.js';
import {connect, disconnect, live, subscribe} from './live.js';
import {channelsView} from './view_channels.js';
import {liveView} from './view_live.js';
import {playgroundView} from './view_playground.js';
import {quarantineView} from './view_quarantine.js';
import {queuesView} from './view_queues.js';
import {rejectionsView} from './view_rejections.js';
import {trafficView} from './view_traffic.js';

const views = {
  live: ['Live', liveView],
  traffic: ['Traffic', trafficView],
  rejections: ['Rejections', rejectionsView],
  queues: ['Queues', queuesView],
  quarantine: ['Quarantine', quarantineView],
  channels: ['Channels', channelsView],
  playground: ['Playground', playgroundView],
};

const main = document.getElementById('view');
const masthead = document.getElementById('masthead');
const tabs = document.getElementById('tabs');
let leaveView = null;

function show(focus) {
  if (!token.get()) return gate();
  const name = location.hash.replace(/^#\//, '').split('/')[0];
  const [title, view] = views[name] ?? views.live;
  leaveView?.();
  closeDrawer();
  document.body.classList.remove('at-gate');
  masthead.hidden = false;
  document.title = `${title} · omni`;
  for (const link of tabs.querySelectorAll('a')) {
    if (link.dataset.view === (views[name] ? name : 'live')) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({block: 'nearest', inline: 'nearest'});
    } else {
      link.removeAttribute('aria-current');
    }
  }
  main.replaceChildren();
  leaveView = view(main) ?? null;
  window.scrollTo(0, 0);
  if (focus) main.focus({preventScroll: true});
}

function leave(message) {
  token.clear();
  disconnect();
  leaveView?.();
  leaveView = null;
  gate(message);
}

// What carriers' colours mean is shown before anything else is.
function gate(message) {
  closeDrawer();
  masthead.hidden = true;
  document.body.classList.add('at-gate');
  document.title = 'Sign in · omni';
  const place = h('div', {});
  if (message) place.append(h('p', {class: 'notice', role: 'alert'}, message));
  const input = h('input', {id: 'token', type: 'password', autocomplete: 'off', required: true, spellcheck: 'false'});
  const button = h('button', {class: 'primary', type: 'submit'}, 'Open the console');
  const form = h('form', {class: 'gate-card', onsubmit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    token.set(input.value.trim());
    try {
      await get('/admin/stats');
      connect();
      show(true);
    } catch (error) {
      token.clear();
      button.disabled = false;
      place.replaceChildren(failure(error.status === 401 ? new Error('The host does not know this token.') : error));
      input.focus();
    }
  }},
  h('img', {src: '/console/mark.svg', alt: '', width: 52, height: 52}),
  h('div', {}, h('h1', {}, 'omni console'),
    h('p', {}, 'What carriers send, what became of it, and why.')),
  place,
  h('label', {for: 'token'}, 'Administrator’s token', input),
  button,
  h('p', {class: 'hint'}, 'It is kept until you close this tab, and goes nowhere but to this host.'),
  h('p', {class: 'chips', 'aria-hidden': 'true'},
    ['whatsapp', 'twilio', 'bandwidth', 'livechat', 'messagebird', 'inteliquent'].map(carrierMark)));
  main.replaceChildren(h('div', {class: 'gate'}, form));
  input.focus();
}

for (const [name, [title]] of Object.entries(views)) {
  tabs.append(h('li', {}, h('a', {href: `#/${name}`, 'data-view': name}, title)));
}
document.getElementById('leave').addEventListener('click', () => leave());
window.addEventListener('hashchange', () => show(true));
window.addEventListener('omni:unauthorized', () => {
  if (token.get() && !masthead.hidden) leave('The host does not know this token any more.');
});

const words = {live: 'live', down: 'reconnecting', connecting: 'connecting'};
subscribe((name) => {
  if (name !== 'state' && name !== 'stats') return;
  const isReady = live.stats?.ready !== false;
  const state = live.state === 'live' && !isReady ? 'down' : live.state;
  const text = live.state === 'live' && !isReady ? 'queue unreachable' : words[live.state];
  const pulse = document.getElementById('pulse');
  const label = document.getElementById('pulse-text');
  if (pulse.dataset.state === state && label.textContent === text) return;
  pulse.dataset.state = state;
  label.textContent = text;
  if (state === 'down') announce(`The console is ${text}.`);
});

if (token.get()) connect();
show(false);
