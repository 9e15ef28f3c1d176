// A payer that stands still between two of its steps for longer than its lease, while another one pays: what the first one was about to
// do comes late, and nothing is paid twice. Real processes, each with a disk of its own; the store is Redis.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { checkLedger } from '../../ledger/check.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { creditMiners } from '../support/books-with-money.js';
import { paymentsOnChain } from '../support/chain-payments.js';
import { type Gate, GateProxy } from '../support/gate-proxy.js';
import { LessworkRun } from '../support/lesswork.js';
import { payerWorld } from '../support/payer-world.js';
import { MISSING_REDIS, RedisServer } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { ALPH, addressOf, OWN } from '../support/round-lab.js';
import { sleep, waitFor } from '../support/wait.js';

/** Of one group: a transaction pays them all. */
const MINERS = 4;

/** In a commit that books a transaction; in one that books it as paid; in what hands it in. */
const BOOKED = '"signature":';
const PAID = '"state":"paid"';
const HANDED_IN = 'POST /transactions/submit';

interface Step {
  /** What it has done, and what it is about to do. */
  readonly between: string;
  readonly side: 'store' | 'node';
  readonly gate: Gate;
}

const STEPS: readonly Step[] = [
  {
    between: 'it is in the journal, and not in the books',
    side: 'store',
    gate: { mark: BOOKED, at: 'request' },
  },
  {
    between: 'it is booked, and no node has it',
    side: 'node',
    gate: { mark: HANDED_IN, at: 'request' },
  },
  {
    between: 'it is booked, and the payer does not know it',
    side: 'store',
    gate: { mark: BOOKED, at: 'answer' },
  },
  {
    between: 'a node has it, and the payer does not know it',
    side: 'node',
    gate: { mark: HANDED_IN, at: 'answer' },
  },
  { between: 'it lies deep, and is not booked as paid', side: 'store', gate: { mark: PAID, at: 'request' } },
  {
    between: 'it is booked as paid, and the payer does not know it',
    side: 'store',
    gate: { mark: PAID, at: 'answer' },
  },
];

/** Half a minute each, most of it waiting for the lease: the long run has all of them. */
const PLAYED = process.env.LESSWORK_KILLS === undefined ? STEPS.slice(0, 2) : STEPS;

/** Between two blocks: several of these worlds share a process. */
const BLOCK_PAUSE_MS = 100;

/** A lease runs out after 30 s. */
const TAKEN_OVER_MS = 120_000;

test('a payer stands still while another pays', {
  skip: skipWhen(MISSING_REDIS),
  concurrency: true,
}, async (t) => {
  await Promise.all(PLAYED.map((step) => t.test(step.between, (each) => standStill(each, step))));
});

async function standStill(t: TestContext, { side, gate }: Step): Promise<void> {
  const server = await RedisServer.start({ appendFsync: 'always' });
  t.after(() => server.close());
  const world = await payerWorld(t, {
    coins: Array.from({ length: 3 }, () => 9n * ALPH),
    store: { type: 'redis', url: server.url },
  });
  const { devnet, books, ledger, passwordFile } = world;
  const miners = Array.from({ length: 100 }, (_, i) => addressOf(i))
    .filter(({ group }) => group === 1)
    .slice(0, MINERS);
  const owed = miners.map(({ lockupScript }): [string, bigint] => [bytesToHex(lockupScript), ALPH]);
  await creditMiners(ledger, 1, new Map(owed), Date.now(), ALPH);

  const toStore = await GateProxy.start(t, server.port);
  const toNode = await GateProxy.start(t, devnet.restPort);
  const stopped = (side === 'store' ? toStore : toNode).stopAt(gate);
  const payer = (config: string): LessworkRun => {
    const run = new LessworkRun(['payer', '--config', config, '--password-file', passwordFile, '--json']);
    t.after(async () => {
      run.child.kill('SIGKILL');
      await run.end();
    });
    return run;
  };
  const said = (run: LessworkRun, type: string): boolean =>
    run.jsonLines().some((line) => line.type === type);
  const first = payer(
    await world.otherConfig('first', {
      store: { type: 'redis', url: `redis://127.0.0.1:${toStore.port}` },
      nodes: [{ host: '127.0.0.1', port: devnet.minerApiPort, restPort: toNode.port }],
    }),
  );
  world.mine(BLOCK_PAUSE_MS);
  await Promise.race([
    stopped,
    first.end().then(({ stdout, stderr }) => {
      throw new Error(`it ended before it got there: ${stdout}${stderr}`);
    }),
  ]);
  first.child.kill('SIGSTOP');

  const second = payer(await world.otherConfig('second', {}));
  const paid = async (): Promise<boolean> => {
    const states = (await books.page('payment', { limit: 100 })).filter(({ key }) => !key.startsWith('*/'));
    return states.length === MINERS && states.every(({ text }) => JSON.parse(text).state === 'paid');
  };
  await waitFor(
    'the second one has taken over, and all are paid',
    async () => said(second, 'lease-taken') && (await paid()),
    TAKEN_OVER_MS,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\nfirst: ${first.stdout}\nsecond: ${second.stdout}${second.stderr}`);
  });

  // What it was about to do comes first, then it goes on.
  (side === 'store' ? toStore : toNode).release();
  await sleep(200);
  first.child.kill('SIGCONT');
  await waitFor(
    'it says why it pays no more',
    () => said(first, 'lease-lost') && said(first, 'waits'),
    60_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\nfirst: ${first.stdout}${first.stderr}`);
  });
  assert.equal(said(second, 'lease-lost'), false);
  // A round of each would be due by now.
  await sleep(3_000);
  for (const run of [first, second]) {
    run.child.kill('SIGTERM');
    assert.equal((await run.end()).code, 0, run.stdout + run.stderr);
  }

  const onChain = paymentsOnChain(devnet.node, OWN);
  assert.deepEqual([...onChain.paid.keys()].sort(), miners.map(({ text }) => text).sort());
  for (const address of miners) {
    const received = onChain.paid.get(address.text)!;
    assert.ok(
      received <= ALPH && received > (ALPH * 9n) / 10n,
      `${address.text} got ${received}, and is owed ${ALPH}`,
    );
  }
  assert.equal(onChain.payouts.size, 1);
  const [inFlight, total] = await ledger.balances(['payout-in-flight', 'total/paid']);
  assert.deepEqual([inFlight, total], [0n, [...onChain.paid.values()].reduce((sum, amount) => sum + amount)]);
  assert.ok((await checkLedger({ books, timeMs: Date.now() })).mayPay);
}
