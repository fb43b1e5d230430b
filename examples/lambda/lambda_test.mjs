// lambda_test.mjs PROGRAM ORACLE: runs the function as Lambda does. ORACLE is tests/oracle, whose
// packages have Twilio's signer and an SQS; without them, only what needs neither is tested.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {createInterface} from 'node:readline';

import {RuntimeApi} from './runtime_api.mjs';

const [program, oracle] = process.argv.slice(2);
const TOKEN = 'the auth token of twilio';
const CHANNELS = JSON.stringify([
  {adapter: 'twilio', tenant: 'acme', authToken: 'env:TWILIO_TOKEN'},
  {adapter: 'whatsapp', tenant: 'acme', appSecret: 'env:WA_SECRET', verifyToken: 'env:WA_VERIFY'},
]);
const ENVIRONMENT = {
  OMNI_CHANNELS: CHANNELS, OMNI_QUEUE_PREFIX: 'hooks-',
  TWILIO_TOKEN: TOKEN, WA_SECRET: 'the app secret', WA_VERIFY: 'the word we agreed on',
  AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'ASIATEMPORARY',
  AWS_SECRET_ACCESS_KEY: 'temporary-secret', AWS_SESSION_TOKEN: 'token/+=',
};
const URLS = {  // that Twilio calls
  rest_api: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/twilio',
  http_api: 'https://f6g7h8i9j0.execute-api.eu-central-1.amazonaws.com/live/twilio',
  function_url: 'https://k3l4m5n6o7p8q9r0s1t2u3v4w5x6y7z8.lambda-url.eu-central-1.on.aws/twilio',
};

// Starts the function, lets `use` have its runtime API, and sees that it ends with that.
async function withFunction(environment, use) {
  const api = new RuntimeApi();
  const address = await api.listen();
  const child = spawn(program, [], {
    env: {...ENVIRONMENT, ...environment, AWS_LAMBDA_RUNTIME_API: address},
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => { log += chunk; });
  const closed = once(child, 'close');
  try {
    await Promise.race([
      use(api, child),
      closed.then(([code]) => assert.fail(`the function ended with ${code}:\n${log}`)),
    ]);
    api.close();
    assert.deepEqual(await closed, [1, null]);
  } finally {
    api.close();
    child.kill('SIGKILL');
  }
  for (const secret of [TOKEN, ENVIRONMENT.WA_SECRET, 'temporary-secret', '+14155550143']) {
    assert.ok(!log.includes(secret), 'the log shows what it must not');
  }
  return log;
}

async function initError(environment) {
  const api = new RuntimeApi();
  const AWS_LAMBDA_RUNTIME_API = await api.listen();
  const env = {...ENVIRONMENT, ...environment, AWS_LAMBDA_RUNTIME_API};
  for (const name in env) if (env[name] === undefined) delete env[name];
  const child = spawn(program, [], {env, stdio: 'ignore'});
  const [error, [code]] = await Promise.all([api.initError, once(child, 'close')]);
  api.close();
  assert.equal(code, 1);
  assert.equal(error.type, 'Runtime.ConfigInvalid');
  assert.equal(error.body.errorType, error.type);
  return error.body.errorMessage;
}

// The event of that shape, with another message in it.
function event(shape, messageSid, sign) {
  const file = new URL(`testdata/${shape}.json`, import.meta.url);
  const value = JSON.parse(readFileSync(file, 'utf8'));
  const encoding = value.isBase64Encoded ? 'base64' : 'utf8';
  const form = new URLSearchParams(Buffer.from(value.body, encoding).toString());
  form.set('MessageSid', messageSid);
  value.body = Buffer.from(form.toString()).toString(encoding);
  const signature = sign(Object.fromEntries(form));
  for (const headers of [value.headers, value.multiValueHeaders ?? {}]) {
    for (const name in headers) {
      if (name.toLowerCase() !== 'x-twilio-signature') continue;
      headers[name] = Array.isArray(headers[name]) ? [signature] : signature;
    }
  }
  return value;
}

const forged = (shape) =>
    event(shape, `SM${'f'.repeat(32)}`, () => 'bm90IHR3aWxpbydzIHNpZ25hdHVyZQ==');

function handshake(verifyToken) {
  const value = event('rest_api', 'SM0', () => '');
  const query = {
    'hub.challenge': '1158201444', 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken};
  return {
    ...value, path: '/webhooks/whatsapp/receive', httpMethod: 'GET', body: null,
    queryStringParameters: query,
    multiValueQueryStringParameters:
        Object.fromEntries(Object.entries(query).map(([name, text]) => [name, [text]])),
    requestContext: {...value.requestContext, path: '/prod/webhooks/whatsapp/receive'},
  };
}

async function statusOf(invocation) {
  const {kind, body} = await invocation;
  assert.equal(kind, 'response');
  return body.statusCode;
}

async function testWithoutQueue() {
  assert.match(await initError({OMNI_QUEUE_PREFIX: undefined}), /OMNI_QUEUE_PREFIX/);
  assert.match(await initError({OMNI_CHANNELS: undefined}), /OMNI_CHANNELS/);
  assert.match(await initError({OMNI_CHANNELS: '[{"adapter": "twillio"}]'}), /twilio/);
  assert.match(await initError({TWILIO_TOKEN: undefined}), /authToken/);
  assert.match(
      await initError({OMNI_CHANNELS: '[{"adapter": "twilio", "publicUrl": "https://a.example"}]'}),
      /OMNI_PUBLIC_URL/);

  const log = await withFunction({}, async (api) => {
    const {kind, body} = await api.invoke(handshake(ENVIRONMENT.WA_VERIFY));
    assert.equal(kind, 'response');
    assert.equal(body.statusCode, 200);
    assert.equal(body.body, '1158201444');
    assert.equal(body.isBase64Encoded, false);
    assert.match(body.multiValueHeaders['Content-Type'][0], /^text\/plain/);
    assert.equal(await statusOf(api.invoke(handshake('a guess'))), 403);

    for (const shape in URLS) {
      assert.equal(await statusOf(api.invoke(forged(shape))), 401, shape);
    }
    const unknown = await api.invoke({Records: [{eventSource: 'aws:sqs', body: 'a'}]});
    assert.equal(unknown.kind, 'error');
    assert.equal(unknown.type, 'Runtime.UnknownEvent');
    assert.equal(unknown.body.errorType, unknown.type);
  });
  assert.equal(log.match(/"reason":"signature_mismatch"/g).length, 3);
}

// The events in messages. A body that SQS does not take as it is (this emulator: emojis) is base64.
const eventsIn = (messages) => messages.map(({Body, MessageAttributes}) => JSON.parse(
    MessageAttributes['omni.body']?.StringValue === 'base64' ? Buffer.from(Body, 'base64') : Body));

// The queue as a consumer sees it: everything in it, taken out.
class Queue {
  constructor(sqs, endpoint) {
    this.sqs = sqs;
    this.client = new sqs.SQSClient({
      endpoint, region: 'us-east-1', useQueueUrlAsEndpoint: false,
      credentials: {accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret'},
    });
  }
  async create(name) {
    const {QueueUrl} = await this.client.send(
        new this.sqs.CreateQueueCommand({QueueName: name, Attributes: {FifoQueue: 'true'}}));
    this.url = QueueUrl;
  }
  async drain() {
    const all = [];
    for (;;) {
      const {Messages = []} = await this.client.send(new this.sqs.ReceiveMessageCommand({
        QueueUrl: this.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1,
        MessageAttributeNames: ['All']}));
      if (Messages.length === 0) return all;
      for (const message of Messages) {
        all.push(message);
        await this.client.send(new this.sqs.DeleteMessageCommand(
            {QueueUrl: this.url, ReceiptHandle: message.ReceiptHandle}));
      }
    }
  }
}

async function testWithQueue() {
  const require = createRequire(path.join(oracle, 'package.json'));
  const twilio = require('twilio');
  const sqsServer = spawn(process.execPath, [path.join(oracle, 'sqs_server.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],  // it ends with its input
  });
  try {
    const [port] = await once(createInterface({input: sqsServer.stdout}), 'line');
    const endpoint = `http://127.0.0.1:${port}`;
    const order = (what) =>
        fetch(`${endpoint}/control`, {method: 'POST', body: JSON.stringify(what)});
    const queue = new Queue(require('@aws-sdk/client-sqs'), endpoint);
    await queue.create('hooks-acme-sms-inbound.fifo');
    const signed = (shape, messageSid, url) => event(
        shape, messageSid, (form) => twilio.getExpectedTwilioSignature(TOKEN, url, form));

    await withFunction({AWS_ENDPOINT_URL_SQS: endpoint}, async (api) => {
      for (const [shape, url] of Object.entries(URLS)) {
        const sms = signed(shape, `SM${shape}`, url);
        assert.equal(await statusOf(api.invoke(sms)), 200, shape);
        assert.equal(await statusOf(api.invoke(sms)), 200, shape);  // delivered twice
        assert.equal(await statusOf(api.invoke(forged(shape))), 401, shape);
      }
      const messages = await queue.drain();
      assert.deepEqual(
          eventsIn(messages).map(({carrierMessageId}) => carrierMessageId),
          ['SMrest_api', 'SMhttp_api', 'SMfunction_url']);
      assert.equal(eventsIn(messages)[0].message.text, 'Is my order on its way? 📦');
      assert.match(messages[0].MessageAttributes['x-amzn-trace-id'].StringValue, /^Root=1-/);

      // SQS is away: the carrier hears so while Lambda's clock still runs, and omni's would too.
      await order({refuse: true});
      const sms = signed('http_api', 'SMlater', URLS.http_api);
      const start = Date.now();
      assert.equal(await statusOf(api.invoke(sms, {deadline: start + 3000})), 503);
      assert.ok(Date.now() - start < 8000, 'it waited for longer than Lambda would have');
      await order({refuse: false});
      assert.equal(await statusOf(api.invoke(sms)), 200);
      assert.deepEqual(
          eventsIn(await queue.drain()).map(({carrierMessageId}) => carrierMessageId), ['SMlater']);
    });

    // Another instance, which knows nothing of the first. The queue still does.
    await withFunction({AWS_ENDPOINT_URL_SQS: endpoint}, async (api) => {
      assert.equal(await statusOf(api.invoke(signed('http_api', 'SMlater', URLS.http_api))), 200);
      assert.deepEqual(await queue.drain(), []);
    });

    const OMNI_PUBLIC_URL = 'https://hooks.example.com/carriers';
    await withFunction({AWS_ENDPOINT_URL_SQS: endpoint, OMNI_PUBLIC_URL}, async (api) => {
      const url = `${OMNI_PUBLIC_URL}/twilio`;
      assert.equal(await statusOf(api.invoke(signed('http_api', 'SMdomain', url))), 200);
      assert.equal(await statusOf(api.invoke(signed('http_api', 'SMother', URLS.http_api))), 401);
      assert.equal((await queue.drain()).length, 1);
    });
  } finally {
    sqsServer.stdin.end();
    if (sqsServer.exitCode === null) await once(sqsServer, 'exit');
  }
}

await testWithoutQueue();
console.log('started, refused, shook hands');
if (existsSync(path.join(oracle, 'node_modules'))) {
  await testWithQueue();
  console.log('three shapes of events are in SQS, once');
} else {
  console.log(`NOT TESTED, the way into SQS: run "npm ci" in ${oracle}`);
}
