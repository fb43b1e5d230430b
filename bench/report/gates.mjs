// What is asked of omni, each with what was measured: {number, what, measured, gate, aim, most}.
// `most`: gate and aim are maxima. `measured` is undefined where that part was not run; some have an
// aim and no gate.

import {ALL, CARRIERS, geomean, keysOf, label, median} from './results.mjs';

const NODE_GATES = {whatsapp: 5, twilio: 9, messagebird: 7, bandwidth: 6.5, whatsapp_batch: 4.5};

function pipelineGates({pipeline, allocations}) {
  const of = (f) => pipeline.length > 0 ? median(pipeline.map(f)) : undefined;
  const ratio = (a, b) => of((round) => round[a] / round[b]);
  const mean = (a, b) => of((round) => geomean(CARRIERS.map((c) => round[`${a}/${c}`] / round[`${b}/${c}`])));
  const most = (stage) => allocations &&
      Math.max(...CARRIERS.map((c) => allocations[`${stage}/${c}/iterations:4`].allocations));
  const excess = pipeline.length > 0 ?
      Math.max(...CARRIERS.map((c) => of((round) => round[`omni/${c}`] - round[`floor/${c}`]))) : undefined;
  const hasNaive = pipeline.length > 0 && 'naive/whatsapp' in pipeline[0];
  return [
    {number: 1, what: 'omni ÷ floor, geometric mean of the four carriers', measured: mean('omni', 'floor'),
      gate: 1.5, aim: 1.25, most: true},
    {number: 2, what: 'the most that a carrier is above its floor, ns', measured: excess, gate: 600, aim: 400,
      most: true, digits: 0},
    {number: 2, what: 'a batch of 50 ÷ its floor', measured: ratio('omni/whatsapp_batch', 'floor/whatsapp_batch'),
      gate: 1.7, aim: 1.4, most: true},
    ...ALL.map((c) => ({number: 3, what: `Node ÷ omni, ${label(c)}`, measured: ratio(`node/${c}`, `omni/${c}`),
      gate: NODE_GATES[c]})),
    {number: 3, what: 'Node ÷ omni, geometric mean of the four', measured: mean('node', 'omni'), aim: 8.5},
    {number: 4, what: 'naive C++ ÷ omni, geometric mean of the four',
      measured: hasNaive ? mean('naive', 'omni') : undefined, gate: 7, aim: 8},
    {number: 5, what: 'MAC of 1 KiB ÷ copying a context that was keyed ahead', measured: ratio('mac/omni', 'mac/floor'),
      gate: 1.15, aim: 1.03, most: true},
    {number: 5, what: 'allocations in verify, the most of a carrier', measured: most('verify'), gate: 2, aim: 0,
      most: true, digits: 1},
    {number: 6, what: 'forged ÷ accepted, WhatsApp', measured: ratio('forged/whatsapp', 'omni/whatsapp'), gate: 0.6,
      aim: 0.5, most: true},
    {number: 7, what: 'allocations of an accepted request, the most of a carrier', measured: most('pipeline'),
      gate: 12, aim: 8, most: true, digits: 1},
  ];
}

function hostGates({servers, sqlite}) {
  // Ratios within a round, as everywhere.
  const rounds = servers ? [...new Set(servers.map((s) => s.round))] : [];
  const pick = (round, name, connections, key) =>
      servers.find((s) => s.round === round && s.name === name && s.connections === connections)[key];
  const of = (f) => rounds.length > 0 ? median(rounds.map(f)) : undefined;
  const bareInserts = (round) => Object.values(sqlite[round - 1]).find(
      (one) => one.name.includes('unique_index:1')).raw_per_second;
  return {
    before: [
      {number: 8, what: 'host, queue in memory ÷ nginx `return 200`, CPU time of a request',
        measured: of((r) => pick(r, 'memory', 32, 'cost') / pick(r, 'nginx', 32, 'cost')), gate: 1.4, aim: 1.15,
        most: true},
      {number: 9, what: 'Fastify ÷ host, CPU time of a request',
        measured: of((r) => pick(r, 'fastify', 32, 'cost') / pick(r, 'memory', 32, 'cost')), gate: 3.5, aim: 4.5},
      {number: 10, what: 'host on SQLite ÷ in memory, requests a second over 256 connections',
        measured: of((r) => pick(r, 'sqlite', 256, 'rate') / pick(r, 'memory', 256, 'rate')), gate: 0.4, aim: 0.6},
      {number: 10, what: 'host on SQLite ÷ bare batched inserts with a unique key, a second',
        measured: of((r) => pick(r, 'sqlite', 256, 'rate') / bareInserts(r)), gate: 0.6, aim: 0.8},
    ],
    after: [
      {number: 15, what: 'memory of the idle host on SQLite, MB',
        measured: of((r) => pick(r, 'sqlite', 256, 'idle') / 1024), gate: 30, most: true, digits: 1},
    ],
  };
}

function dedupeGates({dedupe}) {
  const all = dedupe && Object.values(dedupe).reduce((a, b) => keysOf(a) > keysOf(b) ? a : b);
  return [
    {number: 11, what: 'a new key among 10 million, ns', measured: all?.new_ns, gate: 120, aim: 90, most: true, digits: 0},
    {number: 11, what: 'bytes for each of them', measured: all?.bytes_per_key, gate: 40, aim: 24, most: true, digits: 1},
    {number: 11, what: 'memory after five expiries ÷ before', measured: all?.growth, gate: 1.02, most: true},
  ];
}

function growthGates({growth}) {
  const grown = (name) => median(growth.map(({sizes}) => sizes[`${name}/10000`] / sizes[`${name}/10`]));
  const measured = growth.length > 0;
  const best = (threads) => Math.max(...growth.map((round) => Object.values(round.threads)
      .find((one) => one.threads === threads).items_per_second));
  return [
    {number: 12, what: '10,000 tenants ÷ 10, the worse of accounts and channels', gate: 1.25, aim: 1.1, most: true,
      measured: measured ? Math.max(grown('TwilioSmsPipeline'), grown('WhatsAppTextPipeline')) : undefined},
    {number: 12, what: '10,000 mappings ÷ 10', gate: 1.25, aim: 1.1, most: true,
      measured: measured ? grown('WhatsAppTextMappings') : undefined},
    {number: 13, what: 'two threads ÷ one, requests a second, the best of all rounds', gate: 1.8, aim: 1.95,
      measured: measured ? best(2) / best(1) : undefined},
  ];
}

export function gates(results) {
  const {before, after} = hostGates(results);
  const {pipeline} = results;
  return [
    ...pipelineGates(results), ...before, ...dedupeGates(results), ...growthGates(results),
    {number: 14, what: 'a message of a batch of 50 ÷ a message alone', gate: 0.7, aim: 0.55, most: true,
      measured: pipeline.length > 0 ?
          median(pipeline.map((round) => round['omni/whatsapp_batch'] / round['omni/whatsapp'])) / 50 : undefined},
    ...after,
  ];
}
