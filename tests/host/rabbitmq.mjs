// RabbitMQ, on free ports of this machine and with a folder of its own.

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {join} from 'node:path';

const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const PATIENCE = 180_000;

export const isInstalled = () => existsSync(SERVER);

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const accepts = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  socket.on('connect', () => socket.destroy());
});

export class RabbitMq {
  static async start(t, folder) {
    const broker = new RabbitMq();
    broker.folder = join(folder, 'rabbitmq');
    for (const name of ['mnesia', 'log', 'home']) {
      mkdirSync(join(broker.folder, name), {recursive: true});
    }
    [broker.port, broker.distribution, broker.epmdPort] =
        await Promise.all([freePort(), freePort(), freePort()]);
    writeFileSync(join(broker.folder, 'enabled_plugins'), '[].\n');
    writeFileSync(join(broker.folder, 'rabbitmq.conf'),
                  `listeners.tcp.default = 127.0.0.1:${broker.port}\nlog.console = false\n` +
                      'vm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 16MB\n');
    broker.epmd = spawn('/usr/bin/epmd', ['-port', broker.epmdPort, '-address', '127.0.0.1'],
                        {stdio: 'ignore'});
    t.after(() => broker.epmd.kill('SIGKILL'));
    t.after(() => broker.kill());
    await broker.serve();
    return broker;
  }

  get url() {
    return `amqp://guest:guest@127.0.0.1:${this.port}`;
  }

  async serve() {
    this.child = spawn(SERVER, {
      detached: true,  // a process group of its own
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: join(this.folder, 'home'),
        RABBITMQ_NODENAME: `omni${this.port}@localhost`,
        RABBITMQ_MNESIA_BASE: join(this.folder, 'mnesia'),
        RABBITMQ_LOG_BASE: join(this.folder, 'log'),
        RABBITMQ_CONFIG_FILE: join(this.folder, 'rabbitmq.conf'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(this.folder, 'enabled_plugins'),
        RABBITMQ_PID_FILE: join(this.folder, 'pid'),
        RABBITMQ_DIST_PORT: this.distribution,
        ERL_EPMD_PORT: this.epmdPort,
        ERL_EPMD_ADDRESS: '127.0.0.1',
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} ' +
            '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
      },
    });
    const end = Date.now() + PATIENCE;
    while (!await accepts(this.port)) {
      if (Date.now() > end) throw new Error('RabbitMQ does not start');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async kill() {
    if (this.child === undefined) return;
    const child = this.child;
    this.child = undefined;
    process.kill(-child.pid, 'SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}
