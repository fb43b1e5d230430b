// The picture: a bar for each implementation of each carrier.

import {show} from './results.mjs';

const COLOURS = {floor: '#9aa5b1', omni: '#1f7a8c', 'naive C++': '#d9a05b', Node: '#b56576', Go: '#6d9dc5'};
const WIDTH = 760;
const LEFT = 180;

// rows: [{carrier, values: [[who, ratio]…]}…]
export function picture(title, rows) {
  const longest = Math.max(...rows.flatMap(({values}) => values.map(([, ratio]) => ratio)));
  const scale = (WIDTH - LEFT - 60) / longest;
  const parts = [];
  let y = 44;
  for (const {carrier, values} of rows) {
    parts.push(`<text x="12" y="${y + 12}" font-weight="bold">${carrier}</text>`);
    for (const [who, ratio] of values) {
      const length = show(ratio * scale, 1);
      parts.push(`<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${who}</text>`,
          `<rect x="${LEFT}" y="${y}" width="${length}" height="14" fill="${COLOURS[who]}"/>`,
          `<text x="${LEFT + 6 + Number(length)}" y="${y + 12}">${show(ratio, 1)}</text>`);
      y += 18;
    }
    y += 12;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" ` +
        'font-family="sans-serif" font-size="12">',
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="12" y="24" font-size="15">${title}</text>`, ...parts, '</svg>', '',
  ].join('\n');
}
