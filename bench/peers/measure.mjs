// measure.mjs CARRIER POOL [SECONDS]: CPU time of a request in Node, after warming up, as JSON:
// {"carrier", "ns"}. POOL is what write_pool writes; events are held to omni's before anything is
// timed.

import {readFileSync} from 'node:fs';
import {isDeepStrictEqual} from 'node:util';

import {makers} from './pipelines.mjs';

const [carrier, file, seconds = '1'] = process.argv.slice(2);
const [secrets, ...requests] =
    readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
for (const request of requests) {
  request.body = Buffer.from(request.body);
  request.headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
}
const handle = makers[carrier]({...secrets, url: requests[0].url});

// Ids are random, and the clock goes on. Twilio tells no time: its messages occurred when they came.
function comparable(event) {
  const {id, receivedAt, ...rest} = JSON.parse(JSON.stringify(event));
  if (rest.carrier === 'twilio') delete rest.occurredAt;
  return rest;
}

async function check({headers, body, expected}) {
  const events = await handle({headers, body}, Date.now());
  if (!isDeepStrictEqual(events?.map(comparable), expected.map(comparable))) {
    console.error(JSON.stringify(events, null, 1), JSON.stringify(expected, null, 1));
    throw new Error(`${carrier}: the events differ`);
  }
  // Bandwidth's credentials do not depend on the body.
  const forged = carrier === 'bandwidth' ?
      {headers: {...headers, authorization: headers.authorization.slice(0, -1) + '?'}, body} :
      {headers, body: Buffer.concat([body, Buffer.from('1')])};
  if (await handle(forged, Date.now()) !== null) throw new Error(`${carrier}: a forged request is taken`);
}

// A request as the host has read it, to the texts for the queue. A pool that comes round again is
// new again.
let seen = new Set();
let bytes = 0;
async function pass(request) {
  const result = handle(request, Date.now());
  const events = result instanceof Promise ? await result : result;
  if (events === null) throw new Error('a request was refused');
  for (const event of events) {
    if (seen.has(event.dedupeKey)) seen = new Set();
    seen.add(event.dedupeKey);
    bytes += JSON.stringify(event).length;
  }
}

async function run(duration) {
  const until = performance.now() + duration * 1000;
  let count = 0;
  const before = process.cpuUsage();
  while (performance.now() < until) {
    for (let i = 0; i < 32; ++i) await pass(requests[count++ % requests.length]);
  }
  const {user, system} = process.cpuUsage(before);
  return (user + system) * 1000 / count;
}

for (const request of requests.slice(0, 8)) await check(request);
await run(Number(seconds));
const ns = await run(Number(seconds));
if (bytes === 0) throw new Error('no events');
console.log(JSON.stringify({carrier, ns}));
