// How much, how fast, from whom.

import {get} from './api.js';
import {chart} from './chart.js';
import {carrierMark, empty, failure, h, loading, svg, viewHead} from './dom.js';
import {age, count, milliseconds} from './format.js';
import {live, subscribe} from './live.js';

function figure(name, unit) {
  const value = h('span', {}, '–');
  return {
    element: h('div', {class: 'figure'}, h('dt', {}, name), h('dd', {}, value, unit && h('small', {}, unit))),
    set: (text) => { value.textContent = text; },
  };
}

function share(carrier, part) {
  const width = Math.max(part * 100, part > 0 ? 1 : 0);
  return svg('svg', {class: 'share', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true', 'data-carrier': carrier},
    svg('rect', {class: 'rest', width: 100, height: 4}), svg('rect', {width, height: 4}));
}

function carrierTable(carriers) {
  if (carriers.length === 0) return empty('No requests yet', 'Counters begin with the first one.');
  const all = carriers.reduce((sum, each) => sum + each.requests, 0);
  const columns = [['Requests', 'requests'], ['Events', 'events'], ['Duplicates', 'duplicates'], ['Rejected', 'rejected'], ['Failed', 'failed']];
  return h('div', {class: 'table-wrap', tabindex: 0, role: 'region', 'aria-label': 'Requests by carrier'},
    h('table', {},
      h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Carrier'), h('th', {scope: 'col'}, 'Share'),
        columns.map(([name]) => h('th', {scope: 'col', class: 'number'}, name)),
        h('th', {scope: 'col', class: 'number'}, 'p99 ms'))),
      h('tbody', {}, carriers.map((each) => h('tr', {},
        h('td', {}, carrierMark(each.carrier)),
        h('td', {}, share(each.carrier || 'none', each.requests / all)),
        columns.map(([, key]) => h('td', {class: 'number'}, count(each[key]))),
        h('td', {class: 'number'}, milliseconds(each.p99Ms)))))));
}

export function trafficView(main) {
  const figures = {
    rate: figure('Requests', '/s'), events: figure('Events', '/s'), p99: figure('99 of 100 within', 'ms'),
    rejected: figure('Rejected', '/s'), flight: figure('Under way'), up: figure('Up for'),
  };
  const throughput = chart({title: 'Throughput', unit: 'per second', format: count, lines: [
    {name: 'requests', ink: 'ink-accent', area: true, value: (point) => point.requests},
    {name: 'rejected', ink: 'ink-bad', value: (point) => point.rejected}]});
  const latency = chart({title: 'Latency', unit: 'ms', format: milliseconds, lines: [
    {name: 'p99', ink: 'ink-warn', area: true, value: (point) => point.p99Ms},
    {name: 'median', ink: 'ink-good', value: (point) => point.p50Ms}]});
  const table = h('section', {'aria-label': 'By carrier'}, loading('counters'));
  main.append(
    viewHead('Traffic', 'The last five minutes, second by second. Counters run since the start.'),
    h('dl', {class: 'figures'}, Object.values(figures).map((each) => each.element)),
    h('div', {class: 'split'}, h('div', {class: 'pair'}, throughput.element, latency.element),
      h('section', {}, h('h2', {}, 'By carrier'), table)));

  let points = [];
  let startedAt = null;
  function draw() {
    throughput.update(points);
    latency.update(points);
    const last = points.slice(-5);
    const mean = (key) => last.reduce((sum, point) => sum + point[key], 0) / Math.max(1, last.length);
    figures.rate.set(count(mean('requests')));
    figures.events.set(count(mean('events')));
    figures.rejected.set(count(mean('rejected')));
    figures.p99.set(milliseconds(Math.max(0, ...last.map((point) => point.p99Ms))));
    figures.flight.set(count(live.stats?.inFlight));
    if (startedAt) figures.up.set(age(startedAt));
  }
  async function refresh() {
    try {
      const stats = await get('/admin/stats');
      startedAt = stats.startedAt;
      points = stats.history;
      table.replaceChildren(carrierTable(stats.carriers));
      draw();
    } catch (error) {
      table.replaceChildren(failure(error, refresh));
    }
  }
  refresh();
  let ticks = 0;
  const stop = subscribe((name, data) => {
    if (name !== 'stats') return;
    points = [...points, data.point].slice(-300);
    draw();
    if (++ticks % 5 === 0) refresh();
  });
  const redraw = new ResizeObserver(draw);
  redraw.observe(throughput.element);
  return () => {
    stop();
    redraw.disconnect();
  };
}
