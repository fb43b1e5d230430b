// Starting, reloading and draining, under load.

import assert from 'node:assert/strict';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';

import {livechatMessage, livechatUpload, send, whatsapp} from './carriers.mjs';
import {everything, Omni, run, makeFolder, writeConfig} from './harness.mjs';
import {enough, startLoad} from './load.mjs';

const DRAINS = Number(process.env.OMNI_DRAINS ?? 20);

const messageIds = (events) => new Set(events.map((event) => event.carrierMessageId));

test(`a drain under load loses nothing and cuts nobody, ${DRAINS} times`, async (t) => {
  const omni = await Omni.start(t);
  const acknowledged = [];
  for (let round = 0; round < DRAINS; ++round) {
    if (round > 0) await omni.serve();
    const load = startLoad(omni.url, `drain-${round}`);
    await enough(load, 20 + round);
    const end = await omni.stop();
    await load.stop();
    assert.deepEqual(end, {code: 0, signal: null});
    assert.equal(load.outcomes.cut ?? 0, 0, JSON.stringify(load.outcomes));
    assert.deepEqual(Object.keys(load.outcomes).filter((key) => !['200', '503', 'refused'].includes(key)), []);
    acknowledged.push(...load.acknowledged);
  }
  const queued = messageIds(await omni.events());
  for (const id of acknowledged) assert.ok(queued.has(id), `${id} was acknowledged`);
});

test('a request that never came whole does not spoil a drain', async (t) => {
  const omni = await Omni.start(t, everything({listen: {address: '127.0.0.1', port: 0, drainTimeout: '500ms'}}));
  const socket = connect(Number(new URL(omni.url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('POST /twilio HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n');
  const [told] = await once(socket, 'data');
  assert.match(String(told), /^HTTP\/1\.1 100 /, 'the request has begun');
  assert.deepEqual(await omni.stop(), {code: 0, signal: null});
});

test('a reload under load drops no request', async (t) => {
  const omni = await Omni.start(t);
  const load = startLoad(omni.url, 'reload');
  for (let round = 1; round <= 5; ++round) {
    await enough(load, load.acknowledged.length + 20);
    omni.signal('SIGHUP');
    await omni.logged('reloaded', () => omni.log.filter((line) => line.event === 'reloaded').length >= round);
  }
  await load.stop();
  assert.deepEqual(Object.keys(load.outcomes), ['200']);
  const queued = messageIds(await omni.events());
  for (const id of load.acknowledged) assert.ok(queued.has(id));
  assert.deepEqual(await omni.stop(), {code: 0, signal: null});
});

test('a reload changes channels; a bad file is refused and the old one stays', async (t) => {
  const omni = await Omni.start(t);
  writeFileSync(join(omni.folder, omni.config), JSON.stringify(everything({chanels: []})));
  omni.signal('SIGHUP');
  const refused = await omni.logged('reload_refused');
  assert.match(refused.reasons, /chanels: unknown key; did you mean channels\?/);
  assert.equal((await send(omni.url, whatsapp())).status, 200);

  const moved = everything({listen: {address: '127.0.0.1', port: 0, threads: 3}});
  moved.channels[0].path = '/elsewhere';
  writeFileSync(join(omni.folder, omni.config), JSON.stringify(moved));
  omni.signal('SIGHUP');
  await omni.logged('reloaded');
  assert.equal((await omni.logged('restart_needed')).setting, 'listen');
  assert.equal((await send(omni.url, whatsapp())).status, 404);
  assert.equal((await send(omni.url, {...whatsapp(), path: '/elsewhere'})).status, 200);
});

test('files get the URL that is public now', async (t) => {
  const omni = await Omni.start(t);
  assert.equal((await send(omni.url, livechatMessage())).status, 200);
  let reloads = 0;
  const urlAfter = async (publicUrl) => {
    writeFileSync(join(omni.folder, omni.config), JSON.stringify(everything({publicUrl})));
    omni.signal('SIGHUP');
    ++reloads;
    await omni.logged('reloaded', () => omni.log.filter((line) => line.event === 'reloaded').length >= reloads);
    const {media} = await (await send(omni.url, livechatUpload())).json();
    return media.url.slice(0, media.url.lastIndexOf('/'));
  };
  assert.equal(await urlAfter('https://new.example.com/hooks/'), 'https://new.example.com/hooks/media');
  assert.equal(await urlAfter(undefined), `${omni.url}/media`);
  assert.equal(await urlAfter('https://again.example.com'), 'https://again.example.com/media');
});

test('two processes cannot serve one file', async (t) => {
  const omni = await Omni.start(t);
  const second = await run(omni.folder, ['serve', '--config', omni.config]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /another process has the file/);
});

test('an insecure channel is refused, or warned of at every start', async (t) => {
  const folder = makeFolder(t);
  const channel = {adapter: 'bandwidth', tenant: 'acme'};
  writeConfig(folder, everything({channels: [channel]}));
  const refused = await run(folder, ['serve', '--config', 'omni.json']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /channels\[0\].*no way to authenticate/);
  const omni = await Omni.start(t, everything({channels: [{...channel, insecure: true}]}), {folder});
  for (let start = 0; start < 2; ++start) {
    const warning = await omni.logged('warning', (line) => line.reason === 'insecure_channel');
    assert.match(warning.message, /bandwidth/);
    await omni.stop();
    await omni.serve();
  }
});
