// Checks requests' signatures with the signer of AWS's own SDK: it signs what came once more, and
// the two must be the same.

import {Sha256} from '@aws-crypto/sha256-js';
import {SignatureV4} from '@smithy/signature-v4';

const KEYS = {AKIDEXAMPLE: 'secret'};
const TOKENS = {ASIATEMPORARY: 'temporary-secret'};  // with the session token `token/+=`
const SESSION_TOKEN = 'token/+=';
const MAX_SKEW_MS = 15 * 60 * 1000;

const PATTERN = new RegExp(
    '^AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request, ?' +
    'SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$');

// Nothing, or the error that AWS would give: [status, type].
export async function rejection(request, body) {
  const {headers} = request;
  if (!headers.authorization) return [403, 'MissingAuthenticationToken'];
  const match = headers.authorization.match(PATTERN);
  if (!match) return [400, 'IncompleteSignature'];
  const [, accessKeyId, day, region, service, names, signature] = match;
  const secretAccessKey = KEYS[accessKeyId] ?? TOKENS[accessKeyId];
  if (!secretAccessKey) return [403, 'UnrecognizedClientException'];
  const sessionToken = accessKeyId in TOKENS ? SESSION_TOKEN : undefined;
  if (headers['x-amz-security-token'] !== sessionToken) return [403, 'UnrecognizedClientException'];

  const stamp = headers['x-amz-date'] ?? '';
  const date = new Date(
      stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!stamp.startsWith(day) || !(Math.abs(Date.now() - date) < MAX_SKEW_MS)) {
    return [403, 'InvalidSignatureException'];
  }
  const signed = names.split(';');
  const must = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (!must.every((name) => signed.includes(name))) return [403, 'InvalidSignatureException'];

  const signer = new SignatureV4({
    service, region, sha256: Sha256, applyChecksum: false,
    credentials: {accessKeyId, secretAccessKey, sessionToken},
  });
  const again = await signer.sign({
    method: request.method, protocol: 'http:', hostname: 'unused', path: request.url, query: {},
    headers: Object.fromEntries(signed.map((name) => [name, headers[name]])), body,
  }, {signingDate: date});
  const expected = again.headers.authorization.match(PATTERN);
  return expected[5] === names && expected[6] === signature ? undefined :
                                                              [403, 'InvalidSignatureException'];
}

export const readBody = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

export function answerError(response, status, type) {
  response.writeHead(status, {'content-type': 'application/x-amz-json-1.0'});
  response.end(JSON.stringify({__type: `com.amazonaws#${type}`, message: 'see the code'}));
}

// The other end of our standard input has gone: nobody needs us any more.
export function exitWithParent(cleanUp = () => {}) {
  process.stdin.resume();
  process.stdin.on('end', () => {
    cleanUp();
    process.exit(0);
  });
}
