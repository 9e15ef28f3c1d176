/**
 * Starts processes that journal, kills them, and compares what they acknowledged with what a store has.
 * @module
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Account } from '../../pool/domain/account.js';
import type { Batch } from '../../pool/domain/batch.js';
import type { Store } from '../../pool/ports/store.js';
import type { ChainIndex } from '../../protocol/chain.js';
import { testAccount } from './journal-writing.js';
import { waitFor } from './wait.js';

const PROGRAM = fileURLToPath(new URL('./journal-process.js', import.meta.url));

/** What processes told of their shares, by work. */
export class Acknowledgements {
  readonly asked = new Set<bigint>();
  readonly acknowledged = new Set<bigint>();
  readonly refused = new Set<bigint>();

  /**
   * Fails unless everything acknowledged is stored, nothing twice, and nothing that was refused or never asked.
   * Each share has its own work, and worker and chain follow from it: the sums of the few shares that may be stored
   * or not tell which ones are.
   */
  check(stored: readonly StoredSum[]): void {
    const left = new Map<string, Sums>();
    for (const { account, chain, shares, work, workSquared } of stored)
      add(left, `${account} ${chain}`, { shares, work, squares: workSquared });
    for (const work of this.acknowledged)
      add(left, placeOf(work), { shares: -1, work: -work, squares: -work * work });
    for (const [place, sums] of left) {
      const unanswered = [...this.asked].filter(
        (work) => placeOf(work) === place && !this.acknowledged.has(work) && !this.refused.has(work),
      );
      assert.ok(
        isSumOfSome(unanswered, sums),
        `${place}: beyond what was acknowledged, ${sums.shares} shares of work ${sums.work} are stored, which are not among ${unanswered}`,
      );
    }
  }
}

/** Some shares of an account on a chain. */
export interface StoredSum {
  readonly account: string;
  readonly chain: ChainIndex;
  readonly shares: number;
  readonly work: bigint;
  readonly workSquared: bigint;
}

/** What is in batches. */
export function sumsOfBatches(batches: readonly Batch[]): StoredSum[] {
  return batches.flatMap(({ workers, slices }) =>
    slices.flatMap(({ entries }) =>
      entries.map((entry) => ({ ...entry, account: workers[entry.worker]!.identity.account })),
    ),
  );
}

/** What is in a store's slices. */
export async function sumsOfStore(store: Store): Promise<StoredSum[]> {
  const slices = await store.slices(0, Date.now() + 86_400_000);
  const entries = slices.flatMap((slice) => slice.entries);
  const workers = await store.workersById([...new Set(entries.map(({ worker }) => worker))]);
  const accounts = new Map(workers.map(({ id, identity }) => [id, identity.account]));
  return entries.map((entry) => ({ ...entry, account: accounts.get(entry.worker)! }));
}

interface Sums {
  readonly shares: number;
  readonly work: bigint;
  readonly squares: bigint;
}

function add(to: Map<string, Sums>, place: string, more: Sums): void {
  const { shares, work, squares } = to.get(place) ?? { shares: 0, work: 0n, squares: 0n };
  to.set(place, {
    shares: shares + more.shares,
    work: work + more.work,
    squares: squares + more.squares,
  });
}

/** Whose share of which chain has a work. */
export function placeOf(work: bigint): string {
  return `${accountOfWork(work).key} ${chainOfWork(work)}`;
}

export function accountOfWork(work: bigint): Account {
  return testAccount(Number(work % 3n));
}

export function chainOfWork(work: bigint): ChainIndex {
  return Number(work % 16n);
}

/** Whether some of the works have these sums. */
function isSumOfSome(works: readonly bigint[], wanted: Sums, from = 0): boolean {
  if (wanted.shares === 0) return wanted.work === 0n && wanted.squares === 0n;
  if (wanted.shares < 0 || works.length - from < wanted.shares) return false;
  const work = works[from]!;
  const rest = {
    work: wanted.work - work,
    squares: wanted.squares - work * work,
    shares: wanted.shares - 1,
  };
  return isSumOfSome(works, rest, from + 1) || isSumOfSome(works, wanted, from + 1);
}

/** A journalling process. */
export interface JournalProcess {
  readonly child: ChildProcess;
  /** Its journal. */
  readonly id: string;
  /** Types of the events that it told of. */
  readonly events: readonly string[];
  /** Kills it at once, and resolves when it is gone and all that it said was read. */
  kill(): Promise<void>;
}

/** Starts one and waits until its journal is open. @param shell - runs before it, in the same shell */
export async function startJournalProcess(
  t: Pick<TestContext, 'after'>,
  args: readonly string[],
  told: Acknowledgements,
  shell = '',
): Promise<JournalProcess> {
  const program = [process.execPath, PROGRAM, ...args];
  const child =
    shell === ''
      ? spawn(program[0]!, program.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
      : spawn('bash', ['-c', `${shell}; exec "$@"`, 'bash', ...program], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
  const closed = once(child, 'close');
  t.after(() => child.kill('SIGKILL'));
  let id = '';
  let rest = '';
  const events: string[] = [];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const [word, value] = line.split(' ') as [string, string];
      if (word === 'asked') told.asked.add(BigInt(value));
      else if (word === 'acked') told.acknowledged.add(BigInt(value));
      else if (word === 'refused') told.refused.add(BigInt(value));
      else if (word === 'event') events.push(value);
      else id = value;
    }
  });
  await waitFor('the journal is open', () => id !== '', 30_000);
  return {
    child,
    id,
    events,
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
