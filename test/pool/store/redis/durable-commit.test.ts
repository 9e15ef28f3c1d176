import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreRefusedError, StoreUnavailableError } from '../../../../pool/ports/store.js';
import { commitDurably, DURABLE_WAIT_MS, durableFault } from '../../../../pool/store/redis/durable-commit.js';
import { scriptOf } from '../../../../pool/store/redis/scripts.js';

const SCRIPT = scriptOf('return 1');

interface FakeServer {
  readonly version?: string;
  readonly aof?: boolean;
  /** Answer to CONFIG GET; refused if left out. */
  readonly sync?: 'always' | 'everysec' | 'no';
  readonly syncOnRewrite?: boolean;
  readonly replicas?: number;
  /** Time that WAITAOF takes, by the number of the call, ms; 0 of one that says yes before the disk has it. */
  readonly waitMs?: (call: number) => number;
  /** Copies that WAITAOF or WAIT find. */
  readonly copies?: number;
  readonly answer?: string;
  readonly knowsScript?: boolean;
  /** WAITAOF fails. */
  readonly loses?: boolean;
}

/** A server whose time passes only while it waits. */
function fakeServer(settings: FakeServer) {
  const { version = '7.2.4', aof = true, replicas = 0, waitMs = () => 1000, copies = 1 } = settings;
  const commands: string[] = [];
  const believed = new Set<string>();
  let nowMs = 0;
  let waits = 0;
  let knowsScript = settings.knowsScript ?? true;
  const answerTo = (command: string): unknown => {
    switch (command) {
      case 'info':
        return `redis_version:${version}\r\nrun_id:abc\r\naof_enabled:${aof ? 1 : 0}\r\nconnected_slaves:${replicas}\r\n`;
      case 'config':
        if (settings.sync === undefined) throw new Error('NOPERM no permission');
        return [
          'no-appendfsync-on-rewrite',
          (settings.syncOnRewrite ?? true) ? 'no' : 'yes',
          'appendfsync',
          settings.sync,
        ];
      case 'evalsha':
        if (!knowsScript) throw new Error('NOSCRIPT No matching script');
        return settings.answer ?? 'done';
      case 'eval':
        knowsScript = true;
        return settings.answer ?? 'done';
      case 'waitaof':
        if (settings.loses === true) throw new Error('Connection is closed.');
        nowMs += waitMs(waits++);
        return [copies, 0];
      case 'wait':
        return copies;
      default:
        return 1;
    }
  };
  const connection = {
    call: async (command: string) => {
      commands.push(command);
      return answerTo(command);
    },
  };
  const modules = { connection, key: 'books', now: () => nowMs, believed };
  return { connection, answerTo, commands, believed, commit: () => commitDurably(modules, SCRIPT, [0]) };
}

const isRefused = (pattern: RegExp) => (error: unknown) =>
  error instanceof StoreRefusedError && pattern.test(error.message);
const PROBES = ['hincrby', 'waitaof', 'hincrby', 'waitaof', 'hincrby', 'waitaof'];

test('where each write is synced before its answer, nothing is waited for', async () => {
  const server = fakeServer({ version: '7.0.15', sync: 'always' });
  assert.equal(await server.commit(), 'done');
  assert.deepEqual(server.commands, ['info', 'config', 'evalsha']);
});

test('WAITAOF is tried before it is believed, once for each run of the server', async () => {
  const server = fakeServer({ sync: 'everysec', waitMs: (call) => (call === 0 ? 1 : 900) });
  assert.equal(await server.commit(), 'done');
  assert.deepEqual(server.commands, ['info', 'config', ...PROBES, 'evalsha', 'waitaof']);
  server.commands.length = 0;
  assert.equal(await server.commit(), 'done');
  assert.deepEqual(server.commands, ['info', 'config', 'evalsha', 'waitaof']);
  server.believed.clear();
  server.commands.length = 0;
  await server.commit();
  assert.equal(server.commands.length, 4 + PROBES.length);
});

test('a WAITAOF that says yes before the disk can have it is not believed, even after a slow answer', async () => {
  for (const waitMs of [() => 0, (call: number) => (call < 2 ? 900 : 20)]) {
    const server = fakeServer({ sync: 'everysec', waitMs });
    await assert.rejects(server.commit(), isRefused(/WAITAOF of Redis 7.2.4 answers before the disk has it/));
    assert.ok(!server.commands.includes('evalsha'), 'nothing was written');
  }
  const withReplica = fakeServer({ sync: 'everysec', waitMs: () => 0, replicas: 1 });
  assert.equal(await withReplica.commit(), 'done');
  assert.deepEqual(withReplica.commands.slice(-2), ['evalsha', 'wait']);
});

test('where settings may not be read, WAITAOF has to show itself', async () => {
  assert.equal(await fakeServer({}).commit(), 'done');
  await assert.rejects(fakeServer({ waitMs: () => 0 }).commit(), isRefused(/WAITAOF/));
});

test('"always" counts for little where nothing is synced while the file is written anew', async () => {
  await assert.rejects(
    fakeServer({ version: '7.0.15', sync: 'always', syncOnRewrite: false }).commit(),
    isRefused(/Redis 7.0.15 has no WAITAOF/),
  );
  const server = fakeServer({ sync: 'always', syncOnRewrite: false });
  assert.equal(await server.commit(), 'done');
  assert.equal(server.commands.at(-1), 'waitaof');
});

test('without a way nothing is written, and it says what to set', async () => {
  for (const [settings, why] of [
    [{ aof: false }, /keeps no append-only file/],
    [{ sync: 'no' }, /"appendfsync" is "no"/],
    [{ version: '7.0.15', sync: 'everysec' }, /Redis 7.0.15 has no WAITAOF/],
    [{ version: '', sync: 'everysec' }, /has no WAITAOF/],
  ] as const) {
    const server = fakeServer(settings);
    await assert.rejects(server.commit(), isRefused(why));
    await assert.rejects(server.commit(), isRefused(/"appendfsync always", or give it a replica/));
    assert.ok(!server.commands.includes('evalsha') && !server.commands.includes('hincrby'));
  }
});

test('what was written and may not last is no answer', async () => {
  const isUnknown = (error: unknown): boolean =>
    error instanceof StoreUnavailableError && /^Redis: written, /.test(error.message);
  for (const answer of ['done', 'already']) {
    await assert.rejects(fakeServer({ aof: false, replicas: 1, copies: 0, answer }).commit(), isUnknown);
    const server = fakeServer({ sync: 'everysec', answer, loses: true });
    server.believed.add('abc');
    await assert.rejects(server.commit(), isUnknown);
  }
  // Nothing was written: nothing can be lost.
  assert.equal(
    await fakeServer({ aof: false, replicas: 1, copies: 0, answer: 'changed' }).commit(),
    'changed',
  );
  assert.ok(DURABLE_WAIT_MS >= 2000, 'it is synced within two seconds');
});

test('a script that the server does not know is sent whole, and waited for again', async () => {
  const server = fakeServer({ aof: false, replicas: 1, knowsScript: false });
  assert.equal(await server.commit(), 'done');
  assert.deepEqual(server.commands, ['info', 'evalsha', 'wait', 'eval', 'wait']);
});

test('by its settings alone: what a server can not keep, and nothing is written', async () => {
  const faultOf = async (settings: FakeServer): Promise<string | undefined> => {
    const { connection, answerTo, commands } = fakeServer(settings);
    const fault = await durableFault(connection, String(answerTo('info')));
    assert.deepEqual(
      commands.filter((command) => command !== 'config'),
      [],
    );
    return fault;
  };
  assert.match((await faultOf({ aof: false }))!, /no append-only file/);
  assert.match((await faultOf({ sync: 'no' }))!, /"no"/);
  assert.match((await faultOf({ version: '7.0.15', sync: 'everysec' }))!, /no WAITAOF/);
  assert.equal(await faultOf({ version: '7.0.15', sync: 'always' }), undefined);
  assert.equal(await faultOf({ sync: 'everysec' }), undefined, 'it may wait: the payer finds out');
  assert.equal(await faultOf({ aof: false, replicas: 1 }), undefined);
});
