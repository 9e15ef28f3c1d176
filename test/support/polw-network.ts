/**
 * A network of two simulated nodes that hear of each other's blocks late, a front end that supplies coins on each, and everybody else: one
 * event after the other by chance, and a look at all that must hold after each.
 * @module
 */
import assert from 'node:assert/strict';
import { generateMinerAddresses } from '../../devnet/addresses.js';
import { type Clock, createManualClock } from '../../devnet/clock.js';
import type { DevnetOptions } from '../../devnet/options.js';
import { createRandom } from '../../devnet/random.js';
import { RETARGET_WINDOW } from '../../devnet/retarget.js';
import type { Simulation } from '../../devnet/simulation.js';
import type { Find } from '../../polw/fund/finds.js';
import { type Address, addressOfLockupScript } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, CHAINS, type ChainIndex } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { txsBytesOf } from '../../protocol/job.js';
import { targetOfBits } from '../../protocol/target.js';
import { decodeTransactions } from '../../protocol/transaction-decoder.js';
import { burnAddressOf, KEYS, RIGHTS, SHIFT } from '../devnet/polw-setting.js';
import { createDevnet } from './direct-nodes.js';
import { linkNodes } from './linked-nodes.js';
import { checkLiveInputs, isAstray, PolwAudit } from './polw-audit.js';
import { type FoundBlock, PolwFrontEnd } from './polw-front-end.js';
import { PolwWithdrawals, type WithdrawalCounts } from './polw-withdrawals.js';
import { exponential, seededRandom } from './seeded-random.js';

/** What happened so far. */
export interface NetworkCounts extends WithdrawalCounts {
  /** On the main chains and beside them. */
  blocks: number;
  /** Finds of the front ends. */
  own: number;
  /** Finds that burn coins of ours, and that do not have to. */
  burning: number;
  plain: number;
  /** Blocks of others that burn coins of ours. */
  foreign: number;
  /** Blocks of ours that a node that does not lead refused. */
  refusedElsewhere: number;
  /** Blocks that left the main chain of a node. */
  left: number;
  deposits: number;
  /** Transfers to others. */
  transfers: number;
  /** Transfers of others without effect, and uncles: on the main chains, at the end. */
  voidOfOthers: number;
  uncles: number;
  /** Times that a chain crossed the threshold. */
  flips: number;
  partings: number;
  restarts: number;
  /** Restarts after an end without a word. */
  crashes: number;
  /** Times that a chain could not be mined for want of coins. */
  unfunded: number;
}

/** Chains whose burn addresses hold nothing at first. */
const POOR_CHAINS: readonly ChainIndex[] = [3, 6, 12];

const BLOCK_TIME_MS = 8_000;

/** A little beyond the threshold. */
const RATE = 1_060;

/** Mean time between blocks, all chains together: at first, while targets are to fall, and while they are to rise. */
const EVEN_MS = 480;
const QUICK_MS = 150;
const SLOW_MS = 700;

/** Height up to which targets stay. */
const EVEN_HEIGHT = RETARGET_WINDOW;

/** Blocks from one look at all that must hold to the next, while targets stay. */
const CHECK_EVERY = 4;

/** How late a node hears of a block of the other, ms. */
const LINK_MS = 200;

/** Longer than coinbases are locked on a test network, ms. */
const LULL_MS = 620_000;

/** Newest finds of a front end, which a later one notes again. */
const MAX_ON_RECORD = 8;

/** So many chains on one side of the threshold turn the tide. */
const FEW_CHAINS = 5;

/** When the lull is, as a part of the whole. */
const LULL_AT = 0.9;

export class PolwNetwork {
  readonly counts: NetworkCounts = {
    blocks: 0,
    own: 0,
    burning: 0,
    plain: 0,
    foreign: 0,
    refusedElsewhere: 0,
    left: 0,
    deposits: 0,
    transfers: 0,
    voidOfOthers: 0,
    uncles: 0,
    flips: 0,
    partings: 0,
    restarts: 0,
    crashes: 0,
    unfunded: 0,
    withdrawals: 0,
    cancelled: 0,
    handedIn: 0,
  };
  readonly #clock: Clock;
  readonly #devnets: readonly Simulation[];
  readonly #setLinked: (linked: boolean) => void;
  readonly #random: () => number;
  readonly #audit = new PolwAudit();
  readonly #strangers = generateMinerAddresses(createRandom(99));
  readonly #finds: FoundBlock[] = [];
  readonly #kinds: (string | undefined)[] = new Array(CHAINS).fill(undefined);
  readonly #faults: string[] = [];
  readonly #withdrawals: PolwWithdrawals;
  /** Newest finds of each front end. */
  readonly #onRecord: Find[][] = [[], []];
  #frontEnds: PolwFrontEnd[] = [];
  #linkedAgain: number | undefined;
  #quick = false;
  #rested = false;

  private constructor(devnets: readonly Simulation[], clock: Clock, random: () => number) {
    this.#devnets = devnets;
    this.#clock = clock;
    this.#random = random;
    this.#withdrawals = new PolwWithdrawals({ random, now: () => clock.now(), counts: this.counts });
    this.#setLinked = linkNodes(
      devnets.map(({ node }) => node),
      LINK_MS,
    );
    for (const { node } of devnets)
      node.onBlock(({ left }) => {
        this.counts.left += left.length;
      });
    devnets[0]!.node.onBlock(() => this.counts.blocks++);
  }

  static async open(seed: number): Promise<PolwNetwork> {
    const clock = createManualClock();
    const options: DevnetOptions = {
      rate: RATE,
      blockTimeMs: BLOCK_TIME_MS,
      depGapMs: 4_000,
      polw: {
        shift: SHIFT,
        support: 'full',
        coins: ALL_CHAINS.filter((chain) => !POOR_CHAINS.includes(chain)).map((chain) => ({
          address: burnAddressOf(chain),
          amount: 40n * ALPH,
        })),
      },
    };
    const devnets = [await createDevnet(options, clock), await createDevnet(options, clock)];
    const network = new PolwNetwork(devnets, clock, seededRandom(seed));
    for (const place of [0, 1]) network.#frontEnds.push(await network.#openFrontEnd(place));
    return network;
  }

  /** One event, and what must hold after it. @param progress - 0 to 1: how much has been played */
  async step(progress: number): Promise<void> {
    const dice = this.#random();
    this.#clock.advance(Math.round(exponential(this.#meanMs, this.#random)));
    if (!this.#rested && progress > LULL_AT) {
      this.#rested = true;
      this.#clock.advance(LULL_MS);
    }
    const chain = this.#chainToMine();
    if (dice < 0.03) this.#deposit();
    else if (dice < 0.06) this.#payOthers();
    else if (dice < 0.067) await this.#restart();
    else if (dice < 0.08) this.#part();
    else if (dice < 0.095) await this.#withdraw();
    else if (dice < 0.85) this.#mine(chain);
    else await this.#mineOfOthers(chain);
    this.#withdrawals.handIn(this.#devnets[0]!.node);
    if (this.#linkedAgain !== undefined && this.#clock.now() >= this.#linkedAgain) this.#join();
    await this.#settle();
    // Before the first chain crosses, now and then will do.
    if (this.#meanMs !== EVEN_MS || this.counts.blocks % CHECK_EVERY === 0) this.#check();
  }

  /** What must hold once all have heard of all. */
  async checkEnd(): Promise<void> {
    this.#join();
    this.#clock.advance(10_000);
    await this.#settle();
    this.#check();
    for (const frontEnd of this.#frontEnds) await this.#audit.checkEntries(frontEnd);
    for (const { node } of this.#devnets)
      for (const { hash, chain } of this.#finds) {
        const block = node.state.get(hash);
        assert.ok(block, `find ${hash} of chain ${chain} reached every node`);
        if (!node.state.isMain(block) || isAstray(node, node.state.get(hash)!)) continue;
        const coinbase = bytesToHex(block.transactions.at(-1)!.id);
        assert.ok(!node.coins!.conflictedOf(block).includes(coinbase), `find ${hash} is void`);
      }
    for (const chain of ALL_CHAINS) this.#countMain(chain);
    for (const { node, fund } of this.#frontEnds)
      for (const { hash, state } of fund.ends()) {
        const isMain = node.state.isMain(node.state.get(hash)!);
        assert.equal(state === 'main' || state === 'void', isMain, `find ${hash}: ${state}`);
        if (!isAstray(node, node.state.get(hash)!)) assert.notEqual(state, 'void');
      }
  }

  async close(): Promise<void> {
    for (const frontEnd of this.#frontEnds) await frontEnd.close();
    for (const devnet of this.#devnets) devnet.stopSearches();
    this.#clock.close();
  }

  /** The easier a chain's target, the more often a block is found on it. */
  #chainToMine(): ChainIndex {
    const { board } = this.#devnets[0]!.node;
    const targets = ALL_CHAINS.map((chain) => Number(targetOfBits(board.template(chain).header.targetBits)));
    let left = this.#random() * targets.reduce((sum, target) => sum + target, 0);
    return ALL_CHAINS.find((chain) => {
      left -= targets[chain]!;
      return left < 0;
    })!;
  }

  get #meanMs(): number {
    const { state } = this.#devnets[0]!.node;
    if (state.tip(0).height <= EVEN_HEIGHT) return EVEN_MS;
    return this.#quick ? QUICK_MS : SLOW_MS;
  }

  get #isParted(): boolean {
    return this.#linkedAgain !== undefined;
  }

  async #openFrontEnd(place: number, before?: PolwFrontEnd): Promise<PolwFrontEnd> {
    const nodes = [this.#devnets[place]!.node, this.#devnets[1 - place]!.node];
    const frontEnd = await PolwFrontEnd.open(nodes, this.#clock, {
      store: before?.store,
      earlier: this.#onRecord[place]!,
    });
    frontEnd.nodes.reaches = (node) => node === 0 || !this.#isParted;
    frontEnd.nodes.onNodeVerdict = ({ node, hash, fault }) => {
      if (fault === undefined || fault === 'known-block') return;
      if (node === 0) this.#faults.push(`${hash}: ${fault}`);
      else this.counts.refusedElsewhere++;
    };
    return frontEnd;
  }

  /** A front end finds a block, now and then of a job that is not the newest. */
  #mine(chain: ChainIndex): void {
    const place = this.#below(2);
    const frontEnd = this.#frontEnds[place]!;
    const found = frontEnd.mine(chain, this.#random() < 0.15 ? 1 + this.#below(2) : 0);
    if (found === undefined) return;
    this.#finds.push(found);
    if (found.find !== undefined)
      this.#onRecord[place] = [...this.#onRecord[place]!, found.find].slice(-MAX_ON_RECORD);
    this.counts.own++;
    if (this.#audit.burnsOurs(found)) this.counts.burning++;
    else this.counts.plain++;
  }

  async #mineOfOthers(chain: ChainIndex): Promise<void> {
    const { control, node } = this.#devnets[this.#below(2)]!;
    const beside = this.#random() < 0.3 && node.state.tip(chain).height > 0;
    const useOurs = this.#random() < 0.5;
    const options = useOurs ? { burnRight: RIGHTS[chain]! } : {};
    try {
      const block = await (beside
        ? control.mineSideBlock(chain, options)
        : control.mineBlock(chain, options));
      if (this.#audit.burnsOurs(block)) this.counts.foreign++;
    } catch (error) {
      // Our coins do not make up for it, as yet.
      if (!(error instanceof RangeError && useOurs)) throw error;
    }
  }

  /** Coins for a burn address, or dust, tokens and locked ones, which are nobody's business. */
  #deposit(): void {
    const { control } = this.#devnets[this.#below(2)]!;
    const poor = this.#random() < 0.5;
    const owner = poor ? POOR_CHAINS[this.#below(POOR_CHAINS.length)]! : this.#below(CHAINS);
    const address: Address = addressOfLockupScript(KEYS[owner]!.address.lockupScript)!;
    const dice = this.#random();
    const amount = dice < 0.2 ? ALPH / 20n : ALPH * BigInt(10 + this.#below(20));
    const lockTimeMs = dice > 0.9 ? BigInt(this.#clock.now() + 60_000) : 0n;
    control.deposit({
      address,
      amount,
      lockTimeMs,
      token: dice > 0.8 && dice < 0.85,
      from: this.#below(4),
    });
    this.counts.deposits++;
  }

  /** Somebody who is nothing to us. */
  #payOthers(): void {
    const { control } = this.#devnets[this.#below(2)]!;
    const address = this.#strangers[this.#below(this.#strangers.length)]!;
    control.deposit({ address, amount: ALPH, from: this.#below(4), count: 1 + this.#below(10) });
    this.counts.transfers++;
  }

  /** For a while the nodes do not hear of each other. */
  #part(): void {
    if (this.#isParted) return;
    this.#setLinked(false);
    this.#linkedAgain = this.#clock.now() + 2_000 + this.#below(20_000);
    this.counts.partings++;
  }

  #join(): void {
    this.#linkedAgain = undefined;
    this.#setLinked(true);
  }

  async #restart(): Promise<void> {
    const place = this.#below(2);
    const before = this.#frontEnds[place]!;
    if (this.#random() < 0.5) {
      await before.crash(this.#random);
      this.counts.crashes++;
    } else await before.close();
    this.#frontEnds[place] = await this.#openFrontEnd(place, before);
    this.counts.restarts++;
  }

  async #withdraw(): Promise<void> {
    await this.#withdrawals.order(this.#frontEnds, this.#strangers[this.#below(this.#strangers.length)]!);
  }

  async #settle(): Promise<void> {
    for (const frontEnd of this.#frontEnds) await frontEnd.settle();
  }

  #check(): void {
    assert.deepEqual(this.#faults, [], 'blocks that a node refused');
    for (const frontEnd of this.#frontEnds) {
      for (const [hash, accepted] of frontEnd.verdicts) assert.ok(accepted, `block ${hash}`);
      frontEnd.verdicts.clear();
      this.#audit.check(frontEnd);
    }
    checkLiveInputs(this.#live());
    this.#lookAtStates();
  }

  /** Coinbases of ours that are mined on now. */
  #live() {
    return this.#frontEnds.flatMap(({ jobs }) =>
      jobs.flatMap((job) => {
        if (job === undefined) return [];
        const transactions = decodeTransactions(txsBytesOf(job.txsBlob));
        return this.#audit.burnsOurs({ transactions })
          ? [{ chain: job.chain, coinbase: transactions.at(-1)! }]
          : [];
      }),
    );
  }

  #countMain(chain: ChainIndex): void {
    const { state, coins } = this.#devnets[0]!.node;
    for (let height = 1; height <= state.tip(chain).height; height++) {
      const block = state.mainAt(chain, height)!;
      this.counts.voidOfOthers += coins!.conflictedOf(block).length;
      this.counts.uncles += block.uncles.length;
    }
  }

  #lookAtStates(): void {
    const states = this.#frontEnds[0]!.funded.chainStates;
    for (const chain of ALL_CHAINS) {
      const { kind } = states[chain]!;
      if (kind === 'unfunded') this.counts.unfunded++;
      const active = kind === 'plain' ? 'plain' : 'active';
      if (this.#kinds[chain] !== undefined && this.#kinds[chain] !== active) this.counts.flips++;
      this.#kinds[chain] = active;
    }
    const active = this.#kinds.filter((kind) => kind === 'active').length;
    if (active <= FEW_CHAINS) this.#quick = true;
    if (active >= CHAINS - FEW_CHAINS) this.#quick = false;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
