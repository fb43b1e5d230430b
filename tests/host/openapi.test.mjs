// The description of the API: right by the specification, and by what the host really answers.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {test} from 'node:test';

import {admin, giveUpOn} from './admin_client.mjs';
import * as carriers from './carriers.mjs';
import {Omni, SECRETS, until} from './harness.mjs';

const require = createRequire(new URL('../oracle/package.json', import.meta.url));
const {Validator} = await import(require.resolve('@seriousme/openapi-schema-validator'));
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;
const YAML = require('yaml');

const text = readFileSync(new URL('../../docs/api/openapi.yaml', import.meta.url), 'utf8');
const description = YAML.parse(text);
const {send} = carriers;

const ajv = new Ajv({strict: false, allErrors: true});
addFormats(ajv);
ajv.addSchema({$id: 'omni:api', ...description});

/** Follows references until there is none. */
function follow(node) {
  while (node?.$ref) node = node.$ref.slice(2).split('/').reduce((at, part) => at[part.replaceAll('~1', '/')], description);
  return node;
}
const point = (...parts) => '#/' + parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/** The path of the description that a target means. */
function template(target) {
  const parts = target.split('?')[0].split('/');
  const fits = (path) => {
    const own = path.split('/');
    return own.length === parts.length && own.every((part, i) => part.startsWith('{') || part === parts[i]);
  };
  return Object.keys(description.paths).filter(fits).sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

const covered = new Set();
/** The answer is one that the description promises. */
function check(method, target, status, type, body) {
  const path = template(target);
  assert.ok(path, `${target} is not described`);
  const verb = method.toLowerCase();
  const operation = description.paths[path][verb];
  assert.ok(operation, `${method} ${path} is not described`);
  const key = operation.responses[status] ? String(status) : 'default';
  const response = follow(operation.responses[key]);
  assert.ok(response, `${method} ${path}: ${status} is not described`);
  covered.add(`${verb} ${path}`);
  if (!response.content) return assert.equal(body, '', `${method} ${path} has a body`);
  const media = type.split(';')[0];
  const known = Object.keys(response.content).find((each) => each === media || each === '*/*');
  assert.ok(known, `${method} ${path}: ${media} is not described`);
  if (media !== 'application/json') return;
  const at = operation.responses[key].$ref
    ? `${operation.responses[key].$ref}/content/application~1json/schema`
    : point('paths', path, verb, 'responses', key, 'content', media, 'schema');
  const validate = ajv.getSchema(`omni:api${at}`);
  assert.ok(validate, `no schema at ${at}`);
  assert.ok(validate(JSON.parse(body)), `${method} ${target} ${status}: ${ajv.errorsText(validate.errors)} in ${body}`);
}

async function ask(omni, method, target, body) {
  const answer = await admin(omni, method, target, body);
  check(method, target, answer.status, answer.headers.get('content-type') ?? '', answer.text);
  return answer;
}

test('the description is OpenAPI 3.1', async () => {
  const result = await new Validator().validate(description);
  assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
  assert.match(description.openapi, /^3\.1\./);
  const ids = Object.values(description.paths).flatMap((path) => Object.values(path)).map((each) => each?.operationId).filter(Boolean);
  assert.equal(new Set(ids).size, ids.length, 'an operationId is used twice');
});

test('the host answers as described', async (t) => {
  const omni = await Omni.start(t);
  const served = await fetch(`${omni.url}/openapi.yaml`);
  assert.equal(await served.text(), text, 'the host serves this description');

  // The carriers' endpoints: what is genuine, and the same without its proof.
  const webhooks = [
    carriers.whatsapp(), carriers.whatsappHandshake(), carriers.whatsappMapping(), carriers.twilioSms(),
    carriers.bandwidth(), carriers.livechatWebhook(), carriers.livechatMessage(),
    carriers.livechat('?action=delivery_status', {message_id: 'm', status: 'delivered', chat_id: 'C1'}),
    carriers.livechat('?action=fetch_messages&chat_id=C1', {}), carriers.livechatUpload(),
    await carriers.messagebirdSms(), await carriers.messagebirdReport(),
    carriers.inteliquentSms(), carriers.inteliquentReceipt(),
  ];
  for (const request of webhooks) {
    const bare = {...request, headers: {'Content-Type': request.headers?.['Content-Type'] ?? 'application/json'}};
    for (const each of [request, ...(request.body instanceof FormData ? [] : [bare])]) {
      const answer = await send(omni.url, each);
      check(each.method ?? 'POST', each.path, answer.status, answer.headers.get('content-type') ?? '', await answer.text());
      if (each === request) assert.ok(answer.status < 300, `${each.path}: ${answer.status}`);
    }
  }
  for (const [path, operations] of Object.entries(description.paths)) {
    if (!operations.options) continue;
    const target = path.replace('{identifier}', carriers.IDENTIFIER).replace('{destination}', '1');
    const answer = await fetch(omni.url + target, {method: 'OPTIONS', headers: {Origin: 'https://app.example.com'}});
    check('OPTIONS', target, answer.status, answer.headers.get('content-type') ?? '', await answer.text());
  }
  for (const target of ['/health', '/ready', '/metrics', '/openapi.yaml', '/console', '/media/none']) {
    const answer = await fetch(omni.url + target);
    check('GET', target, answer.status, answer.headers.get('content-type') ?? '', await answer.text());
  }

  // Administration, with something to show everywhere.
  await send(omni.url, carriers.inteliquent({type: 'sms', from: '+15559876543', text: 'hi'}));
  const queue = 'acme:whatsapp:inbound';
  await giveUpOn(omni, queue, 'no such user');
  await until(async () => (await admin(omni, 'GET', '/admin/stats')).body.history.length > 0, 'a second of history');
  await ask(omni, 'GET', '/admin/stats');
  await ask(omni, 'GET', '/admin/queues');
  assert.ok((await ask(omni, 'GET', '/admin/queues/acme:sms:inbound/events?limit=1')).body.events.length > 0);
  assert.ok((await ask(omni, 'GET', `/admin/dead?queue=${queue}`)).body.events.length > 0);
  await ask(omni, 'POST', '/admin/dead/redrive', {queue});
  await ask(omni, 'POST', '/admin/dead/redrive', {});
  await ask(omni, 'GET', '/admin/mappings');
  await ask(omni, 'POST', '/admin/mappings', {tenant: 'acme', wabaId: '5', targetUrl: 'https://other.example.com/'});
  await ask(omni, 'POST', '/admin/mappings', {});
  await ask(omni, 'DELETE', '/admin/mappings/5?tenant=acme');
  const {body: {capsules: [capsule]}} = await ask(omni, 'GET', '/admin/quarantine');
  await ask(omni, 'GET', `/admin/quarantine/${capsule.id}`);
  await ask(omni, 'POST', `/admin/quarantine/${capsule.id}/replay`, {});
  await ask(omni, 'DELETE', `/admin/quarantine/${capsule.id}`);
  await ask(omni, 'DELETE', `/admin/quarantine/${capsule.id}`);
  await ask(omni, 'GET', '/admin/channels');
  const {body: {id}} = await ask(omni, 'POST', '/admin/channels', {adapter: 'twilio', tenant: 'beta', path: '/beta', authToken: 'x'});
  await ask(omni, 'POST', '/admin/channels', {adapter: 'twilio', tenant: 'beta', path: '/beta2'});
  await ask(omni, 'GET', `/admin/channels/${id}`);
  await ask(omni, 'PATCH', `/admin/channels/${id}`, {enabled: false});
  await ask(omni, 'PATCH', '/admin/channels/twilio-1', {tenant: 'x'});
  await ask(omni, 'DELETE', `/admin/channels/${id}`);
  await ask(omni, 'DELETE', `/admin/channels/${id}`);
  const {body: {cases}} = await ask(omni, 'GET', '/admin/simulations');
  for (const carrier of new Set(cases.map((each) => each.carrier))) {
    await ask(omni, 'POST', '/admin/playground', {carrier, case: cases.find((each) => each.carrier === carrier).name});
  }
  await ask(omni, 'POST', '/admin/playground', {request: 'POST /twilio HTTP/1.1\n\n'});
  await ask(omni, 'POST', '/admin/playground', {});
  const live = await fetch(`${omni.url}/admin/live`, {headers: {Authorization: `Bearer ${SECRETS.OMNI_ADMIN_TOKEN}`}});
  check('GET', '/admin/live', live.status, live.headers.get('content-type'), '');
  await live.body.cancel();

  const described = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.keys(operations).filter((verb) => verb !== 'parameters').map((verb) => `${verb} ${path}`));
  assert.deepEqual(described.filter((operation) => !covered.has(operation)), [], 'described and not tried');
});
