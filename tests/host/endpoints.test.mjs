// The sixteen endpoints of the contract over a real socket, and the errors they share.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import * as carriers from './carriers.mjs';
import {Omni, SECRETS} from './harness.mjs';

const {send, IDENTIFIER} = carriers;

async function expectJson(omni, request, expected) {
  const answer = await send(omni.url, await request);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  assert.ok(answer.headers.get('x-request-id'));
  assert.deepEqual(JSON.parse(text), expected);
}

async function expectError(omni, request, status, code) {
  const answer = await send(omni.url, await request);
  const body = await answer.json();
  assert.equal(answer.status, status, JSON.stringify(body));
  assert.equal(body.code, code);
  assert.equal(body.requestId, answer.headers.get('x-request-id'));
  assert.ok(body.error.length > 0);
  return answer;
}

test('the endpoints', async (t) => {
  const omni = await Omni.start(t);

  await t.test('answer their carriers as the contract says', async () => {
    const handshake = await send(omni.url, carriers.whatsappHandshake());
    assert.equal(handshake.status, 200);
    assert.match(handshake.headers.get('content-type'), /^text\/plain/);
    assert.equal(await handshake.text(), '1158201444');
    await expectJson(omni, carriers.whatsapp('1'), {status: 'ok'});
    await expectJson(omni, carriers.bandwidth('bw1'), {
      success: true, message: 'Message received and queued for processing'});
    const twiml = await send(omni.url, carriers.twilioSms('1'));
    assert.equal(twiml.status, 200);
    assert.match(twiml.headers.get('content-type'), /^text\/xml/);
    assert.match(await twiml.text(), /^(<\?xml [^>]*\?>)?<Response( ?\/>|><\/Response>)$/);
    await expectJson(omni, carriers.livechatWebhook('T1_1'), {status: 'received', messageId: 'T1_1'});
    await expectJson(omni, carriers.messagebirdSms('mb1'), {success: true, messageId: 'mb1'});
    await expectJson(omni, carriers.messagebirdReport('mb2'), {success: true, messageId: 'mb2'});
    await expectJson(omni, carriers.inteliquentSms('iq1'),
                     {success: true, messageId: 'iq1', status: 'accepted'});
    await expectJson(omni, carriers.inteliquentReceipt('iq2'),
                     {success: true, messageId: 'iq2', status: 'accepted'});
    assert.equal((await omni.events()).length, 8);
  });

  await t.test('answer a duplicate like the first, and queue it once', async () => {
    await expectJson(omni, carriers.whatsapp('1'), {status: 'ok'});
    assert.equal((await omni.events()).length, 8);
    const line = await omni.logged('request', (each) => each.duplicates === 1);
    assert.equal(line.accepted, 0);
  });

  await t.test('map accounts with the host\'s administrator token', async () => {
    const answer = await send(omni.url, carriers.whatsappMapping());
    const {success, mapping} = await answer.json();
    assert.equal(success, true);
    assert.deepEqual(Object.keys(mapping),
                     ['wabaId', 'targetUrl', 'enabled', 'createdAt', 'updatedAt']);
    assert.equal(mapping.wabaId, '99');
    await expectError(omni, carriers.whatsappMapping('wrong'), 401, 'UNAUTHORIZED');
  });

  await t.test('ask and tell LiveChat\'s stores', async () => {
    const processed = await (await send(omni.url, carriers.livechatMessage('m2'))).json();
    assert.equal(processed.status, 'processed');
    assert.equal(processed.messageId, 'm2');
    assert.ok(processed.queuedAt);
    await expectJson(omni, carriers.livechat('?action=delivery_status', {
                       message_id: 'out1', chat_id: 'C1', status: 'delivered'}),
                     {status: 'acknowledged', messageId: 'out1', deliveryStatus: 'delivered'});
    const page =
        await (await send(omni.url, carriers.livechat('?action=fetch_messages&chat_id=C1', {}))).json();
    assert.equal(page.chat_id, 'C1');
    assert.equal(page.total, 2);
    assert.equal(page.hasMore, false);
  });

  await t.test('keep a file and serve it, harmless', async () => {
    const {status, media} = await (await send(omni.url, carriers.livechatUpload())).json();
    assert.equal(status, 'uploaded');
    assert.deepEqual({...media, id: 0, url: 0}, {
      id: 0, url: 0, filename: 'note.txt', content_type: 'text/plain', size: 10});
    const path = new URL(media.url).pathname;
    const file = await fetch(omni.url + path);
    assert.equal(await file.text(), 'hello file');
    assert.equal(file.headers.get('content-type'), 'application/octet-stream');
    assert.match(file.headers.get('content-disposition'), /^attachment; filename="note.txt"$/);
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
    await expectError(omni, {method: 'GET', path: '/media/unknown'}, 404, 'NOT_FOUND');
  });

  await t.test('answer preflights as the contract says', async () => {
    const rows = [
      ['/webhooks/whatsapp/receive', 'GET, POST, OPTIONS', 'Content-Type, X-Hub-Signature-256', null],
      ['/webhooks/whatsapp/mapping', 'POST, OPTIONS', 'Content-Type, Authorization', null],
      ['/bandwidth/14045550123', 'POST, OPTIONS', 'Content-Type, X-Bandwidth-Signature', null],
      [`/livechat/${IDENTIFIER}`, 'POST, OPTIONS', 'Content-Type, Authorization', '86400'],
      [`/webhooks/livechat/${IDENTIFIER}`, 'POST, OPTIONS', 'Content-Type, Authorization', '86400'],
      ['/webhooks/inteliquent', 'POST, OPTIONS', 'Content-Type, Authorization', '86400'],
    ];
    for (const [path, methods, headers, maxAge] of rows) {
      const answer = await send(omni.url, {
        method: 'OPTIONS', path, headers: {Origin: 'https://app.example.com'}});
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers.get('access-control-allow-methods'), methods, path);
      assert.equal(answer.headers.get('access-control-allow-headers'), headers, path);
      assert.equal(answer.headers.get('access-control-max-age'), maxAge, path);
    }
    const allowed = async (origin) =>
      (await send(omni.url, {method: 'OPTIONS', path: `/livechat/${IDENTIFIER}`,
                             headers: {Origin: origin}})).headers.get('access-control-allow-origin');
    assert.equal(await allowed('https://app.example.com'), 'https://app.example.com');
    assert.equal(await allowed('https://evil.example.com'), null);
  });

  await t.test('refuse what is forged', async () => {
    const changed = (request) => ({...request, body: request.body.replace('hi', 'ho')});
    await expectError(omni, changed(carriers.whatsapp()), 401, 'INVALID_SIGNATURE');
    await expectError(omni, changed(carriers.twilioSms()), 401, 'INVALID_SIGNATURE');
    await expectError(omni, changed(await carriers.messagebirdSms()), 401, 'INVALID_SIGNATURE');
    const challenged = await expectError(
        omni, {...carriers.bandwidth(), headers: {}}, 401, 'UNAUTHORIZED');
    assert.match(challenged.headers.get('www-authenticate'), /^Basic realm=/);
    await expectError(omni, {...carriers.inteliquentSms(), headers: {}}, 401, 'UNAUTHORIZED');
    await expectError(omni, {...carriers.inteliquentSms(), headers: {Authorization: 'Bearer x'}},
                      403, 'FORBIDDEN');
    const line = await omni.logged('request', (each) => each.authentication === 'rejected');
    assert.equal(line.outcome, 'refused');
  });

  await t.test('share the table of errors', async () => {
    await expectError(omni, carriers.whatsappHandshake('wrong'), 403, 'VERIFY_TOKEN_MISMATCH');
    await expectError(omni, {path: '/livechat/%21%21', body: '{}'}, 400, 'INVALID_IDENTIFIER');
    await expectError(omni, {path: '/nowhere', body: '{}'}, 404, 'NOT_FOUND');
    await expectError(omni, carriers.livechat('?action=fetch_messages', {}), 400, 'MISSING_FIELD');
    await expectError(omni, carriers.inteliquent('not JSON'), 400, 'INVALID_PAYLOAD');
    await expectError(omni, carriers.inteliquent({type: 'sms'}), 422, 'UNPROCESSABLE');
    const wrong = await expectError(omni, {method: 'DELETE', path: '/twilio'}, 405, 'METHOD_NOT_ALLOWED');
    assert.equal(wrong.headers.get('allow'), 'POST, OPTIONS');
    const own = await expectError(omni, {path: '/health', body: '{}'}, 405, 'METHOD_NOT_ALLOWED');
    assert.equal(own.headers.get('allow'), 'GET, OPTIONS');
    await expectError(omni, {path: '/twilio', body: 'x'.repeat((4 << 20) + 1)}, 413, 'PAYLOAD_TOO_LARGE');
    await expectError(omni, {path: `/twilio?${'x'.repeat(17 << 10)}`, body: ''}, 414, 'URI_TOO_LONG');
    await expectError(omni, carriers.livechatUpload('MZ\x90\0', 'text/plain', 'a.txt'), 415,
                      'UNSUPPORTED_MEDIA_TYPE');
  });

  await t.test('take a sane request id and make one otherwise', async () => {
    const id = async (given) => (await send(omni.url, {
      ...carriers.whatsapp(), headers: {...carriers.whatsapp().headers, 'X-Request-Id': given},
    })).headers.get('x-request-id');
    assert.equal(await id('mine-1'), 'mine-1');
    assert.notEqual(await id('not sane!'), 'not sane!');
    const health = await fetch(`${omni.url}/health`, {headers: {'X-Request-Id': 'mine-2'}});
    assert.equal(health.headers.get('x-request-id'), 'mine-2');
    const refused = await fetch(`${omni.url}/twilio`, {
      method: 'POST', headers: {'X-Request-Id': 'mine-3'}, body: 'x'.repeat((4 << 20) + 1),
    });
    assert.equal(refused.status, 413);
    assert.equal(refused.headers.get('x-request-id'), 'mine-3');
    assert.equal((await omni.logged('request', (line) => line.requestId === 'mine-3')).path, '/twilio');
  });

  await t.test('include health and readiness', async () => {
    assert.deepEqual(await (await fetch(`${omni.url}/health`)).json(), {status: 'ok'});
    assert.deepEqual(await (await fetch(`${omni.url}/ready`)).json(), {status: 'ready'});
  });

  await t.test('leave no secret and no full number in the log', async () => {
    await omni.stop();
    for (const secret of Object.values(SECRETS)) assert.ok(!omni.stderr.includes(secret), secret);
    assert.ok(!omni.stderr.includes('14045550123'));
    assert.equal(omni.stdout.split('\n').length, 2, 'one line on the standard output');
  });
});
