// Rate limits, quotas, traces, readiness.

import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {test} from 'node:test';

import {admin} from './admin_client.mjs';
import * as carriers from './carriers.mjs';
import {everything, Omni, SECRETS, until} from './harness.mjs';

const status = async (omni, request) => (await carriers.send(omni.url, await request)).status;

test('a tenant beyond its rate is told when to come again', async (t) => {
  const omni = await Omni.start(t, everything({
    limits: {perTenant: {requestsPerSecond: 0.01, burst: 2}}}));
  assert.equal(await status(omni, carriers.whatsapp()), 200);
  assert.equal(await status(omni, carriers.twilioSms()), 200);
  const answer = await carriers.send(omni.url, carriers.whatsapp());
  assert.equal(answer.status, 429);
  assert.equal((await answer.json()).code, 'RATE_LIMITED');
  assert.ok(Number(answer.headers.get('retry-after')) > 1);
  const forged = {...carriers.whatsapp(), body: '{}'};
  assert.equal(await status(omni, forged), 401, 'a stranger uses up nothing and hears of nothing');
});

test('an origin beyond its rate is turned away before anything is looked at', async (t) => {
  const omni = await Omni.start(t, everything({
    trustedProxies: ['127.0.0.1/32'],
    limits: {perOrigin: {requestsPerSecond: 0.01, burst: 2}}}));
  const from = (client) => status(omni, {
    path: '/nowhere', body: '', headers: {'X-Forwarded-For': client}});
  assert.equal(await from('192.0.2.1'), 404);
  assert.equal(await from('192.0.2.1'), 404);
  assert.equal(await from('192.0.2.1'), 429);
  assert.equal(await from('192.0.2.2'), 404);
  assert.equal((await fetch(`${omni.url}/health`)).status, 200);
});

test('wrong tokens of an administrator are counted by address, whatever they are tried at', async (t) => {
  const omni = await Omni.start(t, everything({
    trustedProxies: ['127.0.0.1/32'], limits: {adminFailures: {perMinute: 0.01, burst: 4}}}));
  const stats = (token, client = '192.0.2.1') => fetch(`${omni.url}/admin/stats`, {
    headers: {...(token && {Authorization: `Bearer ${token}`}), 'X-Forwarded-For': client}});
  const mapping = (token, client = '192.0.2.1') => {
    const request = carriers.whatsappMapping(token);
    return carriers.send(omni.url, {...request, headers: {...request.headers, 'X-Forwarded-For': client}});
  };
  for (let i = 0; i < 8; ++i) {
    assert.equal((await stats(SECRETS.OMNI_ADMIN_TOKEN)).status, 200);
    assert.equal((await mapping(SECRETS.OMNI_ADMIN_TOKEN)).status, 200);
    assert.equal((await stats()).status, 401, 'no token is no guess');
  }
  for (const guess of ['a', 'b']) {
    assert.equal((await stats(guess)).status, 401);
    assert.equal((await mapping(guess)).status, 401);
  }
  for (const refused of [await stats('c'), await mapping('d'), await stats(SECRETS.OMNI_ADMIN_TOKEN),
                         await mapping(SECRETS.OMNI_ADMIN_TOKEN)]) {
    assert.equal(refused.status, 429);
    assert.equal((await refused.json()).code, 'RATE_LIMITED');
    assert.ok(Number(refused.headers.get('retry-after')) > 1);
  }
  assert.equal((await stats()).status, 401);
  assert.equal((await stats(SECRETS.OMNI_ADMIN_TOKEN, '192.0.2.2')).status, 200, 'another address');
  assert.equal((await mapping(SECRETS.OMNI_ADMIN_TOKEN, '192.0.2.2')).status, 200);
  assert.equal((await omni.logged('request', (line) => line.status === 429)).path, '/admin/stats');
});

test('files are counted with the webhooks of their origin', async (t) => {
  const omni = await Omni.start(t, everything({limits: {perOrigin: {requestsPerSecond: 0.01, burst: 2}}}));
  const file = () => fetch(`${omni.url}/media/none`);
  assert.equal((await file()).status, 404);
  assert.equal((await file()).status, 404);
  const refused = await file();
  assert.equal(refused.status, 429);
  assert.ok(refused.headers.get('retry-after'));
  assert.equal((await fetch(`${omni.url}/console`)).status, 200);
});

test('a quota of the month outlasts a restart', async (t) => {
  const omni = await Omni.start(t, everything({
    limits: {perTenant: {requestsPerSecond: 1000, burst: 1000, monthlyQuota: 2}}}));
  assert.equal(await status(omni, carriers.whatsapp()), 200);
  assert.equal((await omni.stop()).code, 0);
  await omni.serve();
  assert.equal(await status(omni, carriers.whatsapp()), 200);
  const answer = await carriers.send(omni.url, carriers.whatsapp());
  assert.equal(answer.status, 429);
  assert.match((await answer.json()).error, /quota/);
  assert.equal((await omni.logged('request', (line) => line.status === 429)).reason, 'quota_used_up');
});

test('a channel may take larger bodies than the others', async (t) => {
  const config = everything();
  const channel = config.channels.find(({adapter}) => adapter === 'livechat');
  channel.maxBodyBytes = 6 << 20;
  config.channels.push({...channel, id: 'small', path: '/small/{identifier}', tenant: 'small', maxBodyBytes: 100,
                        webhookSecret: 'literal:other', apiToken: 'literal:other'});
  const omni = await Omni.start(t, config);
  assert.equal(await status(omni, carriers.livechatMessage()), 200);
  const upload = (megabytes) => status(omni, carriers.livechatUpload('x'.repeat(megabytes << 20)));
  assert.equal(await upload(5), 200);
  assert.equal(await upload(7), 413);
  const large = {...carriers.twilioSms(), body: 'x'.repeat(5 << 20)};
  assert.equal(await status(omni, large), 413, 'the others have what all have');
  const small = {...carriers.livechatWebhook(), path: `/small/${carriers.IDENTIFIER}`};
  assert.equal(await status(omni, small), 413);
  const {body} = await admin(omni, 'GET', '/admin/channels/small');
  assert.equal(body.options.maxBodyBytes, 100);
  const added = {adapter: 'inteliquent', path: '/more', token: 'literal:t', maxBodyBytes: 1 << 30};
  const refused = await admin(omni, 'POST', '/admin/channels', added);
  assert.equal(refused.status, 400);
  assert.match(refused.body.error, /^maxBodyBytes: expected an integer/);
  assert.equal((await admin(omni, 'POST', '/admin/channels', {...added, maxBodyBytes: 50})).status, 201);
  assert.equal(await status(omni, {path: '/more', body: 'x'.repeat(60)}), 413);
});

test('a trace goes on in the queue and in the log', async (t) => {
  const omni = await Omni.start(t);
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const request = carriers.whatsapp();
  await carriers.send(omni.url, {...request, headers: {...request.headers, traceparent}});
  const line = await omni.logged('request', (each) => each.traceId);
  assert.equal(line.traceId, '4bf92f3577b34da6a3ce929d0e0e4736');
  assert.equal(line.spanId, '00f067aa0ba902b7');
  const socket = connect(`${omni.folder}/var/omni.db.sock`);
  t.after(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => text += chunk);
  socket.write(JSON.stringify({ask: 'lease', queue: 'acme:whatsapp:inbound', limit: 1, visibility: 1e6}) + '\n');
  const {deliveries} = JSON.parse(await until(() => text.endsWith('\n') && text));
  assert.deepEqual(deliveries[0].headers, ['traceparent', traceparent]);
});

test('the log has one line for each request, with what became of it', async (t) => {
  const omni = await Omni.start(t);
  await carriers.send(omni.url, carriers.bandwidth('b1'));
  const line = await omni.logged('request');
  assert.deepEqual(Object.keys(line), [
    'time', 'level', 'event', 'requestId', 'method', 'path', 'status', 'carrier', 'channel', 'tenant',
    'client', 'outcome', 'reason', 'authentication', 'keyId', 'accepted', 'duplicates', 'durationMs']);
  assert.equal(line.outcome, 'success');
  assert.equal(line.carrier, 'bandwidth');
  assert.equal(line.tenant, 'acme');
  assert.equal(line.accepted, 1);
  assert.ok(!line.path.includes('14045550123'), line.path);
  assert.equal(omni.log.filter((each) => each.event === 'request').length, 1);
});

test('a full queue is not ready and answers 503', async (t) => {
  const omni = await Omni.start(t, everything({queue: {type: 'memory', maxEnvelopes: 1}}));
  assert.equal((await fetch(`${omni.url}/ready`)).status, 200);
  assert.equal(await status(omni, carriers.whatsapp()), 200);
  const refused = await carriers.send(omni.url, carriers.whatsapp());
  assert.equal(refused.status, 503);
  assert.equal((await refused.json()).code, 'QUEUE_UNAVAILABLE');
  assert.ok(refused.headers.get('retry-after'));
  const ready = await until(async () => {
    const answer = await fetch(`${omni.url}/ready`);
    return answer.status === 503 && answer;
  });
  assert.equal((await ready.json()).code, 'QUEUE_UNAVAILABLE');
  assert.equal((await fetch(`${omni.url}/health`)).status, 200);
});

test('a file that is full is not ready', async (t) => {
  const omni = await Omni.start(
      t, everything({queue: {type: 'sqlite', path: 'var/omni.db', maxFileBytes: 300_000}}));
  assert.equal((await fetch(`${omni.url}/ready`)).status, 200);
  for (let i = 0; ; ++i) {
    assert.ok(i < 5000, 'it is never full');
    if (await status(omni, carriers.whatsapp()) === 503) break;
  }
  const ready = await fetch(`${omni.url}/ready`);
  assert.equal(ready.status, 503);
  assert.equal((await ready.json()).code, 'QUEUE_UNAVAILABLE');
});
