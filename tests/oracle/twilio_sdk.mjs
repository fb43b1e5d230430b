// twilio_sdk.mjs --seed N --count N: webhooks signed by Twilio's SDK, and its verdict on them as
// they arrive, altered or not. One JSON object a line:
// {url, method, contentType, body, signature, token, accepted}

import querystring from 'node:querystring';
import {parseArgs} from 'node:util';
import twilio from 'twilio';

const {getExpectedBodyHash, getExpectedTwilioSignature, validateRequest, validateRequestWithBody} =
    twilio;

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

const FORM = 'application/x-www-form-urlencoded';

// Left out, because the SDK's verdict depends on JavaScript and not on Twilio: ill-formed UTF-8 in
// a body (read as U+FFFD), characters from U+E000 on (sorted by UTF-16 unit), `^` in a path (escaped
// by newer versions of Node only).
const WORDS = [
  '', 'a', 'b', 'Hi there', 'x=y&z', '50% off + tax', 'it\'s "quoted"', '<b>', 'Grüße', 'привет',
  '你好', 'שלום', '👋🏽', 'e\u0301\u200d', '  spaced  ', 'line\r\nbreak', 'tab\there', '+15185550142',
  'https://x.example/?q=1#f', '~-_.!*()\'', '\\back|slash^', '{"json":[1,2]}', '%41', '%', '100%25',
  ';,/?:@&=+$#', '0', '00', '42', '4294967294', '4294967295',
];
const NAMES = [
  'AccountSid', 'Body', 'From', 'To', 'MessageSid', 'NumMedia', 'MediaUrl0', 'MediaUrl1',
  'MediaUrl10', 'MediaUrl2', 'MessagingBinding.Address', 'body', '_x', '0', '10', '9', 'Zz', 'Tag',
  'ключ', 'a b', 'x+y', 'ToCity', 'ToCityX', 'a[]', 'a[0]', 'Aé', '__proto__', 'constructor',
];
const PATHS = [
  '', '/', '/twilio', '/twilio/sms', '/a/b/../c', '/./a', '/a/%2e%2E/b', '/a//b', '/caf%C3%A9',
  '/caf%c3%a9', '/café', '/it\'s', '/a b', '/a"b', '/{x}', '/a%zzb', '/a;b=c,d', '/~user/*()!',
  '/a\\b', '/x|y[z]', '/trailing/', '/..', '/a/.',
];
const HOSTS = [
  'hooks.example.com', 'Hooks.Example.COM', 'h', 'a_b.example', '127.0.0.1', 'xn--bcher-kva.example',
  'host.example.', '999.example',
];
const QUERY_PIECES = [
  'a=1', 'b=2', 'a=2', 'flag', 'flag=', '=v', '', 'q=it\'s', 'q=it%27s', 'q=%20', 'q=+', 'q=a b',
  'u=https%3A%2F%2Fx', 'u=https://x', 'q=!', 'q=%21', 'c=%C3%A9', 'c=%c3%a9', 'c=é', 'z=%zz', 'z=%',
  'z=%4', '10=x', '9=y', '01=z', '4294967294=m', '4294967295=n', 'a=b=c', 'x=%2B+%2B', 'k%5B%5D=1',
  'k[]=2', 'e=👋', 'd="<>`', 's=\\', 'p=~-_.!*()', 'f=%FF', 'f=%E0%80', 'f=%ED%A0%80', 'h=%F0%9F%98',
  'r=%0D%0A', 't={}|^', 'plus=%2b',
];

const makeQuery = () => chance(0.3) ? '' : '?' + repeat(below(5), () => pick(QUERY_PIECES)).join('&');
const makePort = () => pick(['', '', '', ':443', ':80', ':8443', ':0443', ':']);
const makeUrl = () => (chance(0.85) ? 'https' : 'http') + '://' + pick(HOSTS) + makePort() +
    pick(PATHS) + makeQuery();

// A value as different senders escape it; all of these decode to the same.
function escapeForm(text) {
  const strict = encodeURIComponent(text);
  const spelled = pick([
    strict, strict.replaceAll('%20', '+'),
    strict.replace(/%[0-9A-F]{2}/g, (hex) => chance(0.5) ? hex.toLowerCase() : hex),
    strict.replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase()),
  ]);
  // As it stands, where nothing in it means something else.
  return chance(0.1) && !/[%&+=]/.test(text) ? text : spelled;
}
function makeBody() {
  const fields = repeat(below(8), () => escapeForm(pick(NAMES)) + '=' + escapeForm(pick(WORDS)));
  if (fields.length > 0 && chance(0.3)) fields.push(pick(fields));
  if (chance(0.1)) fields.push(pick(['lone', '=nameless', '', 'bad=%zz', 'bad=%4', '%', 'a=b=c']));
  return fields.join('&');
}

const pieces = (text) => text.split('&');
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
const setPort = (url, port) => url.replace(/^(https?:\/\/[^/?#:]*)(:\d*)?/i, (_, start) => start + port);

// What may happen to a URL between Twilio and the one who checks; some of it must be forgiven.
const URL_CHANGES = [
  (url) => setPort(url, ''), (url) => setPort(url, ':443'), (url) => setPort(url, ':8443'),
  (url) => setPort(url, ':80'), (url) => url.replace(/^https/, 'http'),
  (url) => url.replace(/^http:/, 'https:'), (url) => url.replace(/^https?/, (s) => s.toUpperCase()),
  (url) => url.replace(/^(https?:\/\/)([^/?#:]*)/i, (_, s, host) => s + host.toUpperCase()),
  (url) => mapQuery(url, (q) => q.replaceAll('%20', '+')),
  (url) => mapQuery(url, (q) => q.replaceAll('+', '%20')),
  (url) => mapQuery(url, (q) => q.replaceAll('%27', '\'')),
  (url) => mapQuery(url, (q) => q.replaceAll('\'', '%27')),
  (url) => mapQuery(url, (q) => q.replaceAll('%3A', ':').replaceAll('%2F', '/')),
  (url) => mapQuery(url, (q) => q.replaceAll('!', '%21')),
  (url) => mapQuery(url, (q) => q.replace(/=(?=&|$)/g, '')),
  (url) => mapQuery(url, (q) => shuffled(pieces(q)).join('&')),
  (url) => mapQuery(url, (q) => q + '&'), (url) => url + '?', (url) => url + '/', (url) => url + 'x',
  (url) => url.replace(/%[0-9a-f]{2}/gi, (hex) => hex.toLowerCase()),
  (url) => url.replace(/%[0-9a-f]{2}/gi, (hex) => hex.toUpperCase()),
  (url) => url.replace('/twilio', '/x/../twilio'), (url) => url.replace('/twilio', '/./twilio'),
  (url) => url.replace('://', '://user:p@ss@'), (url) => url + '#rc=2&rp=all',
  (url) => { try { return new URL(url).toString(); } catch { return url; } },
];
// What the SDK signs may be what a back end of Twilio's escaped.
const SIGNED_CHANGES = [
  (url) => { try { return new URL(url).toString(); } catch { return url; } },
  (url) => mapQuery(url, (q) => q === '' ? q : querystring.stringify(querystring.parse(q))),
  (url) => setPort(url, ''), (url) => setPort(url, ':443'),
];
const BODY_CHANGES = [
  (body) => shuffled(pieces(body)).join('&'), (body) => body + '&' + pick(pieces(body)),
  (body) => '&' + body.replaceAll('&', '&&'), (body) => pieces(body).slice(1).join('&'),
  (body) => body + '&Extra=1', (body) => body.replaceAll('+', '%20'), (body) => body.trim() + '&x',
  (body) => body.replace('=', '==') , (body) => body.toLowerCase(), (body) => body + '+',
];
const SIGNATURE_CHANGES = [
  () => '', (s) => s.slice(0, -1), (s) => s + '=', (s) => s.toLowerCase(), (s) => ' ' + s,
  (s) => (s[0] === 'A' ? 'B' : 'A') + s.slice(1), () => 'A'.repeat(27) + '=',
];

// Twilio leaves user-info and fragment out before it signs; the SDK wants its caller to do so.
const strip = (url) => url.replace(/#.*$/s, '').replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1');

function verdict(webhook) {
  const url = strip(webhook.url);
  const {token, signature, body} = webhook;
  try {
    if (url.includes('bodySHA256')) return validateRequestWithBody(token, signature, url, body);
    const params = webhook.method === 'GET' ? {} : querystring.parse(body, '&', '=', {maxKeys: 0});
    return validateRequest(token, signature, url, params);
  } catch (error) {
    if (error.code === 'ERR_INVALID_URL') return false;
    throw error;
  }
}

function sign(webhook, url) {
  const covered = webhook.method === 'GET' || url.includes('bodySHA256') ?
      {} : querystring.parse(webhook.body, '&', '=', {maxKeys: 0});
  return getExpectedTwilioSignature(webhook.token, url, covered);
}

function makeWebhook() {
  const token = repeat(32, () => below(16).toString(16)).join('');
  const webhook = {url: makeUrl(), method: 'POST', contentType: FORM, body: makeBody(), token};
  if (chance(0.1)) {
    Object.assign(webhook, {method: 'GET', contentType: '', body: ''});
  } else if (chance(0.15)) {
    webhook.contentType = chance(0.8) ? 'application/json' : FORM;
    webhook.body = JSON.stringify(repeat(below(3), () => ({[pick(NAMES)]: pick(WORDS)})));
    const hash = getExpectedBodyHash(webhook.body);
    const separator = webhook.url.includes('?') ? '&' : '?';
    webhook.url += separator + 'bodySHA256=' + (chance(0.9) ? hash : hash.toUpperCase());
  }
  return webhook;
}

function makeCase() {
  const webhook = makeWebhook();
  const signedUrl = chance(0.4) ? pick(SIGNED_CHANGES)(webhook.url) : webhook.url;
  webhook.signature = sign(webhook, strip(signedUrl));
  if (chance(0.4)) webhook.url = pick(URL_CHANGES)(webhook.url);
  if (chance(0.1)) webhook.url = pick(URL_CHANGES)(webhook.url);
  if (webhook.method === 'POST' && chance(0.2)) webhook.body = pick(BODY_CHANGES)(webhook.body);
  if (chance(0.05)) webhook.signature = pick(SIGNATURE_CHANGES)(webhook.signature);
  webhook.accepted = verdict(webhook);
  return webhook;
}

process.stdout.write(repeat(Number(args.count), () => JSON.stringify(makeCase()) + '\n').join(''));
