import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FrontEndLab } from '../support/front-end-lab.js';
import { LessworkRun } from '../support/lesswork.js';
import { RawClient } from '../support/raw-client.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { ADDRESS } from '../support/test-pool.js';
import { sleep, waitFor } from '../support/wait.js';

const skip = skipWhen(MISSING_REDIS);

interface Line {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Connections {
  readonly total: number;
  readonly connections: readonly {
    readonly address: string;
    readonly workers: readonly string[];
    readonly accepted: number;
    readonly since: string;
  }[];
}

const readLines = (path: string): Line[] =>
  (existsSync(path) ? readFileSync(path, 'utf8') : '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

test('workers tell what miners do with their number, to the log file as to stdout, and list them together', {
  skip,
}, async (t) => {
  const lab = await FrontEndLab.open(t);
  const path = join(lab.folder, 'pool.log');
  const pool = await lab.start('pool', {
    workers: 2,
    args: ['--log-level', 'debug', '--log-file', path],
  });
  const miners = await pool.crowd(12);
  for (const miner of miners) assert.ok(await miner.mineOne());
  const refused = await RawClient.open(pool.port);
  refused.send('{"id":1,"method":"mining.authorize","params":["nonsense","x"]}\n');
  await refused.receives('no address that can be paid');
  await waitFor('the refused login in the file', () =>
    readLines(path).some(({ what }) => what === 'loginRefused'),
  );
  const told = (what: string): Line[] => readLines(path).filter((line) => line.what === what);
  for (const what of ['authorized', 'firstJob']) {
    assert.equal(told(what).length, 12, what);
    assert.deepEqual(new Set(told(what).map(({ process }) => process)), new Set([0, 1]));
  }
  assert.ok(told('authorized').every(({ account }) => account === ADDRESS));
  // What all workers say alike is of no worker.
  assert.deepEqual(
    readLines(path)
      .filter(({ type }) => type === 'node' || type === 'listening')
      .map(({ process }) => process),
    [undefined, undefined],
  );
  const timeless = (lines: readonly Line[]): object[] => lines.map(({ time: _, ...line }) => line);
  const inFile = timeless(readLines(path));
  assert.deepEqual(timeless(pool.said).slice(0, inFile.length), inFile);

  const list = async (query: string): Promise<Connections> =>
    (await (await pool.admin(`/admin/connections?${query}`)).json()) as Connections;
  const pages = [await list('pageSize=5'), await list('pageSize=5&page=1'), await list('pageSize=5&page=2')];
  assert.deepEqual(
    pages.map(({ total, connections }) => [total, connections.length]),
    [
      [13, 5],
      [13, 5],
      [13, 3],
    ],
  );
  const all = pages.flatMap(({ connections }) => connections);
  assert.equal(all.filter(({ accepted }) => accepted === 1).length, 12);
  assert.equal(all.filter(({ workers }) => workers[0] === `${ADDRESS}.rig`).length, 12);
  assert.equal((await list('address=192.0.2.1')).total, 0);
  // Workers tell where they stand twice a second.
  let status: Line | undefined;
  for (let tries = 0; tries < 100 && status?.connections !== 13; tries++) {
    if (tries > 0) await sleep(100);
    status = (await (await pool.admin('/admin/status')).json()) as Line;
  }
  assert.deepEqual([status?.miners, status?.connections], [12, 13]);
  const [login] = status!.refusedLogins as Line[];
  assert.deepEqual([login?.sent, login?.reason, login?.count], ['nonsense', 'noAddress', 1]);

  // logrotate puts the file aside, and tells the pool.
  renameSync(path, `${path}.aside`);
  pool.run.child.kill('SIGHUP');
  await waitFor('a new file', () => existsSync(path));
  for (const miner of miners) miner.close();
  await waitFor('they left', () => told('left').length === 12);
});

test('a log file that can not be opened ends the pool at once, and says why', async () => {
  const run = new LessworkRun(['pool', '--log-file', '/nowhere/pool.log']);
  const { code, stderr } = await run.end();
  assert.equal(code, 2, stderr);
  assert.match(
    stderr,
    /--log-file \/nowhere\/pool\.log: expected a file that can be written: there is no such file or folder/,
  );
});
