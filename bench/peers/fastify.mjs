// fastify.mjs POOL: WhatsApp's pipeline of pipelines.mjs behind Fastify, into a queue in memory. Prints
// its port. POOL is what write_pool writes for whatsapp: the secret and the path are taken from it.

import {readFileSync} from 'node:fs';

import Fastify from 'fastify';

import {makers} from './pipelines.mjs';

const [secrets, first] =
    readFileSync(process.argv[2], 'utf8').split('\n', 2).map((line) => JSON.parse(line));
const handle = makers.whatsapp({...secrets, url: first.url});
const seen = new Set();
let queue = [];

const server = Fastify({logger: false});
server.addContentTypeParser('application/json', {parseAs: 'buffer'}, (request, body, done) => done(null, body));
server.post(new URL(first.url).pathname, (request, reply) => {
  const events = handle({headers: request.headers, body: request.body}, Date.now());
  if (events === null) return reply.code(401).send({error: 'the signature does not match'});
  for (const event of events) {
    if (seen.has(event.dedupeKey)) continue;
    if (seen.size > 1_000_000) seen.clear();
    seen.add(event.dedupeKey);
    if (queue.length > 100_000) queue = [];
    queue.push(JSON.stringify(event));
  }
  return reply.send({status: 'ok'});
});
await server.listen({port: 0, host: '127.0.0.1'});
console.log(server.server.address().port);
