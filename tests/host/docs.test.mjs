// Configurations that the documentation shows are right.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {test} from 'node:test';

import {makeFolder, run, writeConfig} from './harness.mjs';

const ROOT = new URL('../../', import.meta.url);
const read = (name) => readFileSync(fileURLToPath(new URL(name, ROOT)), 'utf8');

/** Every variable that a configuration names, with something in it. */
const variables = (text) =>
  Object.fromEntries([...text.matchAll(/env:(\w+)/g)].map(([, name]) => [name, 'secret']));

test('configurations in the documentation', async (t) => {
  const folder = makeFolder(t);
  let count = 0;
  for (const page of ['README.md', 'docs/host.md']) {
    for (const [, text] of read(page).matchAll(/<!-- host config -->\n```json\n(.*?)```/gs)) {
      const name = writeConfig(folder, text, `${++count}.json`);
      const {code, stdout} = await run(folder, ['check', '--config', name], {env: variables(text)});
      assert.equal(code, 0, `${page}: ${stdout}`);
    }
  }
  assert.ok(count >= 2);
});

test('the configuration to begin with', async (t) => {
  const text = read('examples/gateway/omni.json');
  const folder = makeFolder(t);
  const name = writeConfig(folder, text);
  const {code, stdout} = await run(folder, ['check', '--config', name], {env: variables(text)});
  assert.equal(stdout, 'omni.json: ok, 6 channels\n');
  assert.equal(code, 0);
});

test('every key of the configuration is documented', () => {
  const page = read('docs/host.md');
  const source = ['config/limits_config.h', 'config/host_config.h', 'engine/sqlite_engine.cc', 'engine/memory_engine.cc']
      .map((name) => read(`examples/gateway/${name}`)).join('\n');
  const members = [...source.matchAll(/^  (?:std::\S+|double|absl::Duration) (\w+) = /gm)].map(([, name]) => name);
  const keys = members.filter((name) => !['file', 'file_channels', 'queue_json', 'queue'].includes(name));
  assert.ok(keys.length > 20);
  for (const key of keys) {
    const name = key.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    assert.ok(page.includes(name), `${name} is not in docs/host.md`);
  }
});
