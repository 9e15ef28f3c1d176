/**
 * What a process that was killed has kept of its fund, and the fund that another one makes of it: nothing is changed there.
 * @module
 */
import assert from 'node:assert/strict';
import type { DevnetNode } from '../../devnet/node.js';
import type { Authorizations } from '../../polw/authorizations/authorization.js';
import type { FundEntry } from '../../polw/fund/accounts.js';
import type { FundCommit, FundStore } from '../../polw/fund/fund-store.js';
import type { FundKept } from '../../polw/fund/snapshot.js';
import { FundKeeper } from '../../polw/fund-keeper.js';
import { placesOf } from '../../polw/open-funded-nodes.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { sourceOf } from './direct-nodes.js';
import { isAstray, type PolwAudit } from './polw-audit.js';
import { waitFor } from './wait.js';

/** Most entries that a store hands out at a time. */
const PAGE = 1_000;

/** Reads of a store, and keeps to itself what would be written there. */
class FundReadingStore implements FundStore {
  readonly #kept: Pick<FundStore, 'load' | 'entries'>;
  readonly #later = new Map<string, FundEntry>();

  constructor(kept: Pick<FundStore, 'load' | 'entries'>) {
    this.#kept = kept;
  }

  load(): Promise<FundKept> {
    return this.#kept.load();
  }

  async commit({ entries }: FundCommit): Promise<void> {
    for (const entry of entries) this.#later.set(entry.key, entry);
  }

  async found(): Promise<void> {}
  async reserve(): Promise<void> {}
  async release(): Promise<void> {}
  async close(): Promise<void> {}

  /** All of them. A fund that goes on from an earlier state hands out some again: they must be the same. */
  async entries(): Promise<readonly FundEntry[]> {
    const all: FundEntry[] = [];
    for (let page = await this.#kept.entries(0, PAGE); page.length > 0; ) {
      all.push(...page);
      page = await this.#kept.entries(all.length, PAGE);
    }
    const later = new Map(this.#later);
    for (const entry of all) {
      const again = later.get(entry.key);
      if (again !== undefined) assert.deepEqual(again, entry);
      later.delete(entry.key);
    }
    return [...all, ...later.values()];
  }
}

export interface RebuiltModules {
  readonly store: Pick<FundStore, 'load' | 'entries'>;
  readonly node: DevnetNode;
  readonly authorizations: Authorizations;
  readonly audit: PolwAudit;
}

/** What is known of finds, by hash. */
export interface KnownFinds {
  /** Followed, or decided for good. */
  isKnown(hash: string): boolean;
  /** Entries that are of a block of somebody else: they say so. */
  readonly foreign: readonly FundEntry[];
}

/**
 * Makes the fund of what is kept and of the chain, and looks whether it is right: coins, accounts, entries, each of them once.
 * @returns what it says of finds
 * @throws AssertionError that says what differs
 */
export async function checkRebuilt({
  store,
  node,
  authorizations,
  audit,
}: RebuiltModules): Promise<KnownFinds> {
  const reading = new FundReadingStore(store);
  const notices: string[] = [];
  const keeper = await FundKeeper.open(
    { ...placesOf(authorizations), sinceMs: 0 },
    {
      store: reading,
      source: sourceOf(node),
      // A block's time may be a little ahead.
      clock: () => node.clock.now() + 10_000,
      onChange: () => {},
      onNotice: ({ message }) => notices.push(message),
    },
  );
  try {
    const { fund } = keeper;
    keeper.start();
    const isRead = () => ALL_CHAINS.every((chain) => fund.tip(chain)?.hash === node.state.tip(chain).id);
    await waitFor('the fund is read', () => keeper.caughtUp && isRead(), 30_000).catch((error: Error) => {
      throw new Error(`${error.message}: ${notices.join('; ')}`);
    });
    audit.check({ node, fund });
    await audit.checkEntries({ fund, store: reading });
    const entries = [...(await reading.entries()), ...fund.openEntries()];
    const followed = new Map(fund.ends().map((end) => [end.hash, end]));
    for (const { hash, state } of followed.values()) {
      const block = node.state.get(hash);
      if (block === undefined) assert.notEqual(state, 'main', `find ${hash}, which the node does not have`);
      else
        assert.equal(
          state === 'main' || state === 'void',
          node.state.isMain(block),
          `find ${hash}: ${state}`,
        );
      // Simulated chains reorganise one by one: what a block of another one has burnt may be gone.
      if (state === 'void') assert.ok(isAstray(node, block!), `find ${hash} is void`);
    }
    return {
      isKnown: (hash) => {
        const { chain, height } = node.state.get(hash)!;
        return followed.has(hash) || height <= fund.deepHeight(chain);
      },
      foreign: entries.filter(({ kind, own }) => kind === 'block' && !own),
    };
  } finally {
    await keeper.close();
  }
}
