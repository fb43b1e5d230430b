// The host over RabbitMQ, with a spool in front: the broker may go, no webhook is lost.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import * as carriers from './carriers.mjs';
import {everything, makeFolder, Omni, run, writeConfig} from './harness.mjs';
import {isInstalled, RabbitMq} from './rabbitmq.mjs';

const PATIENCE = 120_000;

/** As `until`, for what takes as long as a broker does. */
async function eventually(probe, what) {
  const end = Date.now() + PATIENCE;
  while (!await probe()) {
    if (Date.now() > end) throw new Error(`${what}: not in time`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a broker, and a spool for when it is away', {skip: !isInstalled()}, async (t) => {
  const folder = makeFolder(t);
  const broker = await RabbitMq.start(t, folder);
  const omni = await Omni.start(t, everything({
    queue: {type: 'rabbitmq', url: broker.url, queueType: 'classic', stores: 'var/stores.db',
            spool: {path: 'var/spool.db'}},
  }), {folder});
  const isReady = async () => (await fetch(`${omni.url}/ready`)).status === 200;
  const send = async (id) => assert.equal((await carriers.send(omni.url, carriers.whatsapp(id))).status, 200);
  const taken = new Set();
  const take = async () => {
    for (const event of await omni.events('--ack', '--queue', 'acme:whatsapp:inbound')) {
      taken.add(event.carrierMessageId);
    }
    return taken.size;
  };

  await eventually(isReady, 'readiness');
  await send('1');
  await eventually(async () => await take() === 1, 'the first event');

  await broker.kill();
  await send('2');
  await send('3');
  await eventually(async () => !await isReady(), 'unreadiness');

  await broker.serve();
  await eventually(async () => await take() === 3, 'the events from the spool');
  assert.deepEqual([...taken], ['wamid.1', 'wamid.2', 'wamid.3']);
  assert.deepEqual(await omni.stop(), {code: 0, signal: null});
});

test('a broker and no spool: what is not accepted is refused', {skip: !isInstalled()}, async (t) => {
  const folder = makeFolder(t);
  const broker = await RabbitMq.start(t, folder);
  const omni = await Omni.start(t, everything({
    queue: {type: 'rabbitmq', url: broker.url, queueType: 'classic', stores: 'var/stores.db'},
  }), {folder});
  const send = async (id) => (await carriers.send(omni.url, carriers.whatsapp(id))).status;
  const answers = async (id, status) => eventually(async () => await send(id) === status, `${status} for ${id}`);

  await answers('1', 200);
  await broker.kill();
  assert.equal(await send('2'), 503);
  await broker.serve();
  await answers('2', 200);
  const taken = [];
  await eventually(async () => {
    taken.push(...await omni.events('--ack', '--queue', 'acme:whatsapp:inbound'));
    return taken.length >= 2;
  }, 'both events');
  assert.deepEqual(taken.map((event) => event.carrierMessageId), ['wamid.1', 'wamid.2']);
  assert.deepEqual(await omni.stop(), {code: 0, signal: null});
});

test('the options of brokers are checked', async (t) => {
  const folder = makeFolder(t);
  const rows = [
    [{type: 'rabbitmq', url: 'http://x'}, ['queue.url: expected an address', 'queue.stores: required']],
    [{type: 'rabbitmq', stores: 'x', queueType: 'quorun'},
     ['queue.queueType: expected one of quorum, classic; did you mean quorum?']],
    [{type: 'rabbitmq', stores: 'x', spool: {}}, ['queue.spool.path: required']],
    [{type: 'sqs', stores: 'x', accessKeyId: 'a'}, ['queue.secretAccessKey: required']],
    [{type: 'sqs', stores: 'x', queues: [{queue: 'a', ulr: 'b'}]},
     ['queue.queues[0].ulr: unknown key; did you mean url?']],
    [{type: 'sqs', stores: 'x', redis: {port: 0}}, ['queue.redis.port: expected an integer from 1']],
  ];
  for (const [queue, lines] of rows) {
    writeConfig(folder, everything({queue}));
    const {code, stdout} = await run(folder, ['check', '--config', 'omni.json']);
    assert.equal(code, 1);
    for (const line of lines) {
      assert.ok(stdout.split('\n').some((said) => said.startsWith(line)), `${line} in\n${stdout}`);
    }
  }
});
