// `omni events`, `omni dead` and what every command does with its arguments.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {test} from 'node:test';

import * as carriers from './carriers.mjs';
import {everything, makeFolder, Omni, run, until, writeConfig} from './harness.mjs';

const send = async (omni, request) => {
  const answer = await carriers.send(omni.url, await request);
  assert.equal(answer.status, 200, await answer.text());
};

test('events beside a process that serves', async (t) => {
  const omni = await Omni.start(t);

  await t.test('shows nothing when there is nothing', async () => {
    assert.deepEqual(await omni.run(['events']), {code: 0, stdout: '', stderr: ''});
  });

  await send(omni, carriers.twilioSms('1'));
  await send(omni, carriers.whatsapp('2', 'two\nlines \u001b[31m'));
  await send(omni, carriers.messagebirdReport('3'));

  await t.test('shows one event a line, and changes nothing', async () => {
    for (let look = 0; look < 2; ++look) {
      const {code, stdout} = await omni.run(['events']);
      assert.equal(code, 0);
      const lines = stdout.trimEnd().split('\n');
      assert.equal(lines.length, 3, stdout);
      assert.match(lines[0], /twilio message sms  \+15185550142 -> \+14155550199  text "hi"$/);
      assert.match(lines[1], /whatsapp message whatsapp .* text "two lines  \[31m"$/);
      assert.match(lines[2], /messagebird status sms .* delivered$/);
    }
  });

  await t.test('shows one queue, as JSON', async () => {
    const events = await omni.events('--queue', 'acme:sms:status');
    assert.equal(events.length, 1);
    assert.equal(events[0].schema, 'omni.event.v1');
    assert.equal(events[0].status.value, 'delivered');
  });

  await t.test('follows', async () => {
    const child = spawn(process.env.OMNI_BINARY,
                        ['events', '--config', omni.config, '--follow', '--json'], {cwd: omni.folder});
    t.after(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk) => output += chunk);
    await until(() => output.split('\n').length === 4);
    await send(omni, carriers.inteliquentSms('4'));
    await until(() => output.split('\n').length === 5);
    assert.equal(JSON.parse(output.split('\n')[3]).carrierMessageId, '4');
  });

  await t.test('takes them out with --ack', async () => {
    assert.equal((await omni.events('--ack', '--queue', 'acme:sms:status')).length, 1);
    assert.equal((await omni.events('--ack')).length, 3);
    assert.equal((await omni.events()).length, 0);
    await send(omni, carriers.twilioSms('1'));
    assert.equal((await omni.events()).length, 0, 'a duplicate of what was taken out');
  });

  await t.test('goes on when nobody serves', async () => {
    await send(omni, carriers.twilioSms('5'));
    await omni.stop();
    assert.equal((await omni.events()).length, 1);
    assert.equal((await omni.events('--ack')).length, 1);
    assert.equal((await omni.events()).length, 0);
  });
});

test('events before anything was served', async (t) => {
  const folder = makeFolder(t);
  writeConfig(folder, everything());
  const {code, stdout, stderr} = await run(folder, ['events', '--config', 'omni.json']);
  assert.equal(code, 0);
  assert.equal(stdout, '');
  assert.match(stderr, /there is no queue yet/);
});

test('a queue in memory cannot be read from outside', async (t) => {
  const omni = await Omni.start(t, everything({queue: {type: 'memory'}}));
  await send(omni, carriers.twilioSms());
  for (const command of ['events', 'dead']) {
    const {code, stderr} = await omni.run([command]);
    assert.equal(code, 1);
    assert.match(stderr, /a queue of type memory is in the process that serves/);
  }
  assert.equal((await omni.stop()).code, 0);
});

test('dead letters', async (t) => {
  const omni = await Omni.start(t, everything({
    queue: {type: 'sqlite', path: 'var/omni.db', maxAttempts: 1}}));
  await send(omni, carriers.twilioSms('1'));
  assert.deepEqual(await omni.run(['dead']), {code: 0, stdout: '', stderr: ''});
  await failOnce(omni);
  assert.equal((await omni.events()).length, 0);
  const {stdout} = await omni.run(['dead']);
  assert.match(stdout, /^acme:sms:inbound:dead  .*"hi".*  \[cannot\]\n$/);
  assert.equal((await omni.run(['dead', '--redrive'])).stdout, 'acme:sms:inbound: 1 put back\n');
  assert.equal((await omni.events()).length, 1);
  assert.equal((await omni.run(['dead', '--redrive'])).stdout, 'no dead letters\n');
});

// A consumer that fails, at the control socket.
async function failOnce(omni) {
  const {connect} = await import('node:net');
  const socket = connect(`${omni.folder}/var/omni.db.sock`);
  let text = '';
  socket.on('data', (chunk) => text += chunk);
  const ask = async (question) => {
    text = '';
    socket.write(JSON.stringify(question) + '\n');
    return JSON.parse(await until(() => text.endsWith('\n') && text));
  };
  const {deliveries} = await ask({ask: 'lease', queue: 'acme:sms:inbound', limit: 1, visibility: 60e6});
  const nacked = await ask({ask: 'nack', receipt: deliveries[0].receipt, reason: 'cannot'});
  assert.deepEqual(nacked, {code: 0});
  assert.notEqual((await ask({ask: 'nothing'})).code, 0);
  socket.destroy();
}

test('arguments', async (t) => {
  const folder = makeFolder(t);
  const rows = [
    [[], 2, /usage: omni COMMAND/],
    [['srve'], 2, /there is no command srve; did you mean serve\?/],
    [['serve'], 2, /--config FILE is required/],
    [['events', '--confg', 'x'], 2, /unknown option --confg; did you mean --config\?/],
    [['events', '--config'], 2, /--config needs a value/],
    [['check', 'x'], 2, /unexpected argument x/],
    [['serve', '--config', 'none.json'], 1, /none\.json: the file cannot be read/],
  ];
  for (const [args, expected, message] of rows) {
    const {code, stderr, stdout} = await run(folder, args);
    assert.equal(code, expected, args.join(' '));
    assert.match(stderr, message);
    assert.equal(stdout, '');
  }
  const help = await run(folder, ['--help']);
  assert.equal(help.code, 0);
  for (const name of ['serve', 'check', 'events', 'dead']) assert.match(help.stdout, new RegExp(`omni ${name} `));
  assert.match((await run(folder, ['--version'])).stdout, /^omni \d+\.\d+\.\d+\n$/);
  writeConfig(folder, everything());
  const listen = await run(folder, ['serve', '--config', 'omni.json', '--listen', 'nowhere']);
  assert.equal(listen.code, 2);
  assert.match(listen.stderr, /--listen: expected ADDR:PORT/);
});
