// What Prometheus reads, read by somebody else's parser.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {test} from 'node:test';

import * as carriers from './carriers.mjs';
import {Omni, until} from './harness.mjs';

const require = createRequire(new URL('../oracle/package.json', import.meta.url));
const parse = require('parse-prometheus-text-format');
const {send} = carriers;

async function read(omni) {
  const answer = await fetch(`${omni.url}/metrics`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  const families = Object.fromEntries(parse(text).map((family) => [family.name, family]));
  return {text, families};
}

const value = (family, labels = {}) => Number(family.metrics.find((metric) =>
  Object.entries(labels).every(([name, wanted]) => metric.labels?.[name] === wanted))?.value);

test('counters, gauges and histograms', async (t) => {
  const omni = await Omni.start(t);
  const twice = carriers.whatsapp('same');
  for (let i = 0; i < 2; ++i) assert.equal((await send(omni.url, twice)).status, 200);
  const forged = carriers.twilioSms();
  forged.headers['X-Twilio-Signature'] = 'forged';
  assert.equal((await send(omni.url, forged)).status, 401);
  await send(omni.url, {path: '/nowhere', body: '{}'});

  await until(async () => value((await read(omni)).families.omni_queue_depth, {queue: 'acme:whatsapp:inbound'}) === 1,
              'the depth of the queue');
  const {text, families} = await read(omni);
  for (const family of Object.values(families)) {
    assert.ok(family.help.length > 0, family.name);
    assert.match(family.name, family.type === 'COUNTER' ? /^omni_.*_total$/ : /^omni_/);
  }
  assert.equal(value(families.omni_ready), 1);
  assert.equal(value(families.omni_requests_total, {carrier: 'whatsapp', outcome: 'ok', reason: 'ok'}), 2);
  assert.equal(value(families.omni_requests_total, {carrier: 'none', outcome: 'refused'}), 1);
  assert.equal(value(families.omni_requests_total, {carrier: 'twilio', outcome: 'rejected'}), 1);
  assert.equal(value(families.omni_signatures_rejected_total, {carrier: 'twilio'}), 1);
  assert.equal(value(families.omni_events_total, {carrier: 'whatsapp', outcome: 'accepted'}), 1);
  assert.equal(value(families.omni_events_total, {carrier: 'whatsapp', outcome: 'duplicate'}), 1);
  assert.equal(value(families.omni_dead_letters), 0);
  // The parser makes one of the histograms of all carriers, so theirs are read here.
  const histogram = (suffix) => [...text.matchAll(new RegExp(
      `^omni_request_duration_seconds${suffix}\\{carrier="whatsapp"(?:,le="([^"]+)")?\\} (\\S+)$`, 'gm'))]
      .map(([, bound, count]) => [Number(bound?.replace('+Inf', 'Infinity')), Number(count)]);
  assert.equal(families.omni_request_duration_seconds.type, 'HISTOGRAM');
  assert.equal(histogram('_count')[0][1], 2);
  assert.ok(histogram('_sum')[0][1] > 0);
  const buckets = histogram('_bucket');
  assert.deepEqual(buckets.at(-1), [Infinity, 2]);
  assert.deepEqual(buckets, [...buckets].sort(([a, x], [b, y]) => a - b || x - y), 'bounds and counts grow');
  assert.equal(families.omni_stage_duration_seconds.type, 'HISTOGRAM');
  for (const [stage, count] of [['verify', 2], ['normalize', 2], ['claim', 2], ['commit', 1]]) {
    assert.match(text, new RegExp(`^omni_stage_duration_seconds_count\\{carrier="whatsapp",stage="${stage}"\\} ${count}$`, 'm'));
  }
  assert.match(text, /^omni_stage_duration_seconds_count\{carrier="twilio",stage="verify"\} 1$/m);
  assert.ok(value(families.omni_connections) >= 1);
  assert.ok(value(families.omni_connections_accepted_total) >= 1);
});

test('strangers cannot make the series grow', async (t) => {
  const omni = await Omni.start(t);
  const series = async () => (await read(omni)).text.split('\n').length;
  await send(omni.url, {path: '/p0', body: '{}'});
  const before = await series();
  for (let i = 0; i < 300; ++i) {
    await send(omni.url, {path: `/p${i}`, body: '{}', headers: {'X-Request-Id': `id${i}`, 'User-Agent': `a${i}`}});
  }
  assert.equal(await series(), before);
});
