// An emulator of SQS, and before it a proxy that checks every signature and does harm when asked to.
// Prints the proxy's port once it is ready, and ends with its standard input. Orders come as JSON to
// POST /control:
//   {fail: {status, type, count, operation?}}          so many requests are answered with an error
//   {partly: {code, senderFault, count}}               every other entry of so many batches fails
//   {cut: {count, forward, operation?}}                so many connections are cut, the request
//                                                      forwarded before that or not
//   {refuse: true|false}                               all connections are cut, or none any more
//   {emulator: "kill"|"start"}                         kill -9, and start again, without memory
//   {}                                                 only tells the counters
// The answer to each: {requests: {operation: n}, rejected: n, connections: n, largest: n}

import {spawn} from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import {fileURLToPath} from 'node:url';

import {answerError, exitWithParent, readBody, rejection} from './aws_signature.mjs';

const CLI = fileURLToPath(new URL('./node_modules/fauxqs/dist/cli.js', import.meta.url));

const counters = {requests: {}, rejected: 0, connections: 0, largest: 0};
const harm = {fail: null, partly: null, cut: null, refuse: false};
const sockets = new Set();
let emulator;
let emulatorPort;

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const {port} = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isUp(port) {
  return new Promise((resolve) => {
    const request = http.get({port, host: '127.0.0.1', path: '/health'}, (response) => {
      response.resume();
      resolve(true);
    });
    request.on('error', () => resolve(false));
  });
}

async function startEmulator() {
  emulatorPort ??= await freePort();
  const env = {...process.env, FAUXQS_PORT: String(emulatorPort), FAUXQS_LOGGER: 'false'};
  emulator = spawn(process.execPath, [CLI], {env, stdio: 'ignore'});
  while (!await isUp(emulatorPort)) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function killEmulator() {
  const ended = new Promise((resolve) => emulator.once('exit', resolve));
  emulator.kill('SIGKILL');
  await ended;
}

const operationOf = (request) => (request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');

// Whether this harm is meant for this request; it is done then, and counted.
function strikes(kind, operation) {
  const order = harm[kind];
  if (!order || order.count <= 0) return false;
  if (order.operation && order.operation !== operation) return false;
  --order.count;
  return true;
}

function forward(request, body) {
  return new Promise((resolve, reject) => {
    const {host, ...headers} = request.headers;
    const upstream = http.request(
        {port: emulatorPort, host: '127.0.0.1', method: request.method, path: request.url,
         headers: {...headers, host: `127.0.0.1:${emulatorPort}`, 'content-length': body.length}},
        async (answer) => {
          try {
            resolve({answer, text: await readBody(answer)});
          } catch (error) {
            reject(error);
          }
        });
    upstream.on('error', reject);
    upstream.end(body);
  });
}

// Leaves every other entry out and reports it as failed.
function withoutSome(body) {
  const batch = JSON.parse(body);
  const refused = batch.Entries.filter((_, index) => index % 2 === 0);
  batch.Entries = batch.Entries.filter((_, index) => index % 2 === 1);
  const failed = refused.map(({Id}) => ({
    Id, Code: harm.partly.code, SenderFault: harm.partly.senderFault, Message: 'as it was told'}));
  return {rest: Buffer.from(JSON.stringify(batch)), isEmpty: batch.Entries.length === 0, failed};
}

async function sendPartly(request, response, body) {
  const {rest, isEmpty, failed} = withoutSome(body);
  let result = {Successful: []};
  if (!isEmpty) result = JSON.parse((await forward(request, rest)).text);
  response.writeHead(200, {'content-type': 'application/x-amz-json-1.0'});
  response.end(JSON.stringify({...result, Failed: [...(result.Failed ?? []), ...failed]}));
}

async function obey(order) {
  for (const kind of ['fail', 'partly', 'cut', 'refuse']) {
    if (kind in order) harm[kind] = order[kind];
  }
  if (order.refuse) for (const socket of sockets) socket.destroy();
  if (order.emulator === 'kill') await killEmulator();
  if (order.emulator === 'start') await startEmulator();
}

async function serve(request, response) {
  const body = await readBody(request);
  if (request.url === '/control') {
    sockets.delete(request.socket);
    await obey(JSON.parse(body));
    response.end(JSON.stringify(counters));
    return;
  }
  const operation = operationOf(request);
  counters.requests[operation] = (counters.requests[operation] ?? 0) + 1;
  counters.largest = Math.max(counters.largest, body.length);
  const rejected = await rejection(request, body);
  if (rejected) {
    ++counters.rejected;
    return answerError(response, ...rejected);
  }
  if (harm.refuse) return request.socket.destroy();
  if (strikes('fail', operation)) return answerError(response, harm.fail.status, harm.fail.type);
  if (strikes('cut', operation)) {
    if (harm.cut.forward) await forward(request, body);
    return request.socket.destroy();
  }
  if (operation === 'SendMessageBatch' && strikes('partly', operation)) {
    return sendPartly(request, response, body);
  }
  const {answer, text} = await forward(request, body);
  delete answer.headers['content-length'];
  delete answer.headers['transfer-encoding'];
  response.writeHead(answer.statusCode, {...answer.headers, 'content-length': text.length});
  response.end(text);
}

await startEmulator();
const proxy = http.createServer((request, response) => {
  serve(request, response).catch(() => request.socket.destroy());
});
proxy.keepAliveTimeout = 60_000;
proxy.on('connection', (socket) => {
  ++counters.connections;
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});
proxy.listen(0, '127.0.0.1', () => console.log(proxy.address().port));
exitWithParent(() => emulator.kill('SIGKILL'));
