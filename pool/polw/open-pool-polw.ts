/**
 * Proof of Less Work in a pool: its nodes hand out jobs whose coinbases burn coins of the pool's fund. Loaded only where it is
 * wanted.
 * @module
 */
import { setTimeout as after } from 'node:timers/promises';
import type { NodeSetOptions, Nodes } from '../../node/node-set-port.js';
import { type Authorizations, isAuthorized } from '../../polw/authorizations/authorization.js';
import { loadAuthorizations } from '../../polw/authorizations/load-authorizations.js';
import { AuthorizationsError } from '../../polw/authorizations/parse-authorizations.js';
import { TermsReader } from '../../polw/builder/polw-network.js';
import type { Find } from '../../polw/fund/finds.js';
import type { Fund } from '../../polw/fund/fund.js';
import { type OpenFundedNodes, openFundedNodes } from '../../polw/open-funded-nodes.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { chainName } from '../../protocol/chain.js';
import { loweredEmission } from '../../protocol/emission.js';
import { NONCE_BYTES } from '../../protocol/header.js';
import type { BlockFigures } from '../domain/block-figures.js';
import type { BlockFound } from '../domain/block-record.js';
import type { PolwFacts } from '../domain/polw-facts.js';
import type { PolwWithdrawalOrder, PolwWithdrawalOutcome } from '../domain/polw-withdrawal.js';
import type { FundRecords } from '../ports/fund-records.js';
import { polwFactsOf } from './polw-facts-of.js';
import { PoolFundStore } from './pool-fund-store.js';
import { PoolWithdrawals } from './pool-withdrawals.js';
import { SharedNotes } from './shared-notes.js';

/** Longest wait at the end for the fund to be kept, ms: what is not is read again. */
const CLOSE_MS = 5_000;

export interface PoolPolwSettings {
  /** Path. */
  readonly authorizations: string;
  /** Where a fund that begins anew begins to read, ms since the epoch. */
  readonly since: number;
  /** Bits by which the network's thresholds are lowered. */
  readonly shift: number;
  /** Blocks that must follow on one before the fund has it as final; `FINAL_DEPTH` by default. */
  readonly depth?: number;
}

export interface PoolPolwModules {
  readonly nodes: NodeSetOptions;
  readonly records: FundRecords;
  /** How many blocks there are, by where they stand; undefined until they are counted. */
  readonly blockFigures: () => BlockFigures | undefined;
  readonly onNotice: (level: 'info' | 'warn', message: string) => void;
}

export interface PoolPolw {
  /** Not open yet. */
  readonly nodes: Nodes;
  /** To look at. */
  readonly fund: Pick<Fund, 'accounts' | 'ends'>;
  /** Addresses that its blocks pay: all that were authorized since the start, and those whose coins are kept. */
  addresses(): readonly string[];
  /** As of the last tick. */
  facts(): PolwFacts;
  /** A front end of the pool has found a block. */
  found(find: Find): void;
  /**
   * Blocks that are on record, newest ones, of whatever front end. A process that was killed may have sent one, and not have kept that it
   * is a find.
   */
  recorded(blocks: readonly Pick<BlockFound, 'hash' | 'header' | 'chain' | 'height'>[]): void;
  /** Does what is due. To be called every second or so. @param nowMs - of a monotonic clock */
  tick(nowMs: number): void;
  withdraw(order: PolwWithdrawalOrder): Promise<PolwWithdrawalOutcome>;
  /** Gives back what a withdrawal has set aside; other front ends must hear of it. @returns whether there was any */
  cancel(id: string): Promise<boolean>;
  /** A front end has given back what a withdrawal had set aside. */
  released(id: string): void;
  /** The store was away, and may lack what it had. */
  storeBack(): void;
  /** Reads the authorizations again. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @throws AuthorizationsError if the file can't be used
 * @throws FundStoreError if the store is away
 */
export async function openPoolPolw(
  { authorizations: path, since, shift, depth }: PoolPolwSettings,
  { nodes, records, blockFigures, onNotice }: PoolPolwModules,
): Promise<PoolPolw> {
  const authorizations = await load(path);
  tellFaults(authorizations, onNotice);
  const addresses = addressesOf(authorizations);
  const store = new PoolFundStore(records, addresses);
  const emission = loweredEmission(shift);
  const terms = new TermsReader(emission);
  const opened: OpenFundedNodes = await openFundedNodes({
    authorizations,
    emission,
    sinceMs: since,
    ...(depth !== undefined && { depth }),
    nodes,
    store,
  });
  const { funded, keeper } = opened;
  const paid = new Set<string>();
  const notePaid = (of: Authorizations): void => {
    for (const one of of.chains) if (isAuthorized(one)) paid.add(one.reward.text);
    for (const address of keeper.fund.addresses) if (address !== undefined) paid.add(address);
  };
  notePaid(authorizations);
  const notes = new SharedNotes({ fund: keeper.fund, store, onReserved: () => funded.refresh() });
  const look = (): PolwFacts =>
    polwFactsOf({
      chainStates: funded.chainStates,
      fund: keeper.fund,
      forecast: opened.forecast(),
      outputs: opened.outputsCheck.counts,
      caughtUp: keeper.caughtUp,
      refusedLists: funded.counters.refusedLists,
      blocks: blockFigures()?.open,
    });
  let facts = look();
  const withdrawals = new PoolWithdrawals({
    authorizations,
    fund: keeper.fund,
    store,
    caughtUp: () => keeper.caughtUp,
    onReserved: () => funded.refresh(),
    clock: Date.now,
  });
  return {
    nodes: opened.nodes,
    fund: keeper.fund,
    addresses: () => [...paid],
    facts: () => facts,
    found: ({ hash, chain, height }) => void keeper.fund.found({ hash, chain, height }),
    recorded: (blocks) => {
      const known = new Set(keeper.fund.finds().map(({ hash }) => hash));
      for (const { hash, header, chain, height } of blocks) {
        const burns = terms.isActive(hexToBytes(header).subarray(NONCE_BYTES));
        if (burns && !known.has(hash)) keeper.found({ hash, chain, height });
      }
    },
    tick: (nowMs) => {
      notes.tick(nowMs);
      facts = look();
    },
    withdraw: (order) => withdrawals.withdraw(order),
    cancel: async (id) => {
      const cancelled = await withdrawals.cancel(id);
      if (cancelled) notes.released(id);
      return cancelled;
    },
    released: (id) => notes.released(id),
    storeBack: () => store.tellAgain(keeper.fund.finds()),
    reload: async () => {
      const again = await loadAuthorizations(path, authorizations.networkId);
      if (addressesOf(again).some((address, i) => address !== addresses[i])) {
        onNotice('warn', `${path}: other burn addresses: they count from the next start on`);
        return;
      }
      tellFaults(again, onNotice);
      notePaid(again);
      funded.authorize(again);
      onNotice('info', `${path}: read again; each chain uses it from its next parent on`);
    },
    close: async () => {
      const closed = opened.close().then(() => store.close());
      await Promise.race([closed, after(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/** @throws AuthorizationsError that names the setting */
async function load(path: string): Promise<Authorizations> {
  try {
    return await loadAuthorizations(path);
  } catch (error) {
    throw new AuthorizationsError(`${(error as Error).message} (setting polw.authorizations)`);
  }
}

function addressesOf({ chains }: Authorizations): readonly (string | undefined)[] {
  return chains.map((one) => (isAuthorized(one) ? one.burn.text : undefined));
}

function tellFaults({ chains }: Authorizations, onNotice: PoolPolwModules['onNotice']): void {
  const byFault = new Map<string, string[]>();
  for (const one of chains) {
    if (isAuthorized(one)) continue;
    byFault.set(one.fault, [...(byFault.get(one.fault) ?? []), chainName(one.chain)]);
  }
  for (const [fault, names] of byFault)
    onNotice('warn', `${names.join(', ')}: not authorized to burn: ${fault}`);
}
