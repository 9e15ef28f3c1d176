import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tellReady } from '../../cli/service-manager.js';
import { freePort } from '../support/free-port.js';
import { LessworkRun } from '../support/lesswork.js';
import { notifyStandIn } from '../support/notify-stand-in.js';
import { skipWhen } from '../support/requirement.js';
import { waitFor } from '../support/wait.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-notify-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const found = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

test('nothing is started where no service manager asks', async () => {
  const { env, told } = notifyStandIn(folder);
  tellReady('x', { env: { ...env, NOTIFY_SOCKET: '' }, complain: assert.fail });
  const { env: other, told: second } = notifyStandIn(folder);
  tellReady('x', { env: other, complain: assert.fail });
  // What is started later has ended.
  await waitFor('the second', () => existsSync(second));
  assert.ok(!existsSync(told));
});

test('a datagram comes to the socket that systemd names, from its own tool', {
  skip: skipWhen(
    found('systemd-notify') && found('python3') ? undefined : 'systemd-notify or python3 is not installed',
  ),
}, async () => {
  const path = join(folder, 'socket');
  // Node.js has no datagrams of this kind.
  const receiver = spawn(
    'python3',
    [
      '-c',
      'import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\ns.settimeout(30)\ns.bind(sys.argv[1])\nprint("bound",flush=True)\nprint(s.recv(4096).decode(),flush=True)',
      path,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  receiver.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await waitFor('the socket', () => text.includes('bound'), 30_000);
  // It waits for an answer of the service manager before it ends, which nobody gives here: only the message counts.
  tellReady('at work', { env: { ...process.env, NOTIFY_SOCKET: path }, complain: () => {} });
  await once(receiver, 'close');
  const lines = text.trim().split('\n').slice(1);
  assert.deepEqual(lines.toSorted(), [`MAINPID=${process.pid}`, 'READY=1', 'STATUS=at work']);
});

for (const [why, env, words] of [
  [
    'is not there',
    { PATH: folder },
    /^lesswork: systemd was not told that this is ready: systemd-notify: .*ENOENT/,
  ],
  ['fails', notifyStandIn(folder, 'exit 3').env, /^lesswork: systemd was not told .*: exit status 3\n$/],
] as const)
  test(`one that ${why} is told, and keeps nobody from working`, async () => {
    const said: string[] = [];
    tellReady('x', { env: { NOTIFY_SOCKET: '/run/x', ...env }, complain: (line) => said.push(line) });
    await waitFor('the complaint', () => said.length > 0);
    assert.match(said[0]!, words);
  });

test('a pool tells it once miners can connect, a miner once it has begun, each its own process', async () => {
  const [pool, miner] = [notifyStandIn(folder), notifyStandIn(folder)];
  const config = join(folder, 'pool.json');
  const listeners = [{ name: 'main', host: '127.0.0.1', port: 0 }];
  const nodes = [{ host: '127.0.0.1', port: await freePort(), restPort: await freePort() }];
  const parts = { nodes, listeners, dataFolder: join(folder, 'data'), http: false, admin: false };
  writeFileSync(config, JSON.stringify({ ...parts, stop: { closeOverMs: 0 } }));
  const runs = [
    new LessworkRun(['pool', '--config', config, '--json'], pool.env),
    new LessworkRun(
      ['mine', '--node', `127.0.0.1:${await freePort()}`, '--device', 'cpu', '--threads', '1', '--json'],
      miner.env,
    ),
  ];
  for (const [i, told] of [pool.told, miner.told].entries()) {
    const run = runs[i]!;
    const isTold = (): boolean => existsSync(told) && readFileSync(told, 'utf8').endsWith('\n');
    await waitFor('word of it', () => isTold() || run.child.exitCode !== null, 60_000);
    assert.equal(run.child.exitCode, null, run.stderr);
    assert.match(readFileSync(told, 'utf8'), new RegExp(`^READY=1 MAINPID=${run.child.pid} STATUS=`));
  }
  assert.ok(runs[0]!.jsonLines().some(({ type }) => type === 'listening'));
  for (const run of runs) run.child.kill('SIGTERM');
  for (const run of runs) assert.equal((await run.end()).signal, null);
});
