// Lambda's runtime API, as a function sees it (AWS's documentation, version 2018-06-01). It is strict
// where Lambda is: one invocation at a time, one answer to each, and that to its own id.

import {randomUUID} from 'node:crypto';
import http from 'node:http';

const ROOT = '/2018-06-01/runtime/';
const ROUTE = /^(init|invocation(?:\/([^/]+))?)\/(next|response|error)$/;

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export class RuntimeApi {
  #server = http.createServer((request, response) => this.#serve(request, response));
  #waiting = [];  // invocations that nobody has fetched
  #current;       // the one that was fetched and not answered
  #poll;          // the response of a GET that waits
  #tellInitError;
  // What the function says of its start, if it cannot.
  initError = new Promise((resolve) => { this.#tellInitError = resolve; });

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  // {kind: 'response' or 'error', type, body}: what the function makes of the event.
  invoke(event, {deadline = Date.now() + 30_000} = {}) {
    return new Promise((resolve) => {
      this.#waiting.push({id: randomUUID(), event, deadline, resolve});
      this.#deliver();
    });
  }

  #deliver() {
    if (!this.#poll || this.#current || this.#waiting.length === 0) return;
    this.#current = this.#waiting.shift();
    this.#poll.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': this.#current.id,
      'Lambda-Runtime-Deadline-Ms': this.#current.deadline,
      'Lambda-Runtime-Invoked-Function-Arn':
          'arn:aws:lambda:eu-central-1:123456789012:function:webhooks',
      'Lambda-Runtime-Trace-Id': 'Root=1-65a50a3c-0f1e2d3c4b5a69788796a5b4;Sampled=0',
    });
    this.#poll.end(JSON.stringify(this.#current.event));
    this.#poll = undefined;
  }

  async #serve(request, response) {
    const body = await readBody(request);
    const refuse = (status, message) => {
      response.writeHead(status, {'Content-Type': 'application/json'});
      response.end(JSON.stringify({errorMessage: message, errorType: 'InvalidRequest'}));
    };
    const route = request.url.startsWith(ROOT) && request.url.slice(ROOT.length).match(ROUTE);
    if (!route) return refuse(404, 'no such resource');
    const [, what, id, verb] = route;
    const isPost = verb !== 'next';
    if (request.method !== (isPost ? 'POST' : 'GET')) return refuse(405, 'not that method');
    if (!isPost) {
      this.#poll = response;
      return this.#deliver();
    }
    const type = request.headers['lambda-runtime-function-error-type'];
    if (what === 'init') {
      this.#tellInitError({type, body: JSON.parse(body)});
    } else if (!id || id !== this.#current?.id) {
      return refuse(400, 'not the invocation that is under way');
    } else {
      this.#current.resolve({kind: verb, type, body: JSON.parse(body)});
      this.#current = undefined;
    }
    response.writeHead(202, {'Content-Type': 'application/json'});
    response.end('{"status":"OK"}');
  }
}
