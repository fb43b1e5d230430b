// compare.mjs RESULTS: new against old, to the screen.

import {cpuNanos, median, nanos, readBenchmarks, readRounds, show, table} from './results.mjs';

const rows = [['benchmark', 'old', 'new', 'new ÷ old']];
for (const program of ['pipeline_bench', 'adapter_bench']) {
  const rounds = readRounds(process.argv[2], `${program}.new.json`, (prefix) => ({
    now: cpuNanos(readBenchmarks(`${prefix}.${program}.new.json`)),
    old: cpuNanos(readBenchmarks(`${prefix}.${program}.old.json`)),
  }));
  for (const name of Object.keys(rounds[0].now)) {
    rows.push([
      name, nanos(median(rounds.map(({old}) => old[name]))), nanos(median(rounds.map(({now}) => now[name]))),
      show(median(rounds.map(({now, old}) => now[name] / old[name]))),
    ]);
  }
}
console.log(table(rows));
