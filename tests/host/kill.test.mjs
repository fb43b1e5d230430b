// The host is killed under load, at random moments, again and again. What it acknowledged is in the
// queue; what it did not, the carrier sends again.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {send, whatsapp} from './carriers.mjs';
import {everything, makeFolder, Omni} from './harness.mjs';
import {enough, startLoad} from './load.mjs';
import {isInstalled, RabbitMq} from './rabbitmq.mjs';

const ROUNDS = Number(process.env.OMNI_KILL_ROUNDS ?? 3);
const ENGINE = process.env.OMNI_KILL_ENGINE ?? 'sqlite';
const PATIENCE = 60_000;

const randomBelow = (limit) => Math.floor(Math.random() * limit);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Redelivers, as a carrier does, until it is acknowledged. */
async function redeliver(omni, id) {
  const end = Date.now() + PATIENCE;
  while ((await send(omni.url, whatsapp(id))).status !== 200) {
    if (Date.now() > end) throw new Error(`${id} is not acknowledged`);
    await pause(20);
  }
}

/** Kills and restarts; the ids of all messages that were sent, every one acknowledged in the end. */
async function killAgainAndAgain(omni) {
  const sent = new Set();
  let redelivered = 0;
  for (let round = 0; round < ROUNDS; ++round) {
    const load = startLoad(omni.url, `kill-${round}`);
    await enough(load, randomBelow(60));
    await pause(randomBelow(30));
    await omni.kill();
    await load.stop();
    await omni.serve();
    for (const id of load.owed) await redeliver(omni, id);
    redelivered += load.owed.length;
    for (const id of [...load.acknowledged, ...load.owed.map((id) => `wamid.${id}`)]) sent.add(id);
  }
  return {sent, redelivered};
}

/** `repeats`: how often the same event may be there. */
function check(t, queued, {sent, redelivered}, repeats) {
  const times = new Map();
  for (const {dedupeKey} of queued) times.set(dedupeKey, (times.get(dedupeKey) ?? 0) + 1);
  const there = new Set(queued.map((event) => event.carrierMessageId));
  const lost = [...sent].filter((id) => !there.has(id));
  t.diagnostic(`${ROUNDS} kills: ${sent.size} acknowledged (${redelivered} when sent again), ` +
               `${lost.length} lost, ${queued.length - times.size} repeated`);
  assert.deepEqual(lost, []);
  assert.ok(Math.max(0, ...times.values()) <= repeats, 'no event more often than the queue promises');
}

test('over SQLite every event is there once', {skip: ENGINE !== 'sqlite'}, async (t) => {
  const omni = await Omni.start(t);
  const outcome = await killAgainAndAgain(omni);
  check(t, await omni.events(), outcome, 1);
});

// The broker does not know what it has been given: an event that it confirmed to a host that was
// killed in that moment comes again.
test('over RabbitMQ every event is there, at least once',
     {skip: ENGINE !== 'rabbitmq' || !isInstalled()}, async (t) => {
  const folder = makeFolder(t);
  const broker = await RabbitMq.start(t, folder);
  const omni = await Omni.start(t, everything({
    queue: {type: 'rabbitmq', url: broker.url, queueType: 'classic', stores: 'var/stores.db'},
  }), {folder});
  await redeliver(omni, 'first');  // the queue is there
  const outcome = await killAgainAndAgain(omni);
  outcome.sent.add('wamid.first');
  const queued = [];
  const end = Date.now() + PATIENCE;
  while (new Set(queued.map((event) => event.carrierMessageId)).size < outcome.sent.size && Date.now() < end) {
    queued.push(...await omni.events('--ack', '--queue', 'acme:whatsapp:inbound'));
  }
  check(t, queued, outcome, 2);
});
