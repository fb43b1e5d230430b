// Administration over a real socket: who may, what it shows, what it changes.

import assert from 'node:assert/strict';
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {admin, giveUpOn, lease, watch} from './admin_client.mjs';
import * as carriers from './carriers.mjs';
import {everything, Omni, SECRETS, until} from './harness.mjs';

const {send} = carriers;

test('only administrators may', async (t) => {
  const omni = await Omni.start(t, everything());
  const paths = ['channels', 'channels/x', 'mappings', 'queues', 'queues/q/events', 'dead',
                 'quarantine', 'stats', 'live', 'simulations'];
  for (const path of paths) {
    for (const token of [null, 'wrong', `${SECRETS.OMNI_ADMIN_TOKEN}x`, '']) {
      const answer = await admin(omni, 'GET', `/admin/${path}`, undefined, token);
      assert.equal(answer.status, 401, path);
      assert.equal(answer.body.code, 'UNAUTHORIZED');
      assert.equal(answer.body.requestId, answer.headers.get('x-request-id'));
      assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
    }
  }
  assert.equal((await admin(omni, 'GET', '/admin/stats')).status, 200);
  assert.ok(!omni.stderr.includes(SECRETS.OMNI_ADMIN_TOKEN), 'the token is in the log');
});

test('without a token nobody may', async (t) => {
  const omni = await Omni.start(t, everything({admin: {}}));
  const answer = await admin(omni, 'GET', '/admin/stats', undefined, 'anything');
  assert.ok([401, 403].includes(answer.status));
});

test('channels are seen without their secrets', async (t) => {
  const omni = await Omni.start(t);
  const {body, text} = await admin(omni, 'GET', '/admin/channels');
  assert.deepEqual(body.channels.map(({id, source, enabled, tenant}) => [id, source, enabled, tenant]),
                   ['whatsapp-0', 'twilio-1', 'bandwidth-2', 'livechat-3', 'messagebird-4',
                    'inteliquent-5'].map((id) => [id, 'file', true, 'acme']));
  assert.deepEqual(body.channels[0].secrets, [{name: 'appSecret', count: 1}, {name: 'verifyToken', count: 1}]);
  assert.deepEqual(body.channels[1].endpoints, [{path: '/twilio', methods: ['POST']}]);
  for (const secret of ['env:', ...Object.values(SECRETS)]) assert.ok(!text.includes(secret), secret);
  assert.deepEqual((await admin(omni, 'GET', '/admin/channels?tenant=beta')).body.channels, []);
  assert.equal((await admin(omni, 'GET', '/admin/channels/twilio-1')).body.adapter, 'twilio');
  assert.equal((await admin(omni, 'GET', '/admin/channels/none')).status, 404);
});

test('channels of the file are switched off and on, and not changed', async (t) => {
  const omni = await Omni.start(t);
  const off = await admin(omni, 'PATCH', '/admin/channels/twilio-1', {enabled: false});
  assert.equal(off.status, 200);
  assert.equal(off.body.enabled, false);
  assert.equal((await send(omni.url, carriers.twilioSms())).status, 404);
  assert.equal((await send(omni.url, carriers.whatsapp())).status, 200, 'the others go on');
  const ids = (await admin(omni, 'GET', '/admin/channels')).body.channels.map(({id}) => id);
  assert.equal(ids[2], 'bandwidth-2', 'ids stay when positions change');
  assert.equal((await admin(omni, 'PATCH', '/admin/channels/twilio-1', {tenant: 'x'})).status, 409);
  assert.equal((await admin(omni, 'DELETE', '/admin/channels/twilio-1')).status, 409);

  await omni.stop();
  await omni.serve();
  assert.equal((await send(omni.url, carriers.twilioSms())).status, 404, 'also after a restart');
  assert.equal((await admin(omni, 'PATCH', '/admin/channels/twilio-1', {enabled: true})).status, 200);
  assert.equal((await send(omni.url, carriers.twilioSms())).status, 200);
});

test('channels are added, changed and removed, and outlast a restart', async (t) => {
  const omni = await Omni.start(t, everything({channels: []}));
  assert.equal((await send(omni.url, carriers.whatsapp())).status, 404);
  const channel = {adapter: 'whatsapp', tenant: 'beta', appSecret: 'another', verifyToken: SECRETS.WA_VERIFY};
  const made = await admin(omni, 'POST', '/admin/channels', channel);
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.source, 'runtime');
  assert.ok(!made.text.includes('another'));
  const path = `/admin/channels/${made.body.id}`;
  assert.equal((await send(omni.url, carriers.whatsapp())).status, 401, 'signed with another secret');
  const changed = await admin(omni, 'PATCH', path, {appSecret: [SECRETS.WA_SECRET, 'another']});
  assert.deepEqual(changed.body.secrets[0], {name: 'appSecret', count: 2});
  assert.equal((await send(omni.url, carriers.whatsapp())).status, 200);
  assert.equal((await admin(omni, 'POST', '/admin/channels', {...channel, id: made.body.id})).status, 409);
  assert.equal((await admin(omni, 'PATCH', path, {id: 'other'})).status, 409);

  const file = join(omni.folder, 'var/omni.db.channels.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await omni.kill();
  await omni.serve();
  assert.equal((await send(omni.url, carriers.whatsapp())).status, 200);
  omni.signal('SIGHUP');
  await omni.logged('reloaded');
  assert.equal((await send(omni.url, carriers.whatsapp())).status, 200, 'a reload keeps it');

  assert.equal((await admin(omni, 'PATCH', path, {enabled: false})).body.enabled, false);
  assert.equal((await send(omni.url, carriers.whatsapp())).status, 404);
  assert.equal((await admin(omni, 'DELETE', path)).status, 204);
  assert.equal((await admin(omni, 'DELETE', path)).status, 404);
  assert.deepEqual(JSON.parse(readFileSync(file)).channels, []);
});

test('mistakes in a channel are told with their paths, and change nothing', async (t) => {
  const omni = await Omni.start(t);
  const wrong = [
    [{adapter: 'twilio', tenant: 'beta', path: '/b'}, /authToken: required/],
    [{adapter: 'twilo'}, /adapter:.*twilio/],
    [{}, /adapter: required/],
    [{adapter: 'twilio', path: '/b', authToken: 'x', acountSid: 'AC1'}, /acountSid: unknown key; did you mean accountSid\?/],
    [{adapter: 'twilio', path: '/b', authToken: 'env:NOT_THERE'}, /authToken.*NOT_THERE/],
    [{adapter: 'twilio', path: '/admin/x', authToken: 'x'}, /path/],
    [{adapter: 'twilio', authToken: 'x', enabled: 'yes'}, /enabled/],
    ['not JSON', /JSON/],
    ['[]', /JSON object/],
  ];
  for (const [channel, expected] of wrong) {
    const answer = await admin(omni, 'POST', '/admin/channels', channel);
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.body.error, expected);
  }
  assert.equal((await admin(omni, 'GET', '/admin/channels')).body.channels.length, 6);
  assert.equal((await send(omni.url, carriers.twilioSms())).status, 200);
});

test('mappings', async (t) => {
  const omni = await Omni.start(t);
  const mapping = {tenant: 'acme', wabaId: '88', targetUrl: 'https://staging.example.com/hooks'};
  const made = await admin(omni, 'POST', '/admin/mappings', mapping);
  assert.equal(made.status, 200, made.text);
  assert.equal(made.body.enabled, true);
  const off = await admin(omni, 'POST', '/admin/mappings', {tenant: 'acme', wabaId: 88, enabled: false});
  assert.deepEqual([off.body.enabled, off.body.targetUrl], [false, mapping.targetUrl]);
  const {body} = await admin(omni, 'GET', '/admin/mappings');
  assert.deepEqual(body.mappings.map(({tenant, wabaId}) => [tenant, wabaId]), [['acme', '88']]);
  assert.equal(body.hasMore, false);
  for (const wrong of [{}, {wabaId: '../1', enabled: true}, {wabaId: '1'}, {wabaId: '1', enabled: 'no'},
                       {wabaId: '1', targetUrl: 'http://127.0.0.1/'}, {wabaId: '77', enabled: true}]) {
    assert.equal((await admin(omni, 'POST', '/admin/mappings', wrong)).status, 400, JSON.stringify(wrong));
  }
  assert.equal((await admin(omni, 'DELETE', '/admin/mappings/88?tenant=acme')).status, 204);
  assert.equal((await admin(omni, 'DELETE', '/admin/mappings/88?tenant=acme')).status, 404);
});

test('queues are looked into, and dead letters put back', async (t) => {
  const omni = await Omni.start(t);
  for (const id of ['a', 'b', 'c']) assert.equal((await send(omni.url, carriers.whatsapp(id))).status, 200);
  const queue = 'acme:whatsapp:inbound';
  const depths = async () => (await admin(omni, 'GET', '/admin/queues')).body.queues
      .map(({name, depth, dead}) => [name, depth, dead]);
  assert.deepEqual(await depths(), [[queue, 3, 0]]);
  const peek = (query = '') => admin(omni, 'GET', `/admin/queues/${encodeURIComponent(queue)}/events${query}`);
  const first = await peek('?limit=2');
  assert.deepEqual(first.body.events.map(({event}) => event.carrierMessageId), ['wamid.a', 'wamid.b']);
  const rest = await peek(`?limit=2&after=${first.body.next}`);
  assert.deepEqual(rest.body.events.map(({event}) => event.carrierMessageId), ['wamid.c']);
  assert.equal(rest.body.next, undefined);
  assert.equal((await peek('?limit=0')).status, 400);
  assert.equal((await peek('?limit=1001')).status, 400);
  assert.equal((await peek('?after=x')).status, 400);
  assert.deepEqual(await depths(), [[queue, 3, 0]], 'looking takes nothing out');

  const leased = async () => (await admin(omni, 'GET', '/admin/queues')).body.queues[0].leased;
  assert.equal(await leased(), 0);
  const giveBack = await lease(omni, queue, 1);
  assert.equal(await leased(), 1);
  assert.deepEqual(await depths(), [[queue, 3, 0]], 'what is on loan is still there');
  await giveBack();
  assert.equal(await leased(), 0);

  assert.equal(await giveUpOn(omni, queue, 'the CRM is down'), 8, 'one was lent before');
  assert.deepEqual(await depths(), [[queue, 0, 3]]);
  const dead = await admin(omni, 'GET', `/admin/dead?queue=${encodeURIComponent(queue)}`);
  assert.deepEqual(dead.body.events.map(({deadReason}) => deadReason), Array(3).fill('the CRM is down'));
  assert.equal((await admin(omni, 'GET', '/admin/dead')).body.events.length, 3);
  assert.equal((await admin(omni, 'POST', '/admin/dead/redrive', {})).body.code, 'MISSING_FIELD');
  assert.equal((await admin(omni, 'POST', '/admin/dead/redrive', {queue, limit: 0})).status, 400);
  const redriven = await admin(omni, 'POST', '/admin/dead/redrive', {queue, limit: 2});
  assert.deepEqual(redriven.body, {redriven: 2});
  assert.deepEqual(await depths(), [[queue, 2, 1]]);
});

test('quarantine', async (t) => {
  const omni = await Omni.start(t);
  const odd = carriers.inteliquent({type: 'sms', from: '+15559876543', text: 'hi'});
  assert.equal((await send(omni.url, odd)).status, 422);
  const {body} = await admin(omni, 'GET', '/admin/quarantine');
  assert.equal(body.capsules.length, 1, JSON.stringify(body));
  const [capsule] = body.capsules;
  assert.equal(capsule.channel, 'inteliquent-5');
  assert.equal(capsule.status, 422);
  const path = `/admin/quarantine/${capsule.id}`;
  const whole = await admin(omni, 'GET', path);
  assert.equal(whole.body.schema, 'omni.capsule.v1');
  assert.ok(!whole.text.includes(SECRETS.IQ_TOKEN));
  const replayed = await admin(omni, 'POST', `${path}/replay`, {});
  assert.equal(replayed.status, 200, replayed.text);
  assert.equal(replayed.body.replayed, false);
  assert.equal((await admin(omni, 'GET', path)).status, 200, 'what fails stays');
  assert.equal((await admin(omni, 'DELETE', path)).status, 204);
  assert.equal((await admin(omni, 'GET', path)).status, 404);
  assert.equal((await admin(omni, 'POST', `${path}/replay`, {})).status, 404);
});

test('a capsule that is understood at last is queued and removed', async (t) => {
  const channels = everything().channels;
  const narrow = channels.map((each) => each.adapter === 'whatsapp' ? {...each, accounts: ['1']} : each);
  const omni = await Omni.start(t, everything({channels: narrow}));
  await send(omni.url, carriers.whatsapp('late'));
  const capsule = await until(async () =>
      (await admin(omni, 'GET', '/admin/quarantine')).body.capsules[0], 'a capsule');
  const wide = await admin(omni, 'PATCH', '/admin/channels/whatsapp-0', {enabled: false});
  assert.equal(wide.status, 200);
  const again = {...channels[0], id: capsule.channel};
  await omni.stop();
  const {writeConfig} = await import('./harness.mjs');
  writeConfig(omni.folder, everything({channels: [{...again, id: 'whatsapp-0'}, ...channels.slice(1)]}));
  await omni.serve();
  await admin(omni, 'PATCH', '/admin/channels/whatsapp-0', {enabled: true});
  const replayed = await admin(omni, 'POST', `/admin/quarantine/${capsule.id}/replay`, {});
  assert.deepEqual([replayed.body.replayed, replayed.body.removed], [true, true], replayed.text);
  const events = await omni.events();
  assert.deepEqual(events.map(({carrierMessageId}) => carrierMessageId), ['wamid.late']);
  assert.deepEqual((await admin(omni, 'GET', '/admin/quarantine')).body.capsules, []);
});

test('the live stream tells of requests, events and rejections, addresses masked', async (t) => {
  const omni = await Omni.start(t);
  await send(omni.url, carriers.whatsapp('before'));
  const controller = new AbortController();
  t.after(() => controller.abort());
  const stream = watch(omni, controller.signal);
  const next = async (name, matches = () => true) => {
    for (let i = 0; i < 1000; ++i) {
      const {value} = await stream.next();
      if (value.name === name && matches(value.data)) return value.data;
    }
    throw new Error(`no ${name}`);
  };
  const past = await next('event');
  assert.equal(past.event.carrierMessageId, 'wamid.before', 'the past comes first');
  await next('caughtUp');
  const forged = carriers.twilioSms();
  forged.headers['X-Twilio-Signature'] = 'forged';
  await send(omni.url, forged);
  const rejection = await next('rejection');
  assert.deepEqual([rejection.carrier, rejection.status, rejection.outcome], ['twilio', 401, 'rejected']);
  assert.ok(rejection.explanation.some(({passed}) => !passed));
  await send(omni.url, carriers.twilioSms());
  const event = await next('event');
  assert.equal(event.event.carrier, 'twilio');
  assert.equal(event.event.from.address, '+***0142');
  assert.ok(!JSON.stringify(event).includes('5185550142'));
  const stats = await next('stats', ({totals}) => totals.rejected === 1);
  assert.equal(stats.totals.events, 2);
  assert.equal(stats.ready, true);
  for (let i = 0; i < 20; ++i) {  // more than may watch are refused
    const more = await fetch(`${omni.url}/admin/live`, {
      headers: {Authorization: `Bearer ${SECRETS.OMNI_ADMIN_TOKEN}`}, signal: controller.signal});
    if (more.status === 503) break;
    assert.ok(i < 16, 'there is no bound');
  }
});

test('the playground rehearses without a trace, and delivers when it is told to', async (t) => {
  const omni = await Omni.start(t);
  const {cases} = (await admin(omni, 'GET', '/admin/simulations')).body;
  assert.equal(new Set(cases.map(({carrier}) => carrier)).size, 6);
  const play = (body) => admin(omni, 'POST', '/admin/playground', body);
  const first = cases.filter(({carrier}, i) => cases[i - 2]?.carrier !== carrier);  // two of each
  for (const {carrier, name} of first) {
    const answer = await play({carrier, case: name});
    if (answer.status === 400) {
      assert.match(answer.body.error, /has no/, 'the channel lacks the secret for the case');
      continue;
    }
    assert.equal(answer.status, 200, `${carrier} ${name}: ${answer.text}`);
    assert.ok(answer.body.results.length > 0);
  }
  const {name} = cases.find(({carrier}) => carrier === 'whatsapp');
  const rehearsed = await play({carrier: 'whatsapp', case: name, set: {text: 'Bonjour'}});
  const [result] = rehearsed.body.results;
  assert.deepEqual(result.stages.map(({state}) => state), Array(5).fill('passed'), rehearsed.text);
  assert.equal(result.events[0].event.message.text, 'Bonjour');
  assert.deepEqual(await omni.events(), [], 'nothing is kept');

  const sent = await play({carrier: 'whatsapp', case: name, send: true});
  assert.equal(sent.body.sent, true);
  assert.equal((await omni.events()).length, 1);

  const raw = (request) => play({request});
  const unsigned = await raw('POST /twilio HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
                             'X-Twilio-Signature: abc\r\n\r\nMessageSid=SM1&AccountSid=AC1');
  const [endpoint, verify, normalize] = unsigned.body.results[0].stages;
  assert.deepEqual([endpoint.state, verify.state, normalize.state], ['passed', 'failed', 'skipped']);
  assert.ok(verify.steps.length > 0);
  assert.deepEqual(result.causes, [], 'what is accepted has no cause');
  const [found] = unsigned.body.results[0].causes;
  assert.ok(found.cause && found.what && found.fix, unsigned.text);
  assert.ok(!unsigned.text.includes(SECRETS.TW_TOKEN));
  const [own] = (await raw('GET /health HTTP/1.1\n\n')).body.results[0].causes;
  assert.equal(own.cause, 'own_path');
  assert.equal((await raw('GET /nowhere HTTP/1.1\n\n')).body.results[0].stages[0].state, 'failed');
  for (const wrong of ['', 'nonsense', 'POST nowhere', 'BREW /twilio HTTP/1.1\n\n', 'POST /a HTTP/1.1\nno colon\n\n']) {
    assert.equal((await raw(wrong)).status, 400, wrong);
  }
  assert.equal((await play({carrier: 'whatsapp', case: 'none'})).status, 400);
  assert.equal((await play({})).body.code, 'MISSING_FIELD');
});
