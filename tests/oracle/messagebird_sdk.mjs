// messagebird_sdk.mjs --seed N --count N: webhooks signed by MessageBird's SDK, and its verdict on
// them as they arrive, altered or not. One JSON object a line:
// {scheme, now, key, method, public_url, headers, body, accepted, stricter}
//
// `stricter` names what the SDK lets pass and we do not. The SDK signs the older scheme itself;
// tokens, which it only verifies, are signed with the library that it verifies them with.

import {createHash, createHmac, createSecretKey} from 'node:crypto';
import {createRequire} from 'node:module';
import querystring from 'node:querystring';
import {parseArgs} from 'node:util';

const require = createRequire(import.meta.url);
const {SignJWT} = createRequire(require.resolve('messagebird'))('jose');
const webhookJwt = require('messagebird/lib/webhook-signature-jwt');
const legacy = require('messagebird/lib/signature');

const {values: args} = parseArgs({
  options: {seed: {type: 'string', default: '1'}, count: {type: 'string', default: '1000'}},
});

// mulberry32: the same cases for the same seed.
let state = Number(args.seed);
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(random() * n);
const chance = (p) => random() < p;
const pick = (list) => list[below(list.length)];
const repeat = (n, make) => Array.from({length: n}, make);

// The SDK's older half asks the clock.
const NOW = 1705314605;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [NOW * 1000]));
  }
};

const sha256 = (data, form) => createHash('sha256').update(data).digest(form);
const base64url = (text) => Buffer.from(text).toString('base64url');

const WORDS = [
  '', 'a', 'Hi there', '50% off + tax', 'it\'s "quoted"', '<b>', 'Grüße', '你好', '👋🏽', '+15185550142',
  'line\r\nbreak', '~-_.!*()\'', '{"json":[1,2]}', '100%25', 'x=y&z', '0', '2024-01-15T10:30:03+00:00',
];
// No integers: JavaScript puts such names before all others, whatever the order they are given in.
const NAMES = [
  'id', 'id2', 'recipient', 'reference', 'status', 'statusDatetime', 'statusReason', 'price[amount]',
  'price[currency]', 'a-b', 'a', 'body', 'Body', 'mccmnc', 'ключ', 'a b', 'x+y', '_', 'k[]',
];
const HOSTS = ['api.example.com', 'Hooks.Example.COM', 'h', '127.0.0.1', 'api.example.com:8443'];
const PATHS = ['/messagebird', '/', '/a//b', '/caf%C3%A9', '/x/../y', '/trailing/', '/~u/*()!;,'];

// What our reading takes for the same parameters, in the spellings of several senders.
function escapeQuery(text) {
  const strict = encodeURIComponent(text);
  return pick([
    strict, strict.replaceAll('%20', '+'),
    strict.replace(/%[0-9A-F]{2}/g, (hex) => chance(0.5) ? hex.toLowerCase() : hex),
    strict.replace(/[!'()*~]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase()),
  ]);
}
const makeField = () => escapeQuery(pick(NAMES)) + (chance(0.05) ? '' : '=' + escapeQuery(pick(WORDS)));
// The SDK fails on a second statusDatetime.
function makeQuery() {
  if (chance(0.3)) return '';
  let times = 0;
  return '?' + repeat(1 + below(8), makeField)
      .filter((field) => !field.startsWith('statusDatetime') || ++times === 1).join('&');
}
const makeUrl = () => (chance(0.9) ? 'https' : 'http') + '://' + pick(HOSTS) + pick(PATHS) + makeQuery();
const makeBody = () => chance(0.3) ? '' : JSON.stringify({
  id: String(below(1e9)), recipient: '15551234567', originator: 15559876543, body: pick(WORDS),
});

function shuffled(list) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; --i) {
    const j = below(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
const mapQuery = (url, change) => {
  const at = url.indexOf('?');
  return at < 0 ? url : url.slice(0, at + 1) + change(url.slice(at + 1));
};

const URL_CHANGES = [
  (url) => mapQuery(url, (q) => shuffled(q.split('&')).join('&')), (url) => url + 'x',
  (url) => mapQuery(url, (q) => q + '&id=1'), (url) => url.replace('https', 'http'),
  (url) => url.replace('example.com', 'example.org'), (url) => url.replace(':8443', ''),
  (url) => mapQuery(url, (q) => q.replaceAll('+', '%20')), (url) => url + '?',
  (url) => mapQuery(url, (q) => q.replace(/%[0-9A-F]{2}/, (hex) => hex.toLowerCase())),
  (url) => url.replace('/messagebird', '/messagebird/'), (url) => url.toUpperCase(),
];
const BODY_CHANGES = [
  (body) => body + ' ', (body) => body.slice(1), (body) => body.replace('id', 'ID'), () => '', () => '{}',
];
const change = (value, changes, p) => chance(p) ? pick(changes)(value) : value;

// ---- tokens

const CLAIM_CHANGES = [
  (c) => ({...c, iss: 'messagebird'}), (c) => ({...c, iss: undefined}), (c) => ({...c, nbf: NOW + 5}),
  (c) => ({...c, nbf: NOW + 6}), (c) => ({...c, nbf: undefined}), (c) => ({...c, exp: NOW - 4}),
  (c) => ({...c, exp: NOW - 5}), (c) => ({...c, exp: NOW - 60}), (c) => ({...c, exp: 'soon'}),
  (c) => ({...c, nbf: 'now'}), (c) => ({...c, url_hash: undefined}), (c) => ({...c, url_hash: ''}),
  (c) => ({...c, url_hash: c.url_hash.toUpperCase()}), (c) => ({...c, payload_hash: undefined}),
  (c) => ({...c, payload_hash: sha256('', 'hex')}), (c) => ({...c, jti: undefined}),
  (c) => ({...c, extra: {deep: [1, 2]}}), (c) => ({...c, aud: 'me', sub: 'you'}),
  (c) => ({...c, exp: undefined}), (c) => ({...c, jti: ''}),
];
// One token has one spelling; Node skips what is too much.
const isCanonical = (part) => Buffer.from(part, 'base64url').toString('base64url') === part;
function stricterThanSdk(claims, token) {
  if (claims.exp === undefined) return 'no exp';
  if (claims.jti === '') return 'empty jti';
  return token.split('.').every(isCanonical) ? '' : 'spelling';
}

const TOKEN_CHANGES = [
  (t) => t.slice(0, -1), (t) => t + 'A', (t) => t + '.x', (t) => t.replace('.', '..'), () => 'a.b.c',
  (t) => t.split('.').slice(0, 2).join('.') + '.', (t) => (t[0] === 'e' ? 'f' : 'e') + t.slice(1),
  (t) => base64url('{"alg":"none"}') + '.' + t.split('.')[1] + '.',
  (t) => base64url('{"alg":"HS384"}') + t.slice(t.indexOf('.')),
  (t) => { const [h, p, s] = t.split('.'); return [h, p, s.toLowerCase()].join('.'); },
  (t) => { const [h, , s] = t.split('.'); return [h, base64url('{"iss":"MessageBird"}'), s].join('.'); },
];

async function verifyJwt(webhook) {
  const options = new webhookJwt.VerifyOptions();
  options.jwtVerifyOptions = {...options.jwtVerifyOptions, currentDate: new RealDate(NOW * 1000)};
  try {
    await webhookJwt.verify(
        webhook.public_url, Buffer.from(webhook.body), webhook.headers['MessageBird-Signature-JWT'],
        createSecretKey(Buffer.from(webhook.key, 'utf8')), options);
    return true;
  } catch {
    return false;
  }
}

async function makeJwtCase(webhook) {
  let claims = {
    iss: 'MessageBird', nbf: NOW - below(10), exp: NOW + 50 + below(10), jti: `id-${below(1e9)}`,
    url_hash: sha256(webhook.public_url, 'hex'),
  };
  if (webhook.body !== '') claims.payload_hash = sha256(webhook.body, 'hex');
  claims = change(claims, CLAIM_CHANGES, 0.35);
  const key = chance(0.05) ? 'another key' : webhook.key;
  const algorithm = chance(0.8) ? 'HS256' : pick(['HS384', 'HS512']);
  const token = await new SignJWT(claims).setProtectedHeader({alg: algorithm, typ: 'JWT'})
      .sign(createSecretKey(Buffer.from(key, 'utf8')));
  const presented = change(token, TOKEN_CHANGES, 0.1);
  webhook.headers['MessageBird-Signature-JWT'] = presented;
  webhook.public_url = change(webhook.public_url, URL_CHANGES, 0.15);
  webhook.body = change(webhook.body, BODY_CHANGES, 0.15);
  webhook.accepted = await verifyJwt(webhook);
  webhook.stricter = webhook.accepted ? stricterThanSdk(claims, presented) : '';
}

// ---- the older scheme

const queryOf = (webhook) => {
  const at = webhook.public_url.indexOf('?');
  return querystring.parse(at < 0 ? '' : webhook.public_url.slice(at + 1));
};
const requestOf = (webhook) => ({
  headers: {
    'messagebird-request-timestamp': webhook.headers['MessageBird-Request-Timestamp'],
    'messagebird-signature': webhook.headers['MessageBird-Signature'],
  },
  query: queryOf(webhook),
  body: webhook.body,
});

function verifyTimestamp(webhook) {
  try {
    return legacy.validate(requestOf(webhook), webhook.key);
  } catch {
    return false;
  }
}

const SIGNATURE_CHANGES = [
  () => '', (s) => s.toLowerCase(), (s) => (s[0] === 'A' ? 'B' : 'A') + s.slice(1),
  () => Buffer.alloc(32).toString('base64'), (s) => s.slice(4),
];

function makeTimestampCase(webhook) {
  // Older than the SDK's 100 s and younger than our 300 s, verdicts differ on purpose.
  const age = chance(0.8) ? below(100) : chance(0.7) ? 301 + below(1e6) : -301 - below(1e6);
  webhook.headers['MessageBird-Request-Timestamp'] = String(NOW - age);
  const key = chance(0.05) ? 'another key' : webhook.key;
  const signature = legacy.generate(requestOf(webhook), key).toString('base64');
  webhook.headers['MessageBird-Signature'] = change(signature, SIGNATURE_CHANGES, 0.1);
  webhook.public_url = change(webhook.public_url, URL_CHANGES, 0.25);
  webhook.body = change(webhook.body, BODY_CHANGES, 0.15);
  if (chance(0.05)) webhook.headers['MessageBird-Request-Timestamp'] = String(NOW - below(100));
  webhook.accepted = verifyTimestamp(webhook);
  const ahead = webhook.headers['MessageBird-Request-Timestamp'] - NOW;
  webhook.stricter = webhook.accepted && ahead > 300 ? 'from the future' : '';
}

async function makeCase() {
  const webhook = {
    scheme: chance(0.5) ? 'jwt' : 'timestamp', now: NOW, key: repeat(32, () => below(36).toString(36)).join(''),
    public_url: makeUrl(), headers: {'Content-Type': 'application/json'}, body: makeBody(),
  };
  webhook.method = webhook.body === '' ? 'GET' : 'POST';
  await (webhook.scheme === 'jwt' ? makeJwtCase(webhook) : makeTimestampCase(webhook));
  return JSON.stringify(webhook) + '\n';
}

for (let i = 0; i < Number(args.count); ++i) process.stdout.write(await makeCase());
