import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Devnet, startDevnet } from '../../devnet/app.js';
import { encodeJobs } from '../../protocol/frames.js';
import { targetBytes } from '../../protocol/target.js';
import { FakeNode } from '../support/fake-node.js';
import { freePort } from '../support/free-port.js';
import { makeJobs } from '../support/jobs.js';
import { LessworkRun } from '../support/lesswork.js';
import { MISSING_NATIVE } from '../support/native-kernel.js';
import { skipWhen } from '../support/requirement.js';
import { waitFor } from '../support/wait.js';

const devnets: Devnet[] = [];
after(() => Promise.all(devnets.map((devnet) => devnet.close())));

async function devnet(options: Parameters<typeof startDevnet>[0]): Promise<Devnet> {
  const started = await startDevnet(options);
  devnets.push(started);
  return started;
}

interface Summary {
  readonly blocks: { found: number; accepted: number; side: number; rejected: number; unanswered: number };
  readonly chains: Record<string, number>;
  readonly hashes: Record<string, number>;
  readonly deviceErrors: number;
}

function summaryOf(run: LessworkRun): Summary {
  const last = run.jsonLines().at(-1)!;
  assert.equal(last.type, 'summary');
  return last as unknown as Summary;
}

const countOf = (run: LessworkRun, type: string): number =>
  run.jsonLines().filter((line) => line.type === type).length;

test('mines with machine code; every block is accepted', { skip: skipWhen(MISSING_NATIVE) }, async () => {
  const node = await devnet({ rate: 10_000_000, blockTimeMs: 4_000 });
  const to = `127.0.0.1:${node.minerApiPort},rest=${node.restPort}`;
  const env = { LESSWORK_NATIVE: '' };
  const run = new LessworkRun(['mine', '--node', to, '--threads', '2', '--device', 'cpu', '--json'], env);
  await waitFor('verdicts', () => countOf(run, 'verdict') >= 20, 120_000);
  run.child.kill('SIGTERM');
  const { code, stderr } = await run.end();
  assert.equal(code, 0, stderr);
  const ready = run.jsonLines().find(({ type, state }) => type === 'device' && state === 'mining');
  assert.match(String(ready?.name), /^cpu \(native-(avx512|avx2|sse41|neon), 2 threads\)$/);
  const { blocks, deviceErrors } = summaryOf(run);
  assert.equal(deviceErrors, 0);
  assert.equal(blocks.rejected, 0);
  assert.ok(blocks.accepted > 0);
});

test('mines on all chains; every block is accepted; SIGTERM ends it cleanly', async () => {
  const node = await devnet({ rate: 1_000_000, blockTimeMs: 4_000 });
  const run = new LessworkRun([
    'mine',
    '--node',
    `127.0.0.1:${node.minerApiPort},rest=${node.restPort}`,
    '--threads',
    '1',
    '--json',
  ]);
  // Enough that no chain was without a task: on a fast machine the first of each chain make half a dozen blocks.
  await waitFor('verdicts', () => countOf(run, 'verdict') >= 20, 120_000);
  run.child.kill('SIGTERM');
  const { code, stderr } = await run.end();
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  const summary = summaryOf(run);
  assert.ok(summary.blocks.accepted >= 20 - summary.blocks.side);
  assert.equal(summary.blocks.rejected, 0);
  assert.equal(summary.deviceErrors, 0);
  assert.equal(Object.keys(summary.hashes).length, 16);
  for (const hashes of Object.values(summary.hashes)) assert.ok(hashes > 0);
});

test('two miners on one node never search the same nonce', async () => {
  // Nothing is ever found here: the headers that both send would be blocks of an impossible target.
  const node = await FakeNode.listen();
  // The easiest target: each miner submits one block per chain, whose nonces tell the prefix.
  node.onConnection = (socket) =>
    socket.write(encodeJobs(makeJobs({ target: targetBytes(2n ** 256n - 1n) })));
  const runs = [1, 2].map(
    () => new LessworkRun(['mine', '--node', `127.0.0.1:${node.port},rest=1`, '--threads', '2', '--json']),
  );
  try {
    await waitFor(
      'blocks of both',
      () => new Set(node.received.map(({ socket }) => socket)).size === 2 && node.received.length >= 32,
      20_000,
    );
  } finally {
    for (const run of runs) run.child.kill('SIGTERM');
    for (const run of runs) await run.end();
    await node.close();
  }
  const prefixes = new Map<unknown, Set<string>>();
  for (const { socket, message } of node.received) {
    const prefix = Buffer.from(message.header.subarray(0, 16)).toString('hex');
    prefixes.set(socket, (prefixes.get(socket) ?? new Set()).add(prefix));
  }
  const [first, second] = [...prefixes.values()];
  for (const prefix of first!) assert.equal(second!.has(prefix), false);
  const nonces = node.received.map(({ message }) => Buffer.from(message.header).toString('hex'));
  assert.equal(new Set(nonces).size, nonces.length);
});

test('a node that is away, then unsynced, then there: each is said, and mining begins by itself', async () => {
  const [port, restPort] = [await freePort(), await freePort()];
  const run = new LessworkRun([
    ...['mine', '--node', `127.0.0.1:${port},rest=${restPort}`, '--threads', '1', '--json'],
  ]);
  const said = (pattern: RegExp) => () => run.jsonLines().some((line) => pattern.test(String(line.message)));
  await waitFor('refused', said(/connection refused/), 30_000);
  const node = await devnet({ minerApiPort: port, restPort, synced: false, rate: 100_000 });
  await waitFor('unsynced', said(/node not synced or no miner addresses set/), 40_000);
  node.setSynced(true);
  await waitFor('a block', () => countOf(run, 'verdict') > 0, 40_000);
  run.child.kill('SIGINT');
  assert.equal((await run.end()).code, 0);
});

test('answers that come late, twice or never are survived and counted', async () => {
  const node = await devnet({ rate: 300_000, blockTimeMs: 4_000 });
  const run = new LessworkRun([
    'mine',
    '--node',
    `127.0.0.1:${node.minerApiPort},rest=${node.restPort}`,
    '--device',
    'cpu',
    '--threads',
    '1',
    '--json',
  ]);
  const verdicts = (verdict: string): number =>
    run.jsonLines().filter((line) => line.verdict === verdict).length;
  await waitFor('a block', () => verdicts('accepted') > 0, 20_000);
  node.disturbAnswers({ kind: 'lose' }, 1);
  await waitFor('one unanswered', () => verdicts('unanswered') === 1, 30_000);
  node.disturbAnswers({ kind: 'repeat' }, 1);
  const before = verdicts('accepted');
  await waitFor('more blocks', () => verdicts('accepted') >= before + 3, 30_000);
  run.child.kill('SIGTERM');
  assert.equal((await run.end()).code, 0);
  // A find that waited behind the unanswered one is sent then, and its template has had its block.
  const ofBlock = (verdict: string): string[] =>
    run
      .jsonLines()
      .filter((line) => line.verdict === verdict)
      .map(({ chain, height }) => `${chain} ${height}`);
  const [unanswered] = ofBlock('unanswered');
  for (const rejected of ofBlock('rejected')) assert.equal(rejected, unanswered);
});
