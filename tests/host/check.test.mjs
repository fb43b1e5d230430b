// `omni check` on broken configurations: each mistake is named by its path, with what was expected.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {everything, makeFolder, run, writeConfig} from './harness.mjs';

const twilio = (changes) => ({adapter: 'twilio', authToken: 'env:TW_TOKEN', ...changes});
const channels = (...list) => everything({channels: list});

/** [what is wrong, the configuration, lines that must be said]. */
const BROKEN = [
  ['a key at the root', everything({publicURL: 'x'}), ['publicURL: unknown key; did you mean publicUrl?']],
  ['a key of listen', everything({listen: {prot: 1}}), ['listen.prot: unknown key; did you mean port?']],
  ['a port that is text', everything({listen: {port: '8080'}}), ['listen.port: expected an integer']],
  ['a port that is none', everything({listen: {port: 70000}}),
   ['listen.port: expected an integer from 0 to 65535']],
  ['no address', everything({listen: {address: 'localhost'}}), ['listen.address: expected an IP address']],
  ['no threads', everything({listen: {threads: 0}}), ['listen.threads: expected an integer from 1 to 256']],
  ['a duration without unit', everything({listen: {idleTimeout: '75'}}),
   ['listen.idleTimeout: expected a duration']],
  ['a duration of nothing', everything({listen: {bodyTimeout: '0s'}}),
   ['listen.bodyTimeout: expected a duration above zero']],
  ['a certificate without key', everything({listen: {tls: {certificate: 'a.pem'}}}),
   ['listen.tls.key: required']],
  ['a certificate that is not there', everything({listen: {tls: {certificate: 'no.pem', key: 'no.key'}}}),
   ['listen.tls: the certificate no.pem cannot be used']],
  ['a body beyond 4 GiB', everything({listen: {maxBodyBytes: 5_000_000_000}}),
   ['listen.maxBodyBytes: expected an integer from 1 to 4294967295']],
  ['bodies of channels that are none, or too large',
   channels(twilio({maxBodyBytes: 0}), twilio({id: 'b', path: '/b', maxBodyBytes: '1'}),
            twilio({id: 'c', path: '/c', maxBodyBytes: 1 << 30})),
   [0, 1, 2].map((i) => `channels[${i}].maxBodyBytes: expected an integer from 1 to 67108864`)],
  ['a secret of the queue that is not there',
   everything({queue: {type: 'sqs', region: 'eu-west-1', accessKeyId: 'a', secretAccessKey: 'env:NOWHERE', stores: 'x'}}),
   ['queue.secretAccessKey: there is no such secret (the environment variable NOWHERE)']],
  ['listen as a list', everything({listen: []}), ['listen: expected an object']],
  ['no queue', everything({queue: undefined}), ['queue: required; to begin with, {"type": "sqlite"']],
  ['an engine misspelt', everything({queue: {type: 'sqlit', path: 'x'}}),
   [/^queue\.type: expected one of .*; did you mean sqlite\?$/m]],
  ['sqlite without file', everything({queue: {type: 'sqlite'}}), ['queue.path: required: the name of the file']],
  ['a key of the engine', everything({queue: {type: 'sqlite', pth: 'x'}}),
   ['queue.pth: unknown key; did you mean path?', 'queue.path: required']],
  ['attempts below one', everything({queue: {type: 'sqlite', path: 'x', maxAttempts: 0}}),
   ['queue.maxAttempts: expected an integer from 1']],
  ['a public URL with a query', everything({publicUrl: 'https://x.example/?a'}),
   ['publicUrl: expected an absolute http or https URL without query']],
  ['proxies that are no blocks', everything({trustedProxies: ['10.0.0.1/8', '10.0.0.0/8', 'proxy']}),
   [/^trustedProxies\[0\]: .*10\.0\.0\.1\/8/m, /^trustedProxies\[2\]: .*proxy/m]],
  ['an admin token that is a number', everything({admin: {token: 7}}),
   ['admin.token: expected a string or a list of strings']],
  ['an admin key', everything({admin: {tokens: 'x'}}), ['admin.tokens: unknown key; did you mean token?']],
  ['an admin token that is not there', everything({admin: {token: 'env:NOWHERE'}}),
   ['admin.token: there is no such secret (the environment variable NOWHERE)']],
  ['a rate of nothing', everything({limits: {perTenant: {requestsPerSecond: 0}}}),
   ['limits.perTenant.requestsPerSecond: expected a number above 0']],
  ['no guesses at all', everything({limits: {adminFailures: {perMinute: 0, burst: 0, maxOrigins: 0}}}),
   ['limits.adminFailures.perMinute: expected a number above 0', 'limits.adminFailures.burst: expected an integer from 1',
    'limits.adminFailures.maxOrigins: expected an integer from 1']],
  ['a limit misspelt', everything({limits: {perTennant: {}}}),
   ['limits.perTennant: unknown key; did you mean perTenant?']],
  ['channels as an object', everything({channels: {}}), ['channels: expected a list']],
  ['an adapter misspelt', channels({adapter: 'twillio', authToken: 'x'}), [/^channels\[0\]\.adapter: .*twilio/m]],
  ['no adapter', channels({tenant: 'acme'}), ['channels[0].adapter: required']],
  ['a key of a channel', channels(twilio({acountSid: 'AC1'})),
   ['channels[0].acountSid: unknown key; did you mean accountSid?']],
  ['a secret that is missing', channels({adapter: 'twilio'}), ['channels[0].authToken: required']],
  ['a variable that is not set', channels(twilio(), twilio({id: 'b', path: '/b', authToken: 'env:NOWHERE'})),
   ['channels[1].authToken: there is no such secret (the environment variable NOWHERE)']],
  ['one variable of two', channels(twilio({authToken: ['env:TW_TOKEN', 'env:NOWHERE']})),
   ['channels[0].authToken[1]: there is no such secret (the environment variable NOWHERE)']],
  ['a file that is not there', channels(twilio({authToken: 'file:nowhere.txt'})),
   ['channels[0].authToken: there is no such secret (the file nowhere.txt)']],
  ['no way to authenticate', channels({adapter: 'bandwidth'}), [/^channels\[0\]: has no way to authenticate/m]],
  ['a mode that is none', channels(twilio({mode: 'shaddow'})),
   [/^channels\[0\]\.mode: expected one of enforce, shadow, enforceAfter; did you mean shadow\?$/m]],
  ['a path of the host', channels(twilio({path: '/admin/twilio'})),
   ['channels[0].path: the host answers this path itself']],
  ['a path without slash', channels(twilio({path: 'twilio'})), [/^channels\[0\]\.path: .*\//m]],
  ['two channels of one id', channels(twilio({id: 'a'}), {adapter: 'inteliquent', id: 'a', token: 'x'}),
   ['channels[1].id: another channel has the same id']],
  ['blocks that are none', channels(twilio({allowFrom: ['nowhere', '192.0.2.0/24', '10.0.0.1/8']})),
   [/^channels\[0\]\.allowFrom\[0\]: .*nowhere/m, /^channels\[0\]\.allowFrom\[2\]: .*10\.0\.0\.1/m]],
  ['origins that no browser sends',
   channels(twilio({allowedOrigins: ['https://app.example.com/', '*', 'app.example.com']})),
   ['channels[0].allowedOrigins[0]: expected "*", or scheme://host[:port]',
    'channels[0].allowedOrigins[2]: expected "*", or scheme://host[:port]']],
  ['a key given twice', '{"queue": {"type": "memory"}, "queue": {"type": "memory"}}', ['queue: given twice']],
  ['a comma too many', '{\n  // queue\n  "queue": {"type": "memory",}\n}', [/^omni\.json, line 3, column \d+: /m]],
  ['a comment without end', '{\n  "queue": {"type": "memory"} /* and\n}', [/^omni\.json, line 2, column \d+: /m]],
  ['a list', '[]', ['omni.json: expected a JSON object']],
];

test('broken configurations', async (t) => {
  const folder = makeFolder(t);
  let index = 0;
  await Promise.all(BROKEN.map(([title, config, expected]) => {
    const name = writeConfig(folder, config, `${index++}.json`);
    return t.test(title, async () => {
      const {code, stdout} = await run(folder, ['check', '--config', name]);
      assert.equal(code, 1, stdout);
      for (const line of expected) {
        if (line instanceof RegExp) {
          assert.match(stdout.replaceAll(name, 'omni.json'), line);
        } else {
          assert.ok(stdout.replaceAll(name, 'omni.json').split('\n').some((said) => said.startsWith(line)),
                    `${line}\nwas not said in\n${stdout}`);
        }
      }
    });
  }));
});

test('every mistake is told at once', async (t) => {
  const folder = makeFolder(t);
  const config = everything({listen: {prot: 1}, queue: {type: 'redish'}});
  config.channels[1].authTokn = 'x';
  delete config.channels[5].token;
  writeConfig(folder, config);
  const {code, stdout} = await run(folder, ['check', '--config', 'omni.json']);
  assert.equal(code, 1);
  for (const path of ['listen.prot', 'queue.type', 'channels[1].authTokn', 'channels[5]']) {
    assert.ok(stdout.split('\n').some((line) => line.startsWith(path)), `${path} in\n${stdout}`);
  }
});

test('what is right is said to be', async (t) => {
  const folder = makeFolder(t);
  const text = `// who receives\n${JSON.stringify(everything())} /* the end // */`;
  writeConfig(folder, text.replace('"https:', '/* not // a */ "https:'));
  const {code, stdout} = await run(folder, ['check', '--config', 'omni.json']);
  assert.equal(stdout, 'omni.json: ok, 6 channels\n');
  assert.equal(code, 0);
});

test('a folder is no file', async (t) => {
  const {code, stdout} = await run(makeFolder(t), ['check', '--config', '.']);
  assert.equal(code, 1);
  assert.equal(stdout.split('\n')[0], '.: the file cannot be read');
});

test('a file that is not there', async (t) => {
  const {code, stdout} = await run(makeFolder(t), ['check', '--config', 'none.json']);
  assert.equal(code, 1);
  assert.equal(stdout, 'none.json: the file cannot be read\n');
});
