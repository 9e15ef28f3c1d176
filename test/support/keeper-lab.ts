/**
 * A keeper of a fund over a model of the chains.
 * @module
 */
import type { Find } from '../../polw/fund/finds.js';
import type { FundCommit, FundStore } from '../../polw/fund/fund-store.js';
import type { FundKept, FundSnapshot } from '../../polw/fund/snapshot.js';
import { FundKeeper } from '../../polw/fund-keeper.js';
import { closers } from './closers.js';
import { ALPH } from './fund-lab.js';
import { PolwWorld } from './polw-world.js';
import { seededRandom } from './seeded-random.js';
import { WorldSource, worldTerms } from './world-source.js';

export const DEPTH = 12;

/** Keeps in memory, or fails. */
export class MemoryFundStore implements FundStore {
  readonly commits: FundCommit[] = [];
  readonly finds: Find[] = [];
  failure: Error | undefined;
  /** Kept before its first commit. */
  snapshot: FundSnapshot | undefined;

  async load(): Promise<FundKept> {
    return { snapshot: this.commits.at(-1)?.snapshot ?? this.snapshot, reservations: [], finds: this.finds };
  }

  async commit(commit: FundCommit): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.commits.push(commit);
  }

  async found(find: Find): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.finds.push(find);
  }

  async reserve(): Promise<void> {}
  async release(): Promise<void> {}
  async entries(): Promise<readonly []> {
    return [];
  }
  async close(): Promise<void> {}
}

export async function openKeeper({
  seed = 1,
  snapshot,
  without = [],
}: {
  readonly seed?: number;
  readonly snapshot?: (world: PolwWorld) => FundSnapshot;
  /** Chains that have no address now. */
  readonly without?: readonly number[];
} = {}) {
  const world = new PolwWorld({ random: seededRandom(seed), minDeposit: ALPH });
  const source = new WorldSource(world);
  const store = new MemoryFundStore();
  store.snapshot = snapshot?.(world);
  const notices: string[] = [];
  const terms = worldTerms(world);
  const addresses = world.addresses.map((address, chain) => (without.includes(chain) ? undefined : address));
  const lab = { changes: 0, laterMs: 0 };
  const keeper = await FundKeeper.open(
    {
      addresses,
      terms: {
        ...terms,
        hints: new Map([...terms.hints].filter(([address]) => addresses.includes(address))),
      },
      depth: DEPTH,
      minDeposit: ALPH,
      sinceMs: 0,
      backoff: { firstMs: 5, maxMs: 5 },
    },
    {
      store,
      source,
      clock: () => world.timeMs + 1_000 + lab.laterMs,
      onChange: () => {
        lab.changes++;
      },
      onNotice: ({ level, message }) => notices.push(`${level}: ${message}`),
    },
  );
  closers.push(() => keeper.close());
  return { world, source, store, keeper, notices, lab };
}

/** A template on the tip of a chain. */
export const viewOn = (world: PolwWorld, chain = 0) => world.template(world.tip(chain), 0);
