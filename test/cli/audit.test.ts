// The audit of a pool by its API, with a work log and a node, as one types it.
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodeWorkLogLine } from '../../audit/work-log-text.js';
import { AuditReader } from '../../pool/audit/audit-reader.js';
import { apiLab } from '../support/api-lab.js';
import { inOneProcess } from '../support/one-process.js';
import { listenAsNode, type PaidBlocks, paidBlock, paidBlocks } from '../support/paying-node.js';
import { addressOfKey, type SettledWorld, settledWorld } from '../support/settled-world.js';
import { accountKey, noTurns } from '../support/settlement-world.js';

/** A day ago, the start of an interval: both runs are of this day, and their rewards can be spent for hours. */
const START_MS = Math.floor((Date.now() - 86_400_000) / 600_000) * 600_000;
const DAY = new Date(START_MS).toISOString().slice(0, 10);
const ADDRESS = addressOfKey(accountKey(1));
const STRATUM = '127.0.0.1:20032';

interface Lab {
  readonly settled: SettledWorld;
  readonly folder: string;
  readonly api: string;
  readonly blocks: PaidBlocks;
  /** Runs the audit. @returns its exit code, and what it says in JSON */
  audit(...args: string[]): ReturnType<typeof run>;
  readonly node: readonly string[];
  readonly log: readonly string[];
}

async function lab(t: TestContext, counts?: (share: number) => boolean): Promise<Lab> {
  const settled = await settledWorld({ runs: 2, startMs: START_MS, ...(counts && { counts }) });
  const api = await apiLab({}, undefined, new AuditReader(settled.world.books, 'test', noTurns()));
  t.after(() => api.close());
  await api.settle();
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-audit-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const lines = settled.shares.map((share) =>
    encodeWorkLogLine({ pool: STRATUM, user: `${ADDRESS}.rig1`, shares: [share], blocks: [] }),
  );
  await writeFile(join(folder, `work-${DAY}.log`), `${lines.join('\n')}\n`);
  const blocks = paidBlocks(settled);
  const url = `http://127.0.0.1:${api.api.port}`;
  return {
    settled,
    folder,
    api: url,
    blocks,
    audit: (...args) => run('--pool', url, '--address', ADDRESS, '--json', ...args),
    node: ['--node', '127.0.0.1', '--rest-port', `${await listenAsNode(t, blocks)}`],
    log: ['--log', folder],
  };
}

async function run(...args: string[]) {
  const { code, stdout, stderr } = await inOneProcess(['audit', ...args]);
  return { code, stderr, stdout, said: stdout.startsWith('{') ? JSON.parse(stdout) : undefined };
}

const kindsOf = (said: { faults: { kind: string }[] }) => said.faults.map(({ kind }) => kind);

test('an honest pool is right, for people and for programs, and its head is remembered', async (t) => {
  const { audit, api, settled, node, log, folder } = await lab(t);
  const heads = join(folder, 'heads.json');
  const { code, said, stderr } = await audit(...node, ...log, '--heads', heads);
  assert.equal(code, 0, JSON.stringify(said) + stderr);
  assert.deepEqual([said.right, said.runs, said.blocks, said.faults], [true, 2, 10, []]);
  assert.deepEqual(said.log, { pools: [STRATUM], damagedLines: 0 });
  assert.deepEqual([said.node.blocks, said.node.windows], [10, 10]);
  assert.equal(said.head, settled.world.sealed.at(-1)![1]);
  const [owed] = await settled.world.owed(1);
  assert.equal(said.credit, `${owed}`);
  const first = await run('--pool', api, '--address', ADDRESS, '--heads', join(folder, 'other.json'));
  assert.match(first.stdout, /^past: .*other.json had no earlier audit of this pool to compare with$/m);
  const again = await run(
    '--pool',
    `${api}/api/pools/`,
    '--address',
    ADDRESS,
    '--since',
    'genesis',
    '--heads',
    heads,
    ...log,
  );
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /^past: as it was when the head of run 2 was seen$/m);
  assert.match(again.stdout, new RegExp(`^right, as far as this can tell, for ${ADDRESS}$`, 'm'));
  // Another past.
  const text = await readFile(heads, 'utf8');
  await writeFile(heads, text.replace(said.head, 'ab'.repeat(32)));
  const changed = await audit('--heads', heads);
  assert.deepEqual([changed.code, kindsOf(changed.said)], [1, ['chain']]);
  assert.match(await readFile(heads, 'utf8'), /abab/);
});

test('an operator who shortens one miner’s work is caught by that miner’s audit', async (t) => {
  const { audit, log, api } = await lab(t, (share) => share % 5 !== 0);
  const { code, said } = await audit(...log);
  assert.deepEqual([code, said.right, kindsOf(said)], [1, false, ['work']]);
  assert.ok(BigInt(said.work.counted) < BigInt(said.work.atLeast));
  const { stdout } = await run('--pool', api, '--address', ADDRESS, ...log);
  assert.match(stdout, /^WRONG {2}work: the windows count/m);
  assert.match(stdout, /^NOT RIGHT for/m);
  assert.equal((await audit()).code, 0);
  // Whose work was not shortened.
  const other = await audit('--address', addressOfKey(accountKey(2)), ...log);
  assert.equal(other.code, 0);
  assert.equal(other.said.work.atLeast, undefined);
});

test('an operator who hides a block is caught by whoever asks a node', async (t) => {
  const { audit, blocks, node, log, settled, folder } = await lab(t);
  const hash = 'ab'.repeat(32);
  blocks.set(hash, paidBlock(hash, settled.foundMs[1]! + 1, 10n ** 18n));
  const { code, said } = await audit(...node);
  assert.deepEqual([code, kindsOf(said), said.faults[0].block], [1, ['hidden'], hash]);
  blocks.set(hash, { ...blocks.get(hash)!, address: '1elsewhere' });
  assert.equal((await audit(...node)).code, 0);
  const [share] = settled.shares;
  const line = encodeWorkLogLine({ pool: STRATUM, user: ADDRESS, shares: [share!], blocks: [hash] });
  await appendFile(join(folder, `work-${DAY}.log`), `${line}\ndamaged`);
  const found = await audit(...node, ...log);
  assert.deepEqual([found.code, kindsOf(found.said), found.said.log.damagedLines], [1, ['hidden'], 1]);
  assert.match(found.said.faults[0].message, /which this miner found/);
});

test('what can’t be told ends with 2, and says what would have been right', async (t) => {
  const { audit, api, log, folder, node } = await lab(t);
  const good = ['--pool', api, '--address', ADDRESS];
  for (const [args, words] of [
    [['--address', ADDRESS], /required option '--pool <url>'/],
    [['--pool', 'http://', '--address', ADDRESS], /expected the address of a pool's API/],
    [['--pool', api, '--address', 'nobody'], /expected an Alephium address, got "nobody"/],
    [['--pool', 'http://127.0.0.1:1', '--address', ADDRESS], /127\.0\.0\.1:1\/api\/pools: /],
    [[...good, '--pool-id', 'other'], /no such pool: this is "test"/],
    [[...good, '--log', join(folder, 'nowhere')], /nowhere: /],
    [[...good, '--late', '1h'], /--late is for --node/],
    [[...good, '--stratum', 'a:1'], /--stratum is for --log/],
    [[...good, ...log, '--stratum', 'a:1'], /the log has nothing of a:1; it has: 127/],
    [[...good, '--node', '127.0.0.1', '--rest-port', '1'], /127\.0\.0\.1:1/],
    [[...good, '--pool', `http://127.0.0.1:${node.at(-1)}`], /expected a pool with an id; is this its API/],
    [[...good, '--clock-tolerance', '5'], /expected a duration/],
    [[...good, '--heads', join(folder, `work-${DAY}.log`)], /expected heads that lesswork audit wrote/],
  ] as const) {
    const { code, stderr, stdout } = await run(...args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, words);
  }
  const line = encodeWorkLogLine({
    pool: 'b:2',
    user: ADDRESS,
    shares: [{ sentMs: START_MS, answeredMs: START_MS, work: 1n, count: 1 }],
    blocks: [],
  });
  await writeFile(join(folder, 'work-2026-01-01.log'), `${line}\n`);
  // The one with the host of the API.
  assert.equal((await audit(...log)).code, 0);
});
