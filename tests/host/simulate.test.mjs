// What `omni simulate` sends, caught by a server and judged by the carriers' own SDKs; and
// `omni explain` on the same requests as they were caught.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createSecretKey} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

const require = createRequire(new URL('../oracle/package.json', import.meta.url));
const {validateRequest, validateRequestWithBody} = require('twilio');
const webhookJwt = require('messagebird/lib/webhook-signature-jwt');
const messagebirdLegacy = require('messagebird/lib/signature');

const OMNI = process.env.OMNI_BINARY;
const PUBLIC_URL = 'https://hooks.example.com';
const SECRETS = {TW: 'twilio-token', MB: 'messagebird-key', WA: 'meta-secret'};
const CONFIG = {
  publicUrl: PUBLIC_URL,
  queue: {type: 'memory'},
  channels: [
    {adapter: 'whatsapp', appSecret: 'env:WA', verifyToken: 'verify me'},
    {adapter: 'twilio', accountSid: 'AC00000000000000000000000000000001', authToken: ['env:TW', 'old']},
    {adapter: 'bandwidth', username: 'hooks', password: 'literal:p:w'},
    {adapter: 'livechat', webhookSecret: 'secret', apiToken: 'desk'},
    {adapter: 'messagebird', signingKey: ['env:MB', 'whsec_c2VjcmV0IG9mIGJpcmQ=']},
    {adapter: 'inteliquent', token: 'bearer', ourNumbers: ['14045550123']},
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'omni-simulate-'));
const config = join(folder, 'omni.json');
let server;
let caught = [];

before(async () => {
  writeFileSync(config, JSON.stringify(CONFIG));
  server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      caught.push({
        method: request.method, target: request.url, headers: request.headers,
        raw: request.rawHeaders, body: Buffer.concat(parts),
      });
      response.end('{}');
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
});
after(() => {
  server.close();
  rmSync(folder, {recursive: true});
});

// Runs omni; gives its exit code and what it has written.
function omni(args, input = '') {
  return new Promise((resolve) => {
    const child = spawn(OMNI, args, {env: {...process.env, ...SECRETS}});
    let out = '';
    let err = '';
    child.stdout.on('data', (part) => out += part);
    child.stderr.on('data', (part) => err += part);
    child.on('close', (code) => resolve({code, out, err}));
    child.stdin.end(input);
  });
}

async function simulate(carrier, name, ...more) {
  caught = [];
  const url = `http://127.0.0.1:${server.address().port}`;
  const result = await omni(['simulate', carrier, name, '--config', config, '--url', url, ...more]);
  return {...result, requests: caught};
}

function capture(request) {
  let head = `${request.method} ${request.target} HTTP/1.1\r\n`;
  for (let i = 0; i < request.raw.length; i += 2) head += `${request.raw[i]}: ${request.raw[i + 1]}\r\n`;
  return Buffer.concat([Buffer.from(head + '\r\n'), request.body]);
}

const casesOf = async (carrier) => {
  const {out} = await omni(['simulate', '--list']);
  return out.split('\n').map((line) => line.split(/\s+/)).filter(([name]) => name === carrier)
      .map(([, name]) => name);
};

test('twilio accepts every signature', async () => {
  for (const name of await casesOf('twilio')) {
    const {requests, code, err} = await simulate('twilio', name);
    assert.equal(code, 0, name + err);
    for (const request of requests) {
      const url = PUBLIC_URL + request.target;
      const signature = request.headers['x-twilio-signature'];
      const json = request.headers['content-type'] === 'application/json';
      const genuine = json ?
          validateRequestWithBody(SECRETS.TW, signature, url, request.body.toString()) :
          validateRequest(SECRETS.TW, signature, url,
                          Object.fromEntries(new URLSearchParams(request.body.toString())));
      assert.ok(genuine, name);
      assert.ok(!validateRequest('other', signature, url, {}), name);
    }
  }
});

test('messagebird accepts every token, and the older signature', async () => {
  const tokens = [];
  for (const name of await casesOf('messagebird')) {
    const {requests, code, err} = await simulate('messagebird', name);
    assert.equal(code, 0, name + err);
    for (const request of requests) {
      const token = request.headers['messagebird-signature-jwt'];
      if (!token) continue;
      tokens.push(name);
      await webhookJwt.verify(PUBLIC_URL + request.target, request.body, token,
                              createSecretKey(Buffer.from(SECRETS.MB)), new webhookJwt.VerifyOptions());
    }
  }
  assert.ok(tokens.length > 8);

  const {requests: [older]} = await simulate('messagebird', 'older');
  const verify = messagebirdLegacy(SECRETS.MB);
  await new Promise((resolve, reject) => {
    verify({headers: older.headers, query: {}, body: older.body}, {}, (e) => e ? reject(e) : resolve());
  });
});

test('every case of every carrier is explained as accepted', async () => {
  for (const carrier of ['whatsapp', 'bandwidth', 'twilio', 'livechat', 'messagebird', 'inteliquent']) {
    const names = await casesOf(carrier);
    assert.ok(names.length >= 8, carrier);
    for (const name of names) {
      if (name === 'history' || name === 'challenge' || name === 'handshake') continue;
      const {requests} = await simulate(carrier, name);
      const {code, out, err} =
          await omni(['explain', '--config', config, '--json'], capture(requests[0]));
      assert.equal(code, 0, `${carrier} ${name}: ${out}${err}`);
      const told = JSON.parse(out);
      assert.deepEqual(told.causes, []);
      assert.ok(told.channels[0].verified);
    }
  }
});

test('a broken one is explained, and the exit code says so', async () => {
  const {requests: [request]} = await simulate('twilio', 'sms');
  // What the proxy that the carrier called has added.
  request.raw.push('X-Forwarded-Host', 'hooks.example.com', 'X-Forwarded-Proto', 'https');
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, JSON.stringify({...CONFIG, publicUrl: 'http://10.0.0.5:3000'}));
  const {code, out} = await omni(['explain', '--config', wrong], capture(request));
  assert.equal(code, 1);
  assert.match(out, /\[scheme_changed\]/);
  assert.match(out, /\[host_changed\]/);
  assert.ok(!out.includes(SECRETS.TW));
  assert.ok(!out.includes(request.headers['x-twilio-signature']));

  const override = await omni(['explain', '--config', wrong, '--url', PUBLIC_URL], capture(request));
  assert.equal(override.code, 0);
});

test('the mapping endpoint is explained with the host’s administrator’s token', async () => {
  const file = join(folder, 'admin.json');
  writeFileSync(file, JSON.stringify({...CONFIG, admin: {token: 'for-admins'}}));
  const request = (token) => `POST /webhooks/whatsapp/mapping HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${token}\r\n` +
      'Content-Type: application/json\r\n\r\n{"wabaId":"1","targetUrl":"https://qa.example.com/hooks"}';
  const accepted = await omni(['explain', '--config', file], request('for-admins'));
  assert.equal(accepted.code, 0, accepted.out + accepted.err);
  const refused = await omni(['explain', '--config', file], request('for-others'));
  assert.equal(refused.code, 1);
  assert.match(refused.out, /^refused +401 credential_mismatch/m);
  assert.ok(!refused.out.includes('for-admins'));
});

test('a path of the host is said to be one', async () => {
  for (const [target, own] of [['/health', '/health'], ['/admin/queues?limit=1', '/admin'], ['/media/x', '/media']]) {
    const request = `GET ${target} HTTP/1.1\r\nHost: h\r\n\r\n`;
    const {code, out} = await omni(['explain', '--config', config], request);
    assert.equal(code, 1);
    assert.match(out, /\[own_path\]/);
    assert.ok(out.includes(`evidence ${own}: `), out);
    const told = JSON.parse((await omni(['explain', '--config', config, '--json'], request)).out);
    assert.equal(told.ownPath, own);
    assert.equal(told.status, undefined);
  }
});

test('a request in chunks is explained as what they make', async () => {
  const {requests: [request]} = await simulate('whatsapp', 'text');
  const lines = [];
  for (let i = 0; i < request.raw.length; i += 2) {
    if (!/^(content-length|connection)$/i.test(request.raw[i])) lines.push(`${request.raw[i]}: ${request.raw[i + 1]}`);
  }
  const half = request.body.length >> 1;
  const chunk = (bytes) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const head = `POST ${request.target} HTTP/1.1\r\n${lines.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const whole = Buffer.concat([Buffer.from(head), chunk(request.body.subarray(0, half)),
                               chunk(request.body.subarray(half)), Buffer.from('0\r\n\r\n')]);
  const {code, out, err} = await omni(['explain', '--config', config], whole);
  assert.equal(code, 0, out + err);
  const broken = await omni(['explain', '--config', config], whole.subarray(0, -9));
  assert.equal(broken.code, 2);
  assert.match(broken.err, /chunk 2/);
});

test('a whole URL takes the requests of its path, with their queries; others go to their own', async () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const targets = async (carrier, name, url) => {
    caught = [];
    await omni(['simulate', carrier, name, '--config', config, '--url', url]);
    return caught.map((request) => request.target.split('&hub.challenge')[0].replace(/=\w{20,}/, '='));
  };
  for (const [carrier, name] of [['whatsapp', 'handshake'], ['twilio', 'batch'], ['twilio', 'sms']]) {
    const [plain] = await targets(carrier, name, origin);
    const [path, query] = plain.split('?');
    assert.equal((await targets(carrier, name, origin + path))[0], plain);
    const expected = `${path}?a=b${query === undefined ? '' : `&${query}`}`;
    assert.equal((await targets(carrier, name, `${origin}${path}?a=b`))[0], expected);
  }
});

test('a run is summed up', async () => {
  const {code, out, requests} =
      await simulate('whatsapp', 'text', '--count', '50', '--concurrency', '4');
  assert.equal(code, 0);
  assert.match(out, /50 of 50 requests accepted/);
  assert.match(out, /p99/);
  const ids = new Set(requests.map((r) => JSON.parse(r.body).entry[0].changes[0].value.messages[0].id));
  assert.equal(ids.size, 50);
});

test('what is not accepted is a failure', async () => {
  const refusing = createServer((request, response) => {
    request.resume();
    response.statusCode = 503;
    response.end('{"code":"QUEUE_UNAVAILABLE"}');
  });
  await new Promise((ready) => refusing.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${refusing.address().port}`;
  const {code, out} = await omni(['simulate', 'twilio', 'sms', '--config', config, '--url', url]);
  refusing.close();
  assert.equal(code, 1);
  assert.match(out, /^503 /);
});

test('mistakes of the command line are told', async () => {
  const run = (...args) => omni(['simulate', ...args]);
  assert.equal((await run('twilio')).code, 2);
  const noCase = await simulate('twilio', 'smss');
  assert.equal(noCase.code, 2);
  assert.match(noCase.err, /did you mean sms\?/);
  const noField = await simulate('twilio', 'sms', '--set', 'Bdoy=x');
  assert.equal(noField.code, 2);
  assert.match(noField.err, /did you mean Body\?/);
  assert.equal((await omni(['explain', '--config', config], 'nonsense')).code, 2);
});
