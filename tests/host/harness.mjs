// The real program, started as a stranger would start it: on a free port, over a folder of its own.

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const BINARY = process.env.OMNI_BINARY;
const MEMORY_DISK = '/dev/shm';

/** A folder that goes with the test. */
export function makeFolder(t) {
  const parent = existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir();
  const folder = mkdtempSync(join(parent, 'omni-host-'));
  t.after(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** Waits until `probe` gives something true, at most ten seconds; gives it. */
export async function until(probe, what = 'the condition') {
  const end = Date.now() + 10_000;
  while (true) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what}: not within ten seconds`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const PUBLIC_URL = 'https://hooks.example.com';
export const SECRETS = {
  WA_SECRET: 'wa-secret', WA_VERIFY: 'wa-verify', BW_PASS: 'bw-pass', TW_TOKEN: 'tw-token',
  LC_SECRET: 'lc-secret', LC_TOKEN: 'lc-token', MB_KEY: 'mb-key', IQ_TOKEN: 'iq-token',
  OMNI_ADMIN_TOKEN: 'admin-token',
};

/** A configuration with all six carriers over SQLite. */
export function everything(changes = {}) {
  return {
    listen: {address: '127.0.0.1', port: 0},
    publicUrl: PUBLIC_URL,
    admin: {token: 'env:OMNI_ADMIN_TOKEN'},
    queue: {type: 'sqlite', path: 'var/omni.db'},
    channels: [
      {adapter: 'whatsapp', tenant: 'acme', appSecret: ['env:WA_SECRET'], verifyToken: 'env:WA_VERIFY'},
      {adapter: 'twilio', tenant: 'acme', authToken: 'env:TW_TOKEN'},
      {adapter: 'bandwidth', tenant: 'acme', username: 'bw', password: 'env:BW_PASS'},
      {adapter: 'livechat', tenant: 'acme', webhookSecret: 'env:LC_SECRET', apiToken: 'env:LC_TOKEN',
       allowedOrigins: ['https://app.example.com']},
      {adapter: 'messagebird', tenant: 'acme', signingKey: 'env:MB_KEY'},
      {adapter: 'inteliquent', tenant: 'acme', token: 'env:IQ_TOKEN'},
    ],
    ...changes,
  };
}

/** Writes a configuration into the folder; its name. */
export function writeConfig(folder, config, name = 'omni.json') {
  mkdirSync(folder, {recursive: true});
  writeFileSync(join(folder, name),
                typeof config === 'string' ? config : JSON.stringify(config, null, 2));
  return name;
}

/** Runs a command to its end: {code, stdout, stderr}. */
export async function run(folder, args, options = {}) {
  const child = spawn(BINARY, args, {cwd: folder, env: {...process.env, ...SECRETS, ...options.env}});
  const output = {stdout: '', stderr: ''};
  child.stdout.on('data', (chunk) => output.stdout += chunk);
  child.stderr.on('data', (chunk) => output.stderr += chunk);
  child.stdin.on('error', () => {});  // a command that reads nothing may be gone already
  child.stdin.end(options.input ?? '');
  const [code] = await once(child, 'close');
  return {code, ...output};
}

/** A running `omni serve`. */
export class Omni {
  static async start(t, config = everything(), options = {}) {
    const omni = new Omni();
    omni.folder = options.folder ?? makeFolder(t);
    omni.config = writeConfig(omni.folder, config);
    await omni.serve(options.env);
    t.after(() => omni.kill());
    return omni;
  }

  async serve(env = {}) {
    this.log = [];
    this.stderr = '';
    this.stdout = '';
    this.child = spawn(BINARY, ['serve', '--config', this.config],
                       {cwd: this.folder, env: {...process.env, ...SECRETS, ...env}});
    this.exited = once(this.child, 'close').then(([code, signal]) => ({code, signal}));
    let rest = '';
    this.child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) if (line.startsWith('{')) this.log.push(JSON.parse(line));
    });
    let over = false;
    this.exited.then(() => over = true);
    this.child.stdout.on('data', (chunk) => this.stdout += chunk);
    await until(() => this.stdout.includes('\n') || over, 'the line with the address');
    if (over) throw new Error(`omni serve ended: ${this.stderr}`);
    this.url = this.stdout.match(/listening on (http\S+)\n/)[1];
  }

  /** The line of the log of that event for which `matches` holds, once it is there. */
  logged(event, matches = () => true) {
    return until(() => this.log.find((line) => line.event === event && matches(line)), event);
  }

  run(args) {
    return run(this.folder, [args[0], '--config', this.config, ...args.slice(1)]);
  }

  /** The queued events, parsed. */
  async events(...args) {
    const {code, stdout, stderr} = await this.run(['events', '--json', ...args]);
    if (code !== 0) throw new Error(`omni events: ${stderr}`);
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  signal(name) {
    this.child.kill(name);
  }
  /** SIGTERM, and how it ended. */
  stop() {
    this.signal('SIGTERM');
    return this.exited;
  }
  async kill() {
    this.signal('SIGKILL');
    await this.exited;
  }
}
