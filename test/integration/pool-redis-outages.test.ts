import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OPEN_BLOCK_STATES } from '../../pool/domain/block-record.js';
import { SCRIPTS } from '../../pool/store/redis/scripts.js';
import { verdictOf } from '../support/node-verdict.js';
import type { PoolLab } from '../support/pool-lab.js';
import { isStored, LOSSES, openPoolLoad, type PoolLoad } from '../support/pool-load.js';
import { MISSING_REDIS, RedisServer, type RedisServerOptions } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { storedShares } from '../support/share-ledger.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { sleep, waitFor } from '../support/wait.js';

const skip = skipWhen(MISSING_REDIS);

/** A port that nobody listens on, nor will. */
const NOBODY = 1;

/** A pool under load on Redis, and what its miners know. */
interface Load extends PoolLoad {
  /** Ends everything, and compares what is stored with what was acknowledged. @returns what the recorder said */
  settle(): Promise<readonly string[]>;
}

async function load(t: TestContext, url: string): Promise<Load> {
  const opened = await openPoolLoad(t, {
    lab: {
      store: { type: 'redis', url },
      devnet: { refreshMs: 300 },
      config: { jobs: { refreshAfterMs: 50 } },
    },
    // Guests use up extranonces: while Redis is away there are no more than those in hand.
    crew: { guests: 2, pauseMs: 300, residents: 30 },
  });
  const { lab, ledger, crew, goesOn } = opened;
  await lab.start();
  await goesOn();
  return {
    ...opened,
    async settle() {
      await goesOn();
      await crew.stop();
      await isStored(lab, 60_000);
      await lab.withStore((store) =>
        waitFor(
          'what the node said of blocks is on record',
          async () => {
            const open = await store.blocks({ offset: 0, limit: 1000 }, OPEN_BLOCK_STATES);
            return open.every(({ hash }) => !lab.submitted.get(hash) && lab.beforeKill.has(hash));
          },
          30_000,
        ),
      );
      await lab.stop();
      assert.deepEqual(lab.pending(), []);
      t.diagnostic(`${ledger.count('acknowledged')} acknowledged, ${ledger.count('unanswered')} unanswered`);
      t.diagnostic(`refused: ${JSON.stringify(ledger.refusals)}`);
      await lab.withStore(async (store) => {
        ledger.check(await storedShares(store));
        const blocks = await store.blocks({ offset: 0, limit: 1000 });
        const recorded = new Map(blocks.map(({ hash, state }) => [hash, verdictOf(state)]));
        t.diagnostic(`${lab.submitted.size} blocks at the node, ${blocks.length} on record`);
        for (const [hash, taken] of lab.submitted) {
          // A nonce that another had sent is a block now and then, and of nobody's share: told to nobody by its hash.
          const fate = ledger.fateOfHash(hash);
          if (fate === 'unanswered' || (fate === undefined && lab.beforeKill.has(hash))) continue;
          const state = recorded.get(hash);
          // A verdict that nobody read: no node has the block, which is certain after a minute only.
          if (!taken && lab.beforeKill.has(hash) && state !== undefined) assert.notEqual(state, 'accepted');
          else assert.equal(state, taken ? 'accepted' : 'refused');
        }
      });
      const said = lab.recorderSaid;
      assert.deepEqual(
        said.filter((message) => LOSSES.test(message)),
        [],
      );
      return said;
    },
  };
}

async function redis(t: TestContext, options: RedisServerOptions = { appendFsync: 'everysec' }) {
  const server = await RedisServer.start(options);
  t.after(() => server.close());
  return server;
}

/** Waits until a store has what another state of it lacks: so many batches were confirmed when they parted, and one more may have been stored. */
function isAhead(lab: PoolLab, confirmed: number): Promise<void> {
  return waitFor('the store is ahead', () => lab.confirmed() >= confirmed + 2, 60_000);
}

/** The file that Redis appends to now. */
function appendedFile(server: RedisServer): string {
  const folder = join(server.folder, 'appendonlydir');
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.incr.aof'))!);
}

/**
 * Cuts a torn transaction off, wholly. Redis 7.0 itself leaves the beginning of one in the file, and at the start after
 * the next runs that half of it together with what was appended: nobody could tell that from here.
 */
function mendTail(file: string): void {
  const { status, stdout, stderr } = spawnSync('redis-check-aof', ['--fix', file], {
    input: 'y\n',
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
}

for (const appendFsync of ['everysec', 'always'] as const) {
  test(`Redis killed under load, appendfsync ${appendFsync}: mining goes on, and in the end all is there, once`, {
    skip,
  }, async (t) => {
    const server = await redis(t, { appendFsync });
    const { lab, random, goesOn, settle } = await load(t, server.url);
    const saidAway = () => lab.recorderSaid.some((message) => message.startsWith('the store is away'));
    for (let kill = 1; kill <= 6; kill++) {
      await sleep(random() * 1_000);
      // With everysec a power cut takes the last second as well.
      const cut = appendFsync === 'everysec' && kill % 2 === 0;
      const before = cut ? statSync(appendedFile(server)).size : 0;
      if (cut) await sleep(1_000);
      await server.kill();
      if (cut) {
        const file = appendedFile(server);
        truncateSync(file, Math.round(before + random() * (statSync(file).size - before)));
        mendTail(file);
      }
      await goesOn(20 + Math.round(random() * 100));
      // It is noticed when there is something to store: at the end of a slice, or when a block is found.
      if (kill === 6) await waitFor('the outage is noticed', saidAway, 30_000);
      await server.start();
      await goesOn(20);
    }
    const said = await settle();
    assert.ok(saidAway());
    assert.ok(said.some((message) => message.startsWith('the store is back')));
  });
}

test('Redis stands still for longer than any command waits: mining goes on, and nothing is lost or doubled', {
  skip,
}, async (t) => {
  const server = await redis(t);
  const { goesOn, settle } = await load(t, server.url);
  server.pause();
  try {
    for (const end = performance.now() + 21_000; performance.now() < end; ) await goesOn();
  } finally {
    server.resume();
  }
  const said = await settle();
  assert.ok(said.some((message) => message.startsWith('the store is away')));
});

test('Redis takes no writes: as a replica, without replicas, without memory', { skip }, async (t) => {
  const server = await redis(t);
  const { lab, goesOn, settle } = await load(t, server.url);
  for (const [spoil, mend] of [
    [
      ['REPLICAOF', '127.0.0.1', NOBODY],
      ['REPLICAOF', 'NO', 'ONE'],
    ],
    [
      ['CONFIG', 'SET', 'min-replicas-to-write', 1],
      ['CONFIG', 'SET', 'min-replicas-to-write', 0],
    ],
    [
      ['CONFIG', 'SET', 'maxmemory', 1],
      ['CONFIG', 'SET', 'maxmemory', 0],
    ],
  ] as const) {
    const told = (beginning: string): number =>
      lab.recorderSaid.findLastIndex((message) => message.startsWith(beginning));
    const away = () => told('the store is away');
    const before = away();
    await server.command(spoil);
    await waitFor(`${spoil} is noticed`, () => away() > before, 30_000);
    await goesOn();
    await server.command(mend);
    await waitFor('it is back', () => told('the store is back') > away(), 30_000);
    await goesOn();
  }
  await settle();
});

test('failover to a replica that lagged behind: what it lacks is sent again', { skip }, async (t) => {
  const [first, second] = [await redis(t), await redis(t)];
  const proxy = await TcpProxy.start(t, first.port);
  await second.command(['REPLICAOF', '127.0.0.1', first.port]);
  const { lab, goesOn, settle } = await load(t, `redis://127.0.0.1:${proxy.port}`);
  const replica = async () => String(await second.command(['INFO', 'replication']));
  for (let tries = 0; !(await replica()).includes('master_link_status:up'); tries++) {
    assert.ok(tries < 300, 'the replica follows');
    await sleep(50);
  }
  // From here on it hears of nothing.
  await second.command(['REPLICAOF', 'NO', 'ONE']);
  const stored = lab.confirmed();
  await goesOn(300);
  await isAhead(lab, stored);
  await first.kill();
  proxy.target = second.port;
  proxy.cut();
  await goesOn();
  const said = await settle();
  assert.ok(said.some((message) => message.startsWith('the store went back in time')));
});

test('Redis restored from a backup: what it lacks is sent again', { skip }, async (t) => {
  const server = await redis(t);
  const { lab, goesOn, settle } = await load(t, server.url);
  const backup = join(tmpdir(), `lesswork-backup-${process.pid}`);
  t.after(() => rmSync(backup, { recursive: true, force: true }));
  await server.kill();
  cpSync(server.folder, backup, { recursive: true });
  const stored = lab.confirmed();
  await server.start();
  await goesOn();
  await isAhead(lab, stored);
  await server.kill();
  rmSync(server.folder, { recursive: true });
  cpSync(backup, server.folder, { recursive: true });
  await server.start();
  const said = await settle();
  assert.ok(said.some((message) => message.startsWith('the store went back in time')));
});

test('Redis that has lost everything: it is sent again, as far as it is kept', { skip }, async (t) => {
  const server = await redis(t);
  const { lab, goesOn, settle } = await load(t, server.url);
  await goesOn(200);
  // There is something to lose.
  await isAhead(lab, 0);
  await server.kill();
  rmSync(join(server.folder, 'appendonlydir'), { recursive: true });
  await server.start();
  await settle();
});

test('cut off between what Redis did and its reply: applied once', { skip }, async (t) => {
  const server = await redis(t);
  const proxy = await TcpProxy.start(t, server.port);
  const { goesOn, settle } = await load(t, `redis://127.0.0.1:${proxy.port}`);
  for (let cut = 0; cut < 6; cut++) {
    await proxy.swallowReply(SCRIPTS['apply-batch-5'].sha1, 'NOSCRIPT');
    await goesOn(30);
  }
  await settle();
});

test('killed between what Redis did and its reply: applied once', { skip }, async (t) => {
  const server = await redis(t);
  const proxy = await TcpProxy.start(t, server.port);
  const { lab, goesOn, settle } = await load(t, `redis://127.0.0.1:${proxy.port}`);
  for (let kill = 0; kill < 6; kill++) {
    await proxy.swallowReply(SCRIPTS['apply-batch-5'].sha1, 'NOSCRIPT');
    await lab.kill();
    await lab.start();
    await goesOn(30);
  }
  await settle();
});
