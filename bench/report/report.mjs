// report.mjs RESULTS: the medians of the ratios of each round, into docs/performance.md (between its
// markers) and docs/images/performance.svg. A part that was not measured is said to be so.

import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';

import {gates} from './gates.mjs';
import {picture} from './picture.mjs';
import {
  ALL, CARRIERS, cpuNanos, keysOf, label, median, nanos, readBenchmarks, readLines, readRounds, show, table,
} from './results.mjs';

const folder = process.argv[2];
const PEERS = [['naive', 'naive C++'], ['node', 'Node'], ['go', 'Go']];

// What measured `who` of the other languages; nothing where it was not there.
function readPeer(file, who) {
  if (!existsSync(file)) return {};
  return Object.fromEntries(readLines(file).map(({carrier, ns}) => [`${who}/${carrier}`, ns]));
}

function readResults() {
  const pipeline = readRounds(`${folder}/pipeline`, 'stages.json', (prefix) => ({
    ...cpuNanos(readBenchmarks(`${prefix}.cpp.json`)),
    ...cpuNanos(readBenchmarks(`${prefix}.stages.json`)),
    ...readPeer(`${prefix}.node.json`, 'node'),
    ...readPeer(`${prefix}.go.json`, 'go'),
  }));
  const growth = readRounds(`${folder}/growth`, 'threads.json', (prefix) => ({
    sizes: cpuNanos(readBenchmarks(`${prefix}.sizes.json`)),
    threads: readBenchmarks(`${prefix}.threads.json`),
  }));
  const optional = (file, read) => existsSync(`${folder}/${file}`) ? read(`${folder}/${file}`) : undefined;
  return {
    pipeline, growth,
    allocations: optional('pipeline/allocations.json', readBenchmarks),
    dedupe: optional('dedupe/keys.json', readBenchmarks),
    conversations: optional('conversations/sizes.json', readBenchmarks),
    soak: optional('soak/memory.json', readLines),
    servers: optional('host/servers.json', readLines),
    sqlite: readRounds(`${folder}/host`, 'sqlite.json', (prefix) => readBenchmarks(`${prefix}.sqlite.json`)),
  };
}

function gatesTable(results) {
  const verdict = ({measured, gate, aim, most}) => {
    const within = (limit) => most ? measured <= limit : measured >= limit;
    if (measured === undefined) return 'not measured';
    if (gate === undefined) return within(aim) ? 'aim met' : 'aim missed';
    if (!within(gate)) return '**missed**';
    return aim !== undefined && within(aim) ? 'met, and the aim' : 'met';
  };
  return table([
    ['#', 'what', 'measured', 'gate', 'aim', ''],
    ...gates(results).map((row) => {
      const sign = row.most ? '≤' : '≥';
      const value = row.measured === undefined ? '–' : show(row.measured, row.digits ?? 2);
      const limit = (x) => x === undefined ? '' : `${sign} ${x}`;
      return [row.number, row.what, value, limit(row.gate), limit(row.aim), verdict(row)];
    }),
  ]);
}

function pipelineTables({pipeline, allocations}) {
  if (pipeline.length === 0) return [];
  const time = (name) => nanos(median(pipeline.map((round) => round[name])));
  const ratio = (a, b, digits) => show(median(pipeline.map((round) => round[a] / round[b])), digits);
  const each = (f) => ALL.map((carrier) => f(carrier));
  const peers = PEERS.filter(([who]) => `${who}/whatsapp` in pipeline[0]);
  const count = (stage) => (carrier) => show(allocations[`${stage}/${carrier}/iterations:4`].allocations, 1);
  return [
    'CPU time of a request:',
    table([
      ['', ...ALL.map(label)],
      ...[['floor', 'floor'], ['omni', 'omni'], ...peers].map(
          ([who, name]) => [name, ...each((c) => time(`${who}/${c}`))]),
      ['omni ÷ floor', ...each((c) => ratio(`omni/${c}`, `floor/${c}`))],
      ...peers.map(([who, name]) => [`${name} ÷ omni`, ...each((c) => ratio(`${who}/${c}`, `omni/${c}`, 1))]),
      ...peers.map(([who, name]) => [`${name} ÷ floor`, ...each((c) => ratio(`${who}/${c}`, `floor/${c}`, 1))]),
      ['forged ÷ accepted', ...each((c) => ratio(`forged/${c}`, `omni/${c}`))],
    ]),
    'Of omni’s, the adapter’s own stages, and heap allocations:',
    table([
      ['', ...ALL.map(label)],
      ...['verify', 'normalize', 'encode'].map((stage) => [stage, ...each((c) => time(`${stage}/${c}`))]),
      ...(allocations ? ['verify', 'normalize', 'encode', 'pipeline'].map(
          (stage) => [`allocations: ${stage === 'pipeline' ? 'the whole' : stage}`, ...each(count(stage))]) : []),
    ]),
  ];
}

function growthTable({growth}) {
  if (growth.length === 0) return [];
  const sizes = [10, 1000, 10_000];
  const time = (name) => nanos(median(growth.map((round) => round.sizes[name])));
  return [
    'CPU time of a request as a deployment grows:',
    table([
      ['', ...sizes.map((size) => size.toLocaleString('en'))],
      ...[['Twilio’s accounts', 'TwilioSmsPipeline'], ['WhatsApp’s channels', 'WhatsAppTextPipeline'],
        ['mapped accounts', 'WhatsAppTextMappings']].map(
          ([what, name]) => [what, ...sizes.map((size) => time(`${name}/${size}`))]),
    ]),
  ];
}

function dedupeTable({dedupe}) {
  if (!dedupe) return [];
  return [
    'The idempotency store in memory:',
    table([
      ['live keys', 'a new key, claimed and completed', 'a known key', 'bytes a key', 'memory after five expiries'],
      ...Object.values(dedupe).map((b) => [keysOf(b).toLocaleString('en'), nanos(b.new_ns), nanos(b.found_ns),
        show(b.bytes_per_key, 1), `× ${show(b.growth)}`]),
    ]),
  ];
}

function conversationsTable({conversations}) {
  if (!conversations) return [];
  const sizes = [10_000, 100_000, 1_000_000];
  const row = (what, name, counter, text) => [what, ...sizes.map(
      (size) => text(conversations[`${name}/${size}/iterations:1`][counter]))];
  const bytes = (value) => `${Math.round(value).toLocaleString('en')} bytes`;
  return [
    'An event where conversations are many, each of which has another one there:',
    table([
      ['', ...sizes.map((size) => size.toLocaleString('en'))],
      row('into the durable queue', 'DurableQueue', 'in_ns', nanos),
      row('out of it, in the order of its conversation', 'DurableQueue', 'out_ns', nanos),
      row('its memory for a conversation that waits', 'DurableQueue', 'bytes', bytes),
      row('into a history in memory', 'HistoryInMemory', 'in_ns', nanos),
      row('to read its newest page', 'HistoryInMemory', 'out_ns', nanos),
      row('its memory for a conversation', 'HistoryInMemory', 'bytes', bytes),
      row('into a history on SQLite', 'HistoryOnSqlite', 'in_ns', nanos),
      row('to read its newest page', 'HistoryOnSqlite', 'out_ns', nanos),
    ]),
  ];
}

function hostTable({servers}) {
  if (!servers) return [];
  const NAMES = {nginx: 'nginx, `return 200`', front_end: 'omni’s front end alone', memory: 'omni, queue in memory',
    fastify: 'Fastify', sqlite: 'omni, SQLite'};
  const rows = [];
  for (const connections of [32, 256]) {
    for (const [name, what] of Object.entries(NAMES)) {
      const mine = servers.filter((s) => s.name === name && s.connections === connections);
      if (mine.length === 0) continue;
      const of = (key) => median(mine.map((s) => s[key]));
      rows.push([what, connections, Math.round(of('rate')).toLocaleString('en'), `${show(of('cost'), 1)} µs`,
        `${Math.round(of('p50'))} µs`, `${Math.round(of('p99'))} µs`, `${show(of('idle') / 1024, 0)} MB`,
        `${show(of('resident') / 1024, 0)} MB`]);
    }
  }
  return [
    'Hosts on one core, signed posts of 1 KB, wrk on another core:',
    table([['', 'connections', 'requests a second', 'CPU time of a request', 'p50', 'p99', 'memory, idle', 'at the end'],
      ...rows]),
  ];
}

function soakTable({soak}) {
  if (!soak) return [];
  const every = Math.max(1, Math.floor(soak.length / 8));
  return [
    'The host on SQLite, with a worker that takes out what comes in:',
    table([
      ['webhooks', 'memory', 'file'],
      ...soak.filter((_, i) => (soak.length - 1 - i) % every === 0).map(({events, resident, file}) =>
        [events.toLocaleString('en'), `${show(resident / 1024, 0)} MB`, `${show(file / 1024, 0)} MB`]),
    ]),
  ];
}

function svg({pipeline}) {
  const ratio = (who, carrier) => median(pipeline.map((round) => round[`${who}/${carrier}`] / round[`floor/${carrier}`]));
  return picture('CPU time of one request, the floor being 1', ALL.map((carrier) => ({
    carrier: label(carrier),
    values: [['floor', 'floor'], ['omni', 'omni'], ...PEERS]
        .filter(([who]) => `${who}/${CARRIERS[0]}` in pipeline[0])
        .map(([who, name]) => [name, ratio(who, carrier)]),
  })));
}

const results = readResults();
const rounds = Math.max(results.pipeline.length, results.growth.length, results.sqlite.length);
const hasPicture = results.pipeline.length > 0;
const text = [
  ...(hasPicture ? ['![CPU time of one request, the floor being 1](images/performance.svg)'] : []),
  `Measured on ${new Date().toISOString().slice(0, 10)}: ${rounds} rounds, ${cpus().length} cores of ${cpus()[0].model}.`,
  gatesTable(results), ...pipelineTables(results), ...growthTable(results), ...dedupeTable(results),
  ...conversationsTable(results),
  ...hostTable(results), ...soakTable(results),
].join('\n\n');
const page = 'docs/performance.md';
writeFileSync(page, readFileSync(page, 'utf8').replace(
    /(<!-- measured -->\n)[^]*(\n<!-- \/measured -->)/, (_, begin, end) => `${begin}\n${text}\n${end}`));
if (hasPicture) writeFileSync('docs/images/performance.svg', svg(results));
console.log(text);
