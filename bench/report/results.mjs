// What the other scripts here share: files of results, medians, tables.

import {existsSync, readFileSync} from 'node:fs';

export const CARRIERS = ['whatsapp', 'twilio', 'messagebird', 'bandwidth'];
export const ALL = [...CARRIERS, 'whatsapp_batch'];
export const label = (carrier) => carrier.replace('_', ' ');

export const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
export const geomean = (list) => Math.exp(list.reduce((sum, x) => sum + Math.log(x), 0) / list.length);

export const readLines = (file) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));

// The benchmarks of a file, by name.
export function readBenchmarks(file) {
  const NANOS = {ns: 1, us: 1e3, ms: 1e6, s: 1e9};
  const byName = {};
  for (const one of JSON.parse(readFileSync(file, 'utf8')).benchmarks) {
    if (one.error_occurred) throw new Error(`${file}: ${one.name}: ${one.error_message}`);
    byName[one.name] = {...one, cpuNanos: one.cpu_time * NANOS[one.time_unit]};
  }
  return byName;
}
export const cpuNanos = (benchmarks) =>
  Object.fromEntries(Object.entries(benchmarks).map(([name, one]) => [name, one.cpuNanos]));

// How many live keys a run of dedupe_bench had: `NewKey/10000/…`.
export const keysOf = (benchmark) => Number(benchmark.name.split('/')[1]);

// read(prefix) of each round that the folder has a file `N.name` of; none when there is no such file.
export function readRounds(folder, name, read) {
  const rounds = [];
  for (let i = 1; existsSync(`${folder}/${i}.${name}`); ++i) rounds.push(read(`${folder}/${i}`));
  return rounds;
}

export const show = (x, digits = 2) => x.toFixed(digits);
export const nanos = (x) => x >= 10_000 ? `${show(x / 1000, 1)} µs` : `${Math.round(x)} ns`;
export function table(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(rows[0]), line(rows[0].map(() => '---')), ...rows.slice(1).map(line)].join('\n');
}
