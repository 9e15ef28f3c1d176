/**
 * A simulated network in real time, around a program that burns coins of its own there and is killed again and again: what everybody
 * else does meanwhile, and what must hold whenever it is quiet.
 * @module
 */
import assert from 'node:assert/strict';
import { generateMinerAddresses } from '../../devnet/addresses.js';
import type { Devnet, DevnetOptions } from '../../devnet/app.js';
import type { Block } from '../../devnet/block.js';
import { type Clock, createSystemClock } from '../../devnet/clock.js';
import type { BurnRight } from '../../devnet/coins/burning.js';
import type { DepositRequest } from '../../devnet/coins/deposit-request.js';
import { moneyOf } from '../../devnet/coins/open-coins.js';
import { parentDepOf } from '../../devnet/deps.js';
import { createRandom } from '../../devnet/random.js';
import type { Authorizations } from '../../polw/authorizations/authorization.js';
import { authorize } from '../../polw/keys/authorize.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, CHAINS, type ChainIndex } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { PolwAudit } from './polw-audit.js';
import { sleep } from './wait.js';
import { KEYS } from './withdrawal-lab.js';

/** What happened so far. */
export interface KillCounts {
  /** Of everybody else. */
  blocks: number;
  beside: number;
  /** Blocks of others that burn coins of ours. */
  foreign: number;
  reorganised: number;
  deposits: number;
  /** Transfers to others. */
  transfers: number;
  /** Answers lost or late, connections cut. */
  disturbed: number;
}

export const KILL_AUTHORIZATIONS: Authorizations = { networkId: 4, chains: authorize(KEYS) };

const RIGHTS: readonly BurnRight[] = authorize(KEYS).map(({ burnPublicKey, burn, reward, signature }) => ({
  publicKey: burnPublicKey,
  burnLockupScript: burn.lockupScript,
  rewardLockupScript: reward.lockupScript,
  signature,
}));

/** What each burn address has from the first block on, ALPH each. */
const COINS = [40n, 30n, 20n, 10n];

/** How far the network's time is behind at first, ms: so it can be put ahead without being in the future. */
const BEHIND_MS = 900_000;

/** Most blocks of a chain that leave at once. */
const MAX_DEPTH = 3;

/** Chains that are not younger than that are reorganised, blocks. */
const MIN_HEIGHT = 4;

/** Longer than coinbases are locked on a test network, ms. */
const LULL_MS = 620_000;

/** A network beyond its threshold. @param rate - whose blocks are found within 2 s, H/s, all chains together */
export function killDevnet(rate: number, shift: number): DevnetOptions {
  return {
    rate,
    blockTimeMs: 2_000,
    retarget: false,
    minPushIntervalMs: 20,
    depGapMs: 500,
    refreshMs: 1_000,
    keepHeights: 100_000,
    polw: {
      shift,
      support: 'full',
      coins: KEYS.flatMap(({ address }) =>
        COINS.map((alph) => ({ address: address.text, amount: alph * ALPH })),
      ),
    },
  };
}

/** The time of such a network. */
export function killClock(): Clock {
  const clock = createSystemClock();
  return { ...clock, now: () => clock.now() - BEHIND_MS };
}

export class KillNetwork {
  readonly devnet: Devnet;
  readonly audit: PolwAudit;
  readonly counts: KillCounts = {
    blocks: 0,
    beside: 0,
    foreign: 0,
    reorganised: 0,
    deposits: 0,
    transfers: 0,
    disturbed: 0,
  };
  readonly #random: () => number;
  readonly #strangers = generateMinerAddresses(createRandom(99));
  readonly #pauseMs: number;
  /** Whether others burn coins of ours, too. */
  foreignUse = true;
  #running = false;
  #acting: Promise<void> = Promise.resolve();

  /** @param pauseMs - mean time between two events */
  constructor(devnet: Devnet, shift: number, pauseMs: number, random: () => number) {
    this.devnet = devnet;
    this.audit = new PolwAudit({ keys: KEYS, money: moneyOf({ polw: { shift } }) });
    this.#random = random;
    this.#pauseMs = pauseMs;
  }

  /** Everybody else goes on, until `quiet`. */
  go(): void {
    if (this.#running) return;
    this.#running = true;
    this.#acting = this.#act();
  }

  /** Nobody else does anything any more. */
  async quiet(): Promise<void> {
    this.#running = false;
    await this.#acting;
  }

  /** What is burnt and earned so far is unlocked; to be called once. */
  lull(): void {
    this.devnet.advance(LULL_MS);
  }

  /** Blocks of each chain. */
  async mine(blocks: number, chains: readonly ChainIndex[] = ALL_CHAINS): Promise<void> {
    for (let i = 0; i < blocks; i++) for (const chain of chains) await this.devnet.mineBlock(chain);
  }

  /** No output is spent by two blocks that count. @throws AssertionError */
  checkSpends(): void {
    const { state, coins } = this.devnet.node;
    const spender = new Map<string, string>();
    for (const chain of ALL_CHAINS)
      for (let height = 1; height <= state.tip(chain).height; height++) {
        const block = state.mainAt(chain, height)!;
        if (!this.audit.burnsOurs(block)) continue;
        // One that is void spends nothing.
        if (coins!.conflictedOf(block).length > 0) continue;
        for (const { key } of block.transactions.at(-1)!.unsigned.inputs) {
          const name = bytesToHex(key);
          assert.equal(spender.get(name), undefined, `${name} is burnt twice, by ${block.id}`);
          spender.set(name, block.id);
        }
      }
  }

  async #act(): Promise<void> {
    while (this.#running) {
      await this.#event();
      await sleep(2 * this.#pauseMs * this.#random());
    }
  }

  async #event(): Promise<void> {
    const dice = this.#random();
    const chain = this.#below(CHAINS);
    if (dice < 0.4) await this.#mineOfOthers(chain, false);
    else if (dice < 0.5) await this.#mineOfOthers(chain, true);
    else if (dice < 0.56) await this.#reorganise(chain);
    else if (dice < 0.72) this.#deposit(chain);
    else if (dice < 0.92) this.#payOthers();
    else if (dice < 0.95) this.#disturb();
  }

  /**
   * Replaces blocks that stand alone, of this chain or the next one that has such. Chains of a simulated node reorganise one by one: what
   * another chain has built on such a block would stay, where a network whose chains agree would let it go, too; its coins
   * would be there for some templates and not for others.
   */
  async #reorganise(first: ChainIndex): Promise<void> {
    const named = this.#namedElsewhere();
    for (const offset of ALL_CHAINS) {
      const chain = (first + offset) % CHAINS;
      const depth = this.#depthAlone(chain, named);
      if (depth === 0) continue;
      await this.devnet.reorganise(chain, 1 + this.#below(depth));
      this.counts.reorganised++;
      return;
    }
  }

  /** How many of a chain's newest blocks stand alone. @param named - blocks that others build on */
  #depthAlone(chain: ChainIndex, named: ReadonlySet<string>): number {
    const { state } = this.devnet.node;
    let depth = 0;
    let block: Block | undefined = state.tip(chain);
    while (block && depth < MAX_DEPTH && block.height >= MIN_HEIGHT && !named.has(block.id)) {
      depth++;
      block = state.get(block.parent);
    }
    return depth;
  }

  /** Blocks that blocks or templates of another chain build on. */
  #namedElsewhere(): ReadonlySet<string> {
    const { state, board } = this.devnet.node;
    const named = new Set<string>();
    for (const { chain, header } of [...state.blocks(), ...board.all()]) {
      const parent = parentDepOf(chain);
      for (const [i, dep] of header.deps.entries()) if (i !== parent) named.add(bytesToHex(dep));
    }
    return named;
  }

  async #mineOfOthers(chain: ChainIndex, beside: boolean): Promise<void> {
    const { devnet, counts } = this;
    const useOurs = this.foreignUse && this.#random() < 0.3;
    const options = useOurs ? { burnRight: RIGHTS[chain]! } : {};
    if (beside && devnet.node.state.tip(chain).height === 0) return;
    try {
      const block = await (beside ? devnet.mineSideBlock(chain, options) : devnet.mineBlock(chain, options));
      if (beside) counts.beside++;
      else counts.blocks++;
      if (useOurs && this.audit.burnsOurs(block)) counts.foreign++;
    } catch (error) {
      // Our coins do not make up for it.
      if (!(error instanceof RangeError && useOurs)) throw error;
    }
  }

  /** Coins for a burn address, or dust, tokens and locked ones, which are nobody's business. */
  #deposit(chain: ChainIndex): void {
    const { address } = KEYS[chain]!;
    const dice = this.#random();
    const isSent = this.#send({
      address,
      amount: dice < 0.2 ? ALPH / 20n : ALPH * BigInt(1 + this.#below(5)),
      lockTimeMs: dice > 0.9 ? BigInt(this.devnet.node.clock.now() + 60_000) : 0n,
      token: dice > 0.8 && dice < 0.85,
      from: this.#below(4),
    });
    if (isSent) this.counts.deposits++;
  }

  /** Somebody who is nothing to us. */
  #payOthers(): void {
    const address = this.#strangers[this.#below(this.#strangers.length)]!;
    const isSent = this.#send({ address, amount: ALPH, from: this.#below(4), count: 1 + this.#below(10) });
    if (isSent) this.counts.transfers++;
  }

  /** @returns false if more waits for blocks than there is to pay with */
  #send(request: DepositRequest): boolean {
    try {
      this.devnet.deposit(request);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  #disturb(): void {
    const dice = this.#random();
    if (dice < 0.4) this.devnet.disturbAnswers({ kind: 'lose' });
    else if (dice < 0.8) this.devnet.disturbAnswers({ kind: 'delay', delayMs: this.#below(2_000) });
    else this.devnet.dropConnections();
    this.counts.disturbed++;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
