/**
 * A follower of found blocks over nodes of its own making, on an embedded store and a clock that a test moves.
 * @module
 */
import type { TestContext } from 'node:test';
import type { Devnet } from '../../devnet/app.js';
import type { CoinbaseEntry } from '../../node/coinbase-entry.js';
import { RestError } from '../../node/rest.js';
import type { TransactionStatus } from '../../node/rest-transactions.js';
import { FateFollower, type FateNews, type RoundEnd } from '../../pool/block-fates/fate-follower.js';
import { type FateNode, restFateNode, type UncleEntry } from '../../pool/block-fates/fate-node.js';
import { RequestPace } from '../../pool/block-fates/request-pace.js';
import type { BlockFate } from '../../pool/domain/block-fate.js';
import type { BlockFound } from '../../pool/domain/block-record.js';
import type { Store } from '../../pool/ports/store.js';
import { FINAL_DEPTH } from '../../protocol/block-end.js';
import type { ChainIndex } from '../../protocol/chain.js';
import { ALPH, MAINNET_EMISSION } from '../../protocol/emission.js';
import type { StoreLab } from '../conformance/store-lab.js';
import { batchOf, blockOf } from './batches.js';
import { embeddedStoreLab } from './embedded-store-lab.js';

export const MINERS = ['1m0', '1m1', '1m2', '1m3'];
const JOURNAL = '00000000000000a1';
const T0 = 1_760_000_000_000;

/** What a made-up node says. Everything can be changed. */
export class ManualNode implements FateNode {
  readonly name: string;
  network = 4;
  isSynced = true;
  away = false;
  /** Height of all chains, unless one has its own. */
  tip = 1_000;
  readonly tips = new Map<ChainIndex, number>();
  /** Blocks by hash: `side` is known, beside the main chain; others are unknown. */
  readonly blocks = new Map<string, 'main' | 'side'>();
  /** The block that names one as an uncle. */
  readonly namers = new Map<string, CoinbaseEntry>();
  readonly entries = new Map<string, CoinbaseEntry>();
  /** Answers about coinbases by id; a block of the main chain is confirmed as deep as it lies, if there is none. */
  readonly statuses = new Map<string, TransactionStatus>();
  /** Errors in place of an answer about a block. */
  readonly faults = new Map<string, Error>();
  readonly asked: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  networkId = async (): Promise<number> => this.#say('network', this.network);
  synced = async (): Promise<boolean> => this.#say('synced', this.isSynced);
  height = async (chain: ChainIndex): Promise<number> =>
    this.#say(`height ${chain}`, this.tips.get(chain) ?? this.tip);

  isMain = async (hash: string): Promise<boolean | undefined> => {
    const known = this.blocks.get(hash);
    return this.#say(`main ${short(hash)}`, known && known === 'main', hash);
  };

  coinbase = async (hash: string): Promise<CoinbaseEntry | undefined> =>
    this.#say(`block ${short(hash)}`, this.blocks.has(hash) ? this.entryOf(hash) : undefined, hash);

  uncle = async (hash: string): Promise<UncleEntry> => {
    const entry = this.namers.get(hash);
    const kind = this.blocks.get(hash) === 'main' ? 'main' : 'none';
    return this.#say<UncleEntry>(`uncle ${short(hash)}`, entry ? { kind: 'named', entry } : { kind }, hash);
  };

  status = async (txId: string, chain: ChainIndex): Promise<TransactionStatus> => {
    const entry = [...this.entries.values(), ...this.namers.values()].find((one) => one.txId === txId)!;
    const confirmations = (this.tips.get(chain) ?? this.tip) - entry.height + 1;
    return this.#say(
      `status ${txId.slice(-2)}`,
      this.statuses.get(txId) ?? {
        kind: 'confirmed',
        blockHash: entry.hash,
        chainConfirmations: confirmations,
        fromGroupConfirmations: confirmations,
        toGroupConfirmations: 0,
      },
    );
  };

  entryOf(hash: string): CoinbaseEntry {
    const known = this.entries.get(hash) ?? entryFor(hash);
    this.entries.set(hash, known);
    return known;
  }

  #say<T>(what: string, answer: T, hash = ''): T {
    this.asked.push(what);
    const fault = this.faults.get(hash);
    if (fault !== undefined) throw fault;
    if (this.away) throw new RestError(`${this.name} is away`);
    return answer;
  }
}

const short = (hash: string): string => String(Number.parseInt(hash, 16));

/** A node that is asked without a pause. */
export function devnetFateNode({ restPort }: Pick<Devnet, 'restPort'>): FateNode {
  let nowMs = 0;
  const pace = new RequestPace(
    () => (nowMs += 1_000),
    async () => {},
  );
  return restFateNode({ endpoint: { host: '127.0.0.1', port: 1, restPort } }, pace);
}

/** Of the block that `blockOf` makes of a number. */
export function entryFor(hash: string, extras: Partial<CoinbaseEntry> = {}): CoinbaseEntry {
  const { height, chain } = blockOf(Number.parseInt(hash, 16), 0);
  const number = Number.parseInt(hash, 16).toString(16).padStart(2, '0');
  return {
    hash,
    chain,
    height,
    timestampMs: T0,
    targetBits: 0x1d00ffff,
    txId: `c${number}`.padStart(64, 'c'),
    spends: false,
    outputs: [
      {
        hint: 1,
        key: `d${number}`.padStart(64, 'd'),
        address: MINERS[chain % 4]!,
        amount: 3n * ALPH,
        // Over long ago, unless a test says otherwise.
        lockTimeMs: 1_000,
      },
    ],
    uncles: [],
    ...extras,
  };
}

export class FateLab {
  readonly store: Store;
  readonly nodes: readonly ManualNode[];
  readonly follower: FateFollower;
  /** Lets time pass on the store's clock. */
  readonly pass: StoreLab['pass'];
  readonly news: FateNews[] = [];
  fence: number | undefined = 1;
  addresses: readonly string[] | undefined = [];
  emission = MAINNET_EMISSION;
  /** The monotonic clock, ms. */
  now = 0;
  #number = 0;
  readonly #asked: readonly FateNode[];

  private constructor(
    store: Store,
    nodes: readonly ManualNode[],
    pass: StoreLab['pass'],
    asked: readonly FateNode[],
  ) {
    this.#asked = asked;
    this.store = store;
    this.pass = pass;
    this.nodes = nodes;
    this.follower = this.newFollower();
  }

  /** @param nodes - how many, or others that are asked in their place */
  static async open(t: TestContext, nodes: number | readonly FateNode[] = 1): Promise<FateLab> {
    const lab = await embeddedStoreLab();
    t.after(() => lab.close());
    const store = await lab.open();
    await store.claimNodeIdentity({ networkId: 4, minerAddresses: MINERS });
    const manual =
      typeof nodes === 'number' ? Array.from({ length: nodes }, (_, i) => new ManualNode(`node-${i}`)) : [];
    return new FateLab(store, manual, (ms) => lab.pass(ms), typeof nodes === 'number' ? manual : nodes);
  }

  /** Another one on the same store, as after a restart. */
  newFollower(): FateFollower {
    const lab = this;
    return new FateFollower({
      store: this.store,
      nodes: this.#asked,
      depth: FINAL_DEPTH,
      get emission() {
        return lab.emission;
      },
      fence: () => this.fence,
      ownAddresses: () => this.addresses,
      now: () => this.now,
      onNews: (news) => this.news.push(news),
    });
  }

  get node(): ManualNode {
    return this.nodes[0]!;
  }

  /** Blocks of these numbers were found and taken. Block n is of chain n mod 16, at height 1000 + n. @returns hashes */
  accept(...numbers: readonly number[]): Promise<string[]> {
    return this.acceptBlocks(numbers.map((number) => blockOf(number, 1_000 * number)));
  }

  async acceptBlocks(blocksFound: readonly BlockFound[]): Promise<string[]> {
    const blockStates = blocksFound.map(({ hash }) => ({ hash, state: 'accepted' as const, atMs: 1 }));
    await this.store.apply(batchOf(JOURNAL, ++this.#number, [], { blocksFound, blockStates }));
    return blocksFound.map(({ hash }) => hash);
  }

  /** A round after some time. */
  async round(): Promise<RoundEnd> {
    this.now += 5_000;
    return this.follower.round();
  }

  async fate(hash: string): Promise<BlockFate | undefined> {
    return (await this.store.block(hash))?.fate;
  }

  /** State of a block as the store has it, and whether it is for good. */
  async state(hash: string): Promise<string> {
    const { state, fate } = (await this.store.block(hash))!;
    return `${state}${fate?.final ? ' final' : ''}${fate?.matured ? ' matured' : ''}`;
  }
}
