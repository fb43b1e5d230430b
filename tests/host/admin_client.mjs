// The admin API as its clients call it, and a consumer that gives up on everything.

import {once} from 'node:events';
import {createConnection} from 'node:net';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

import {SECRETS} from './harness.mjs';

/** One call: {status, headers, body}; the body parsed where it is JSON. */
export async function admin(omni, method, path, body, token = SECRETS.OMNI_ADMIN_TOKEN) {
  const answer = await fetch(omni.url + path, {
    method,
    headers: {...(token && {Authorization: `Bearer ${token}`}), 'Content-Type': 'application/json'},
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  return {status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : text};
}

/** The events of a stream of server-sent events, as they come: {name, data}. */
export async function* watch(omni, signal) {
  const answer = await fetch(`${omni.url}/admin/live`, {
    headers: {Authorization: `Bearer ${SECRETS.OMNI_ADMIN_TOKEN}`}, signal});
  if (answer.status !== 200) throw new Error(`/admin/live: ${answer.status}`);
  let waiting = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    waiting += chunk;
    for (let end; (end = waiting.indexOf('\n\n')) >= 0; waiting = waiting.slice(end + 2)) {
      const fields = Object.fromEntries(waiting.slice(0, end).split('\n').map((line) => {
        const colon = line.indexOf(': ');
        return [line.slice(0, colon), line.slice(colon + 2)];
      }));
      if (fields.data) yield {name: fields.event, data: JSON.parse(fields.data)};
    }
  }
}

/** A consumer at the host's socket: {ask, close}. */
async function consume(omni) {
  const socket = createConnection(join(omni.folder, 'var/omni.db.sock'));
  const lines = createInterface({input: socket})[Symbol.asyncIterator]();
  const ask = async (question) => {
    socket.write(`${JSON.stringify(question)}\n`);
    return JSON.parse((await lines.next()).value);
  };
  await once(socket, 'connect');
  return {ask, close: () => socket.destroy()};
}

/** Leases so many of what the queue has; what gives them back. */
export async function lease(omni, queue, limit) {
  const {ask, close} = await consume(omni);
  const {deliveries} = await ask({ask: 'lease', queue, limit, visibility: 60e6, wait: 0});
  return async () => {
    for (const {receipt} of deliveries) await ask({ask: 'nack', receipt, delay: 0, reason: 'given back'});
    close();
  };
}

/** Leases what the queue has and gives it back, as often as it takes to make dead letters of it. */
export async function giveUpOn(omni, queue, reason) {
  const {ask, close} = await consume(omni);
  let dead = 0;
  while (true) {
    const {deliveries} = await ask({ask: 'lease', queue, limit: 100, visibility: 60e6, wait: 0});
    if (deliveries.length === 0) break;
    for (const {receipt} of deliveries) {
      await ask({ask: 'nack', receipt, delay: 0, reason});
      ++dead;
    }
  }
  close();
  return dead;
}
