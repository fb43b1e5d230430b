// Lines over the last minutes, drawn in SVG. The reading under the pointer, or under the arrow keys,
// stands in the caption.

import {h, svg} from './dom.js';
import {timeOfDay} from './format.js';

const WIDTH = 800;
const HEIGHT = 240;
const LEFT = 52;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 24;

// The next of 1, 2, 5, 10, 20, … above.
function niceCeiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

const spell = (value) => (value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(2))));

// `lines`: [{name, ink, area, value: (point) => number}]; `unit` goes behind readings.
export function chart({title, unit, lines, seconds = 300, format}) {
  const reading = h('span', {class: 'reading'});
  const drawing = svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', tabindex: 0, preserveAspectRatio: 'none'});
  const element = h('figure', {class: 'chart'},
    h('figcaption', {}, h('h2', {}, title),
      lines.map((line) => h('span', {class: `legend ${line.ink}`}, line.name)), reading),
    drawing);
  let points = [];
  let cursor = null;

  const x = (index) => WIDTH - RIGHT - ((points.length - 1 - index) * (WIDTH - LEFT - RIGHT)) / (seconds - 1);

  function draw() {
    const box = drawing.getBoundingClientRect();
    const stretch = box.width > 0 ? (WIDTH / box.width) * (box.height / HEIGHT) : 1;
    const top = niceCeiling(Math.max(0, ...points.flatMap((point) => lines.map((line) => line.value(point)))));
    const y = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
    const text = (left, bottom, words, anchor) => svg('text', {
      class: 'axis', 'text-anchor': anchor,
      transform: `translate(${left} ${bottom}) scale(${stretch} 1)`}, words);
    const parts = [0, 0.5, 1].flatMap((share) => [
      svg('line', {class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(top * share), y2: y(top * share)}),
      text(LEFT - 8, y(top * share) + 4, spell(top * share), 'end')]);
    for (let back = 60; back < seconds; back += 60) {
      const at = WIDTH - RIGHT - (back * (WIDTH - LEFT - RIGHT)) / (seconds - 1);
      parts.push(svg('line', {class: 'grid', x1: at, x2: at, y1: TOP, y2: HEIGHT - BOTTOM}),
        text(at, HEIGHT - 6, `−${back / 60} min`, 'middle'));
    }
    parts.push(text(WIDTH - RIGHT, HEIGHT - 6, 'now', 'end'));
    for (const line of lines) {
      if (points.length === 0) continue;
      const path = points.map((point, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(line.value(point)).toFixed(1)}`).join('');
      if (line.area) {
        parts.push(svg('path', {class: `area ${line.ink}`, d: `${path}L${x(points.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`}));
      }
      parts.push(svg('path', {class: `line ${line.ink}`, d: path}));
    }
    const shown = points[cursor ?? points.length - 1];
    if (cursor !== null && shown) {
      parts.push(svg('line', {class: 'cross', x1: x(cursor), x2: x(cursor), y1: TOP, y2: HEIGHT - BOTTOM}));
    }
    drawing.replaceChildren(...parts);
    const values = shown ? lines.map((line) => `${line.name} ${format(line.value(shown))}`).join(' · ') : 'no data yet';
    reading.textContent = shown ? `${timeOfDay(shown.time)}  ${values} ${unit}` : values;
    drawing.setAttribute('aria-label', `${title}, the last ${seconds / 60} minutes. ${values} ${shown ? unit : ''}. Left and right arrow keys read other seconds.`);
  }

  function move(index) {
    if (points.length === 0) return;
    cursor = Math.min(points.length - 1, Math.max(0, index));
    draw();
  }
  drawing.addEventListener('pointermove', (event) => {
    const box = drawing.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * WIDTH;
    move(Math.round(points.length - 1 - ((WIDTH - RIGHT - at) * (seconds - 1)) / (WIDTH - LEFT - RIGHT)));
  });
  drawing.addEventListener('pointerleave', () => {
    cursor = null;
    draw();
  });
  drawing.addEventListener('keydown', (event) => {
    const from = cursor ?? points.length - 1;
    const to = {ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: points.length - 1}[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  drawing.addEventListener('blur', () => {
    cursor = null;
    draw();
  });

  return {
    element,
    update(latest) {
      points = latest.slice(-seconds);
      if (cursor !== null && cursor >= points.length) cursor = null;
      draw();
    },
  };
}
