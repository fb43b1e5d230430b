// Signed webhooks, as many as the host takes.

import http from 'node:http';

import {whatsapp} from './carriers.mjs';

/** One request on a connection that is kept. What became of it: a status, `refused` (no byte of an
 *  answer came: the carrier tries again) or `cut` (it ended in the middle of one). */
function post(agent, url, request) {
  return new Promise((resolve) => {
    let begun = false;
    const sent = http.request(url + request.path, {
      agent, method: 'POST',
      headers: {...request.headers, 'Content-Length': Buffer.byteLength(request.body)},
    }, (answer) => {
      begun = true;
      answer.resume();
      answer.on('end', () => resolve(answer.complete ? answer.statusCode : 'cut'));
      answer.on('error', () => resolve('cut'));
    });
    sent.on('error', () => resolve(begun ? 'cut' : 'refused'));
    sent.end(request.body);
  });
}

/** Sends on several connections until it is stopped: which messages were acknowledged, and which are
 *  still owed because their requests were not. */
export function startLoad(url, prefix, connections = 8) {
  const load = {acknowledged: [], owed: [], outcomes: {}, sent: 0, stopped: false};
  const agent = new http.Agent({keepAlive: true, maxSockets: connections});
  const worker = async () => {
    while (!load.stopped) {
      const id = `${prefix}-${load.sent++}`;
      const outcome = await post(agent, url, whatsapp(id));
      load.outcomes[outcome] = (load.outcomes[outcome] ?? 0) + 1;
      if (outcome === 200) load.acknowledged.push(`wamid.${id}`);
      else load.owed.push(id);
      if (outcome === 'refused') return;
    }
  };
  load.done = Promise.all(Array.from({length: connections}, worker)).then(() => agent.destroy());
  load.stop = () => {
    load.stopped = true;
    return load.done;
  };
  return load;
}

/** Waits until so many were acknowledged. */
export const enough = (load, count) => new Promise((resolve) => {
  const look = () => load.acknowledged.length >= count ? resolve() : setImmediate(look);
  look();
});
