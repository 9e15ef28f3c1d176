/**
 * A pool's store in memory, as far as settlement reads it, with shares, finds and journals that a test makes, and books in memory. Both can
 * go back in time, and processes can end between any two commits.
 * @module
 */
import assert from 'node:assert/strict';
import { checkRun } from '../../audit/check/check-run.js';
import type { AccountName } from '../../ledger/accounts.js';
import { minerAccount } from '../../ledger/accounts.js';
import { checkLedger } from '../../ledger/check.js';
import { Ledger } from '../../ledger/ledger.js';
import { AuditReader } from '../../pool/audit/audit-reader.js';
import { SLICE_MS } from '../../pool/domain/batch.js';
import { type BlockFate, checkFate, type FollowedBlock, stageOf } from '../../pool/domain/block-fate.js';
import type { BlockState } from '../../pool/domain/block-record.js';
import type { JournalMark, Store, StoredBlock, StoredSlice } from '../../pool/ports/store.js';
import { ChainedBooks } from '../../pool/settlement/chained-books.js';
import { decodeRun, type Run } from '../../pool/settlement/run-text.js';
import { decodeSeal } from '../../pool/settlement/seal-text.js';
import { Settlement, type SettlementTerms } from '../../pool/settlement/settlement.js';
import { LINK_KEY } from '../../pool/settlement/state-note.js';
import { Turns } from '../../pool/settlement/turns.js';
import { addressOfLockupScript } from '../../protocol/address.js';
import { bytesToHex, concatBytes } from '../../protocol/bytes.js';
import { CHAINS } from '../../protocol/chain.js';
import { targetBytes } from '../../protocol/target.js';
import { blockOf } from './batches.js';
import { createMemoryBooks, type MemoryBooks } from './memory-books.js';

/** When a world begins: the start of an interval, ms since the epoch. */
export const WORLD_MS = 1_800_000_000_000;

const ALPH = 10n ** 18n;

/** An account that has an address, by number. */
export function accountKey(number: number): string {
  return `00${String(number).padStart(64, '0')}`;
}

/** Where blocks pay, by group. */
const WALLET = [0, 1, 2, 3].map((group) => {
  for (let byte = 0; ; byte++) {
    const script = concatBytes(Uint8Array.of(0), new Uint8Array(32).fill(byte));
    const address = addressOfLockupScript(script);
    if (address.group === group) return address.text;
  }
});

export const PLAIN_TERMS: SettlementTerms = {
  scheme: 'pplns',
  feeMillionths: 10_000,
  everyMs: 3_600_000,
  silentJournalMs: undefined,
  pool: 'test',
};

interface Journal {
  number: number;
  throughMs: number;
  finished: boolean;
}

interface State {
  readonly workers: { account: string; name: string; address: string; lastShareMs: number }[];
  readonly slices: StoredSlice[];
  readonly blocks: Map<string, StoredBlock>;
  readonly journals: Map<string, Journal>;
}

/** What a test may say of a find. */
export interface FindParts {
  /** Expected hashes of its target, above 16. */
  readonly expected?: bigint;
  readonly account?: string;
  readonly address?: string;
  readonly state?: BlockState;
}

/** Turns that others need none of. */
export function noTurns(): Turns {
  return new Turns(
    () => 0,
    async () => {},
  );
}

export class SettlementWorld {
  nowMs = WORLD_MS;
  networkId = 0;
  terms: SettlementTerms;
  readonly books: MemoryBooks = createMemoryBooks(() => this.nowMs);
  readonly ledger = new Ledger(this.books);
  readonly troubles: string[] = [];
  /** Runs that were sealed, and heads of their chain. */
  readonly sealed: [number: number, head: string][] = [];
  /** Fence of both leases. */
  fence: number | undefined = 1;
  fundAddresses: readonly string[] = [];
  /** Called before a fate is noted: to stop there. */
  beforeNote: (() => void) | undefined;
  #state: State = { workers: [], slices: [], blocks: new Map(), journals: new Map() };
  #finds = 0;
  /** Heads of runs that were judged. */
  readonly #judged = new Set<string>();

  constructor(terms: Partial<SettlementTerms> = {}) {
    this.terms = { ...PLAIN_TERMS, ...terms };
  }

  /** A process that settles. */
  settlement(): Settlement {
    return new Settlement({
      store: this.store(),
      books: new ChainedBooks(this.books, LINK_KEY),
      terms: this.terms,
      turns: noTurns(),
      fence: () => (this.fence === undefined ? undefined : { name: 'settlement', number: this.fence }),
      storeFence: () => this.fence,
      fundAddresses: () => this.fundAddresses,
      fundEntries: undefined,
      onSealed: (number, head) => this.sealed.push([number, head]),
      onTrouble: (message) => this.troubles.push(message),
    });
  }

  /** Steps until nothing is left to do. */
  async settle(settlement = this.settlement()): Promise<Settlement> {
    for (let steps = 0; (await settlement.step()) === 'more'; steps++) assert.ok(steps < 1_000);
    return settlement;
  }

  /** A share of an account, stored in a batch of its own. */
  share(
    account: string,
    work: bigint,
    { atMs = this.nowMs, journal = 'a', name = 'rig', address = `1${account}` } = {},
  ): void {
    const { workers, slices } = this.#state;
    let worker = workers.findIndex((one) => one.account === account && one.name === name);
    if (worker < 0) worker = workers.push({ account, name, address, lastShareMs: 0 }) - 1;
    Object.assign(workers[worker]!, { address, lastShareMs: this.nowMs });
    const number = ++this.#journal(journal).number;
    const entries = [{ worker: worker + 1, chain: 0, shares: 1, work, workSquared: work * work }];
    slices.push({ startMs: Math.floor(atMs / SLICE_MS) * SLICE_MS, journal, number, entries, targets: [] });
  }

  /** A block is found. @returns its hash */
  find({ expected = 1_000n, account = accountKey(1), state = 'accepted', ...parts }: FindParts = {}): string {
    const target = bytesToHex(targetBytes((BigInt(CHAINS) * 2n ** 256n) / expected - 1n));
    const found = blockOf(++this.#finds, this.nowMs, {
      target,
      worker: { account, name: 'rig' },
      address: parts.address ?? `1${account}`,
    });
    this.#state.blocks.set(found.hash, { ...found, state, stateMs: this.nowMs, fate: undefined });
    return found.hash;
  }

  /** A node's verdict changes. */
  turn(hash: string, state: BlockState): void {
    this.#state.blocks.set(hash, { ...this.#state.blocks.get(hash)!, state });
  }

  /** A block's end is final. */
  end(hash: string, parts: Partial<BlockFate> = {}, reward = 3n * ALPH, lockMs = 30_000_000): void {
    const block = this.#state.blocks.get(hash)!;
    const fate: BlockFate = {
      number: (block.fate?.number ?? 0) + 1,
      state: 'main',
      stateMs: this.nowMs,
      final: true,
      matured: false,
      credited: false,
      luck: undefined,
      reward: {
        block: hash,
        txId: hash,
        index: 0,
        hint: 1,
        key: `${'c'.repeat(32)}${hash.slice(32)}`,
        address: WALLET[block.chain % 4]!,
        amount: reward,
        ownCoins: 0n,
        lockTimeMs: block.foundMs + lockMs,
        ours: true,
      },
      ...parts,
    };
    checkFate(fate);
    this.#state.blocks.set(hash, { ...block, fate, state: fate.state });
  }

  /** Its reward can be spent. */
  mature(hash: string): void {
    const { fate } = this.#state.blocks.get(hash)!;
    this.end(hash, { ...fate!, number: fate!.number + 1, matured: true });
  }

  /** All journals have reported up to now, unless some are named. */
  report(...journals: readonly string[]): void {
    for (const journal of journals.length > 0 ? journals : this.#state.journals.keys())
      this.#journal(journal).throughMs = this.nowMs;
  }

  finish(journal: string): void {
    this.#journal(journal).finished = true;
  }

  /** Lets time pass, and all journals report. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.report();
  }

  fate(hash: string): BlockFate | undefined {
    return this.#state.blocks.get(hash)?.fate;
  }

  /** What there is now, to go back to. */
  snapshot(): () => void {
    const kept = structuredClone(this.#state);
    return () => {
      this.#state = structuredClone(kept);
    };
  }

  /** What accounts are owed, by number. */
  async owed(...numbers: readonly number[]): Promise<bigint[]> {
    const balances = await this.ledger.balances(numbers.map((n) => minerAccount(accountKey(n))));
    return balances.map((balance) => -balance);
  }

  async balance(account: AccountName): Promise<bigint> {
    return (await this.ledger.balances([account]))[0]!;
  }

  async runs(): Promise<Run[]> {
    const records = await this.books.page('settlement', { prefix: 'run/', limit: 1_000 });
    return records.map(({ text }) => decodeRun(text));
  }

  /** Everything that must hold at any time about what is in the books. */
  async judge(): Promise<void> {
    const { faults } = await checkLedger({ books: this.books, timeMs: this.nowMs });
    assert.deepEqual(faults, []);
    const hashes = new Set<string>();
    let number = 0;
    const closed = await this.ledger.closedSettlement();
    for (const run of await this.runs()) {
      assert.equal(run.number, ++number);
      for (const { hash } of run.blocks) {
        assert.ok(!hashes.has(hash), `${hash} is in two runs`);
        hashes.add(hash);
        const [record] = await this.books.get('settlement', [`block/${hash}`]);
        assert.equal(record?.text, `${number}`);
      }
      if (number > closed) continue;
      const { credits, fee, remainder } = run.sums!;
      const brought = run.blocks.reduce((sum, { reward }) => sum + reward, 0n);
      assert.equal(credits + fee + remainder, brought);
    }
    assert.ok(number === closed || number === closed + 1);
    await this.#judgeSeals(closed);
    await this.#judgeEarnings(closed === number);
  }

  /** Each sealed run follows from the one before, and from what is kept. Whole runs are looked at once. */
  async #judgeSeals(closed: number): Promise<void> {
    const reader = new AuditReader(this.books, this.terms.pool, noTurns());
    const chain = await reader.chain();
    assert.ok(chain.runs <= closed);
    let before = '0'.repeat(64);
    for (const { key, text } of await this.books.page('settlement', { prefix: 'seal/', limit: 1_000 })) {
      const seal = decodeSeal(text);
      assert.equal(seal.before, before);
      before = seal.head;
      if (this.#judged.has(seal.head)) continue;
      const number = Number(key.slice('seal/'.length));
      assert.deepEqual(checkRun((await reader.run(number))!, number), []);
      this.#judged.add(seal.head);
    }
    assert.equal(before, chain.head);
  }

  /** Without payouts an account earned what it is owed. */
  async #judgeEarnings(isWhole: boolean): Promise<void> {
    if (!isWhole) return;
    const earned = new Map<string, bigint>();
    for (const { key, text } of await this.books.page('earning', { limit: 1_000 })) {
      const miner = key.slice(0, key.lastIndexOf('/'));
      earned.set(miner, (earned.get(miner) ?? 0n) + BigInt(text));
    }
    for (const { account, amount } of await this.ledger.page('miner/', undefined, 1_000))
      assert.equal(earned.get(account.slice('miner/'.length)), -amount, account);
  }

  #journal(id: string): Journal {
    const journal = this.#state.journals.get(id) ?? { number: 0, throughMs: this.nowMs, finished: false };
    this.#state.journals.set(id, journal);
    return journal;
  }

  /** The store as settlement sees it. */
  store(): Store {
    const never = async (): Promise<never> => {
      throw new Error('settlement does not need this');
    };
    const blocks = (): StoredBlock[] =>
      [...this.#state.blocks.values()].sort((a, b) => a.foundMs - b.foundMs || (a.hash < b.hash ? -1 : 1));
    const short = ({ hash, foundMs, state, fate }: StoredBlock): FollowedBlock => ({
      hash,
      foundMs,
      state,
      fate,
    });
    return new Proxy({} as Store, {
      get: (_, name) =>
        (
          ({
            books: this.books,
            now: async () => this.nowMs,
            nodeIdentity: async () => ({ networkId: this.networkId }),
            journals: async (): Promise<JournalMark[]> =>
              [...this.#state.journals].map(([journal, mark]) => ({ journal, ...mark })),
            slices: async (fromMs, toMs) =>
              this.#state.slices
                .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
                .sort((a, b) => a.startMs - b.startMs),
            workersById: async (ids) =>
              ids.map((id) => {
                const { account, name, address, lastShareMs } = this.#state.workers[id - 1]!;
                return { id, identity: { account, name }, address, lastShareMs } as never;
              }),
            foundBetween: async (fromMs, toMs, { offset, limit }) =>
              blocks()
                .filter(({ foundMs }) => foundMs >= fromMs && foundMs < toMs)
                .slice(offset, offset + limit)
                .map(short),
            foundBefore: async (beforeMs, limit) =>
              blocks()
                .filter(({ foundMs }) => foundMs < beforeMs)
                .reverse()
                .slice(0, limit)
                .map(short),
            followed: async (stage, { offset, limit }) =>
              blocks()
                .filter(({ fate }) => fate !== undefined && stageOf(fate) === stage)
                .slice(offset, offset + limit)
                .map(short),
            block: async (hash) => this.#state.blocks.get(hash),
            noteFate: async (hash, fate, fence) => {
              checkFate(fate);
              this.beforeNote?.();
              const block = this.#state.blocks.get(hash);
              if (fence !== this.fence) return 'fenced';
              if (block === undefined) return 'unknown';
              if ((block.fate?.number ?? 0) >= fate.number) return 'old';
              this.#state.blocks.set(hash, { ...block, fate });
              return 'noted';
            },
          }) satisfies Partial<Store> as Record<string, unknown>
        )[name as string] ?? never,
    });
  }
}
