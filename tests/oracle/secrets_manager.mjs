// As much of Secrets Manager as a reader needs: GetSecretValue, PutSecretValue, CreateSecret and
// DeleteSecret, with versions and their stages; every signature is checked. Prints its port, and
// ends with its standard input. POST /control: {fail: {status, type, count}}, {hang: true|false};
// the answer: {requests, rejected}.

import {randomUUID} from 'node:crypto';
import http from 'node:http';

import {answerError, exitWithParent, readBody, rejection} from './aws_signature.mjs';

const secrets = new Map();  // name → versions, newest first: {id, SecretString, SecretBinary}
const counters = {requests: 0, rejected: 0};
const harm = {fail: null, hang: false};
const STAGES = ['AWSCURRENT', 'AWSPREVIOUS'];

class Refusal extends Error {
  constructor(type) {
    super(type);
    this.type = type;
  }
}

const arn = (name) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;

function versionsOf(name) {
  const versions = secrets.get(name);
  if (!versions) throw new Refusal('ResourceNotFoundException');
  return versions;
}

function add(name, {SecretString, SecretBinary}) {
  const version = {id: randomUUID(), SecretString, SecretBinary};
  secrets.set(name, [version, ...(secrets.get(name) ?? [])].slice(0, STAGES.length));
  return {ARN: arn(name), Name: name, VersionId: version.id};
}

const operations = {
  CreateSecret(input) {
    if (secrets.has(input.Name)) throw new Refusal('ResourceExistsException');
    return add(input.Name, input);
  },
  PutSecretValue(input) {
    versionsOf(input.SecretId);
    return add(input.SecretId, input);
  },
  DeleteSecret(input) {
    versionsOf(input.SecretId);
    secrets.delete(input.SecretId);
    return {ARN: arn(input.SecretId), Name: input.SecretId};
  },
  GetSecretValue(input) {
    const stage = input.VersionStage ?? 'AWSCURRENT';
    const version = versionsOf(input.SecretId)[STAGES.indexOf(stage)];
    if (!version) throw new Refusal('ResourceNotFoundException');
    const {id, ...value} = version;
    return {ARN: arn(input.SecretId), Name: input.SecretId, VersionId: id, VersionStages: [stage],
            ...value};
  },
};

function answer(response, value) {
  response.writeHead(200, {'content-type': 'application/x-amz-json-1.1'});
  response.end(JSON.stringify(value));
}

async function serve(request, response) {
  const body = await readBody(request);
  if (request.url === '/control') {
    Object.assign(harm, JSON.parse(body));
    return answer(response, counters);
  }
  ++counters.requests;
  const rejected = await rejection(request, body);
  if (rejected) {
    ++counters.rejected;
    return answerError(response, ...rejected);
  }
  if (harm.hang) return;
  if (harm.fail && harm.fail.count-- > 0) {
    return answerError(response, harm.fail.status, harm.fail.type);
  }
  const name = (request.headers['x-amz-target'] ?? '').replace(/^secretsmanager\./, '');
  try {
    if (!operations[name]) throw new Refusal('UnknownOperationException');
    answer(response, operations[name](JSON.parse(body)));
  } catch (error) {
    answerError(response, 400, error.type ?? 'ValidationException');
  }
}

const server = http.createServer((request, response) => {
  serve(request, response).catch(() => request.socket.destroy());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
exitWithParent();
