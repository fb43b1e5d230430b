// What came over the live stream, for every view: the latest of each kind, and the last minutes.

import {listen} from './api.js';

const KEPT = 500;
const SECONDS = 300;

export const live = {
  events: [],
  rejections: [],
  points: [],
  stats: null,
  state: 'connecting',
};

const listeners = new Set();
// `hear(name, data)` is called until the returned function is.
export function subscribe(hear) {
  listeners.add(hear);
  return () => listeners.delete(hear);
}
function tellAll(name, data) {
  for (const hear of [...listeners]) hear(name, data);
}

function keep(list, item) {
  list.unshift(item);
  if (list.length > KEPT) list.pop();
}

function take(name, data) {
  if (name === 'event') keep(live.events, data);
  if (name === 'rejection') keep(live.rejections, data);
  if (name === 'stats') {
    live.stats = data;
    live.points.push(data.point);
    if (live.points.length > SECONDS) live.points.shift();
  }
  tellAll(name, data);
}

function setState(state) {
  live.state = state;
  tellAll('state', state);
}

let stop = null;
export function connect() {
  disconnect();
  const controller = new AbortController();
  stop = controller;
  run(controller);
}
export function disconnect() {
  stop?.abort();
  stop = null;
  live.events.length = live.rejections.length = live.points.length = 0;
}

// Each connection tells the past first, so the lists begin anew.
async function run(controller) {
  let pause = 500;
  while (!controller.signal.aborted) {
    try {
      let isFirst = true;
      await listen('/admin/live', (name, data) => {
        if (isFirst) {
          live.events.length = live.rejections.length = 0;
          isFirst = false;
          pause = 500;
        }
        if (name === 'caughtUp') setState('live');
        take(name, data);
      }, controller.signal);
    } catch (error) {
      if (error.status === 401 || controller.signal.aborted) return;
    }
    setState('down');
    await new Promise((resume) => setTimeout(resume, pause));
    pause = Math.min(pause * 2, 10000);
  }
}
