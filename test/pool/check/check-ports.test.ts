import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  judgePort,
  type PortTried,
  placesOf,
  tryPorts,
  withAllClashes,
} from '../../../pool/check/check-ports.js';
import { listeningSockets, programOf } from '../../../pool/check/port-owner.js';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { ListenError } from '../../../pool/domain/listen-error.js';
import { configSources } from '../../support/config-sources.js';
import { freePort } from '../../support/free-port.js';

const place = (port: number, setting = 'listeners[0]', host = '127.0.0.1') => ({ setting, host, port });

async function otherProgram(t: TestContext): Promise<number> {
  const server = createServer();
  server.listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as { port: number }).port;
}

/** Tries one place, and judges it as if no pool were at work. */
async function judged(one: ReturnType<typeof place>) {
  const [tried] = await tryPorts([one]);
  return judgePort(tried!, false);
}

test('all places that a pool listens on are tried', () => {
  const config = parsePoolConfig(
    {
      listeners: [
        { name: 'a', port: 1 },
        { name: 'b', port: 2 },
      ],
      http: false,
    },
    configSources(),
  );
  assert.deepEqual(
    placesOf(config).map(({ setting, port }) => `${setting} ${port}`),
    ['listeners[0] 1', 'listeners[1] 2', 'admin 8081'],
  );
});

test('a free port can be listened on, and nobody listens there afterwards', async () => {
  const port = await freePort();
  assert.deepEqual(await judged(place(port)), {
    setting: 'listeners[0].port',
    outcome: 'ok',
    met: `127.0.0.1:${port}: can be listened on`,
  });
  const socket = connect(port, '127.0.0.1');
  const [error] = await once(socket, 'error');
  assert.equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  assert.match((await judged(place(0))).met, /a free port is taken/);
});

test('a port in use is said with its program and what to do', async (t) => {
  const port = await otherProgram(t);
  const finding = await judged(place(port, 'http'));
  assert.deepEqual([finding.setting, finding.outcome], ['http.port', 'failed']);
  const who = process.platform === 'linux' ? ` (process ${process.pid}, node)` : '';
  assert.equal(finding.met, `127.0.0.1:${port}: another program listens there${who}`);
  assert.equal(finding.remedy, 'end it, or choose another port');
});

test('an address of another machine is told as the host', async () => {
  const finding = await judged(place(0, 'admin', '192.0.2.1'));
  assert.deepEqual([finding.setting, finding.outcome], ['admin.host', 'failed']);
});

test('two listeners of one configuration that want one port', async () => {
  const port = await freePort();
  const [first, second] = await tryPorts([place(port), place(port, 'http')]);
  assert.equal(judgePort(first!, false).outcome, 'ok');
  assert.match(judgePort(second!, false).met, /listeners\[0\] of this configuration has that port, too/);
});

test('a port in use while a pool is at work: its own is well, that of another program is not', () => {
  const error = Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
  const tried = (owner: PortTried['owner']): PortTried => ({
    place: place(7),
    error,
    heldBy: undefined,
    owner,
  });
  const pool = { pid: 5, name: 'lesswork pool', isPool: true };
  const nginx = { pid: 6, name: 'nginx', isPool: false };
  const outcomes = [pool, nginx, undefined].map((owner) => judgePort(tried(owner), true).outcome);
  assert.deepEqual(outcomes, ['ok', 'failed', 'warning']);
  assert.equal(judgePort(tried(pool), false).outcome, 'failed');
});

test("a system's table of sockets: those that listen on the port, whatever their address", () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:4E40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0',
    '   1: 0100007F:4E40 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 12 1 0',
    '   2: 00000000:4E41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 13 1 0',
    '   3: 00000000000000000000000000000000:4E40 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 14 1 0',
  ].join('\n');
  assert.deepEqual(listeningSockets(table, 20_032), ['socket:[11]', 'socket:[14]']);
  assert.deepEqual(listeningSockets('', 20_032), []);
});

test('a program is named without its arguments', () => {
  const named = (...args: string[]) => programOf(args.map((arg) => `${arg}\0`).join(''));
  assert.deepEqual(named('/usr/bin/node', '/opt/dist/cli/main.js', 'pool', '--config', 'a'), {
    name: 'lesswork pool',
    isPool: true,
  });
  assert.equal(named('node', '/usr/bin/lesswork', 'devnet').name, 'lesswork devnet');
  assert.equal(named('node', '/opt/dist/pool/process/workers/worker.js').isPool, true);
  assert.deepEqual(named('/usr/sbin/redis-server', '--requirepass', 'secret'), {
    name: 'redis-server',
    isPool: false,
  });
  assert.equal(named().name, 'of unknown name');
});

test('a start that could not listen names all ports that are in use, a line each', async (t) => {
  const [miners, api, free] = [await otherProgram(t), await otherProgram(t), await freePort()];
  const config = parsePoolConfig(
    {
      listeners: [{ name: 'a', host: '127.0.0.1', port: miners }],
      http: { host: '127.0.0.1', port: api },
      admin: { host: '127.0.0.1', port: free },
    },
    configSources(),
  );
  const met = new ListenError('listeners[0].port: in use');
  const { message } = (await withAllClashes(config, met)) as Error;
  const lines = message.split('\n');
  assert.equal(lines.length, 2, message);
  assert.ok(lines[0]!.startsWith(`listeners[0].port: 127.0.0.1:${miners}: another program listens there`));
  assert.ok(lines[1]!.startsWith(`http.port: 127.0.0.1:${api}: another program listens there`));
  const other = new Error('the disk is full');
  assert.equal(await withAllClashes(config, other), other);
  const nothing = parsePoolConfig(
    { listeners: [{ name: 'a', host: '127.0.0.1', port: free }], http: false, admin: false },
    configSources(),
  );
  assert.equal(await withAllClashes(nothing, met), met, 'all are free by now');
});
