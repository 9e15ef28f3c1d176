/**
 * Whole templates of a network past the threshold of Proof of Less Work, at the pace of a real node: with every push one chain has a
 * new block, and so a template on a new parent, and the template that is half a round old is refreshed. The others are as they were.
 *
 * Blocks, what they depend on, and the deposits that they hold are such as a fund reads them; their work, Merkle roots and signatures
 * are made up.
 * @module
 */
import { generateMinerAddresses } from '../../../devnet/addresses.js';
import type { Block } from '../../../devnet/block.js';
import { ChainState } from '../../../devnet/chain-state.js';
import { depsOf } from '../../../devnet/deps.js';
import { createGenesis } from '../../../devnet/genesis.js';
import type { Random } from '../../../devnet/random.js';
import { blockOf, jobOf, type Template } from '../../../devnet/template.js';
import type { Address } from '../../../protocol/address.js';
import {
  ALL_CHAINS,
  CHAINS,
  type ChainIndex,
  chainIndex,
  fromGroupOf,
  GROUPS,
  toGroupOf,
} from '../../../protocol/chain.js';
import { COINBASE_GAS_PRICE, coinbaseLockMs, createCoinbase } from '../../../protocol/coinbase.js';
import { ALPH } from '../../../protocol/emission.js';
import { encodeHeader, HASH_BYTES, NONCE_BYTES } from '../../../protocol/header.js';
import type { Job } from '../../../protocol/job.js';
import { chainOfHash } from '../../../protocol/pow.js';
import { bitsOfHashrate } from '../../../protocol/target.js';
import { createTransaction, MIN_GAS_AMOUNT, type Transaction } from '../../../protocol/transaction.js';
import { OthersTransfers } from './others-transfers.js';
import { STUB_NETWORK_ID } from './rest-answers.js';
import type { Push, Templates } from './templates.js';

/** What the network is like. */
export interface WholeTemplateOptions {
  /** Transactions of a template beside its coinbase. */
  readonly transactions: number;
  /** Burn address of each chain, which has deposits. */
  readonly burn: readonly Address[];
}

/** 1.5 EH/s, where a block burns most. */
const HASHRATE = 3n * 2n ** 59n;
const BLOCK_TIME_MS = 8_000;

/** Blocks of each chain that are there at the start. */
const HISTORY = 6;
/** Deposits of each chain: as many as the pool's own blocks would leave there. */
const DEPOSITS = 8;
const DEPOSIT = 20n * ALPH;
/** Of other miners' blocks. */
const REWARD = 3n * 10n ** 16n;
/** Heights that are kept: whoever asks is not that far behind. */
const KEPT_HEIGHTS = 100;

export class WholeTemplates implements Templates {
  readonly blocks: ChainState;
  readonly #burn: readonly Address[];
  readonly #random: Random;
  readonly #transfers: OthersTransfers;
  /** Who finds the blocks, by group. */
  readonly #miners: readonly Address[];
  readonly #targetBits = bitsOfHashrate(HASHRATE, BLOCK_TIME_MS);
  readonly #templates: Template[];
  readonly #jobs: Job[];
  #turn = 0;

  /** @param nowMs - since the epoch: the history ends then */
  constructor(options: WholeTemplateOptions, random: Random, nowMs: number) {
    this.#burn = options.burn;
    this.#random = random;
    this.#transfers = new OthersTransfers(options.transactions, STUB_NETWORK_ID, random);
    this.#miners = generateMinerAddresses(random);
    this.blocks = new ChainState(createGenesis(STUB_NETWORK_ID, this.#targetBits), KEPT_HEIGHTS);
    for (let age = HISTORY; age > 0; age--)
      for (const chain of ALL_CHAINS) {
        const atMs = Math.round(nowMs - (age - chain / CHAINS) * BLOCK_TIME_MS);
        const deposits = age === HISTORY && toGroupOf(chain) === fromGroupOf(chain);
        this.#grow(this.#make(chain, this.#freshDeps(chain), atMs), deposits ? [this.#deposit(chain)] : []);
      }
    this.#templates = ALL_CHAINS.map((chain) => this.#make(chain, this.#freshDeps(chain), nowMs));
    this.#jobs = this.#templates.map((template) => jobOf(template, true));
  }

  /** The templates of the next push. @param nowMs - since the epoch */
  next(nowMs: number): Push {
    const found = this.#turn++ % CHAINS;
    const refreshed = (found + CHAINS / 2) % CHAINS;
    this.#grow(this.#templates[found]!);
    this.#replace(found, this.#freshDeps(found), nowMs);
    this.#replace(refreshed, this.#templates[refreshed]!.header.deps, nowMs);
    return { jobs: [...this.#jobs], fresh: [this.#jobs[found]!, this.#jobs[refreshed]!] };
  }

  #replace(chain: ChainIndex, deps: readonly Uint8Array[], atMs: number): void {
    const template = this.#make(chain, deps, atMs);
    this.#templates[chain] = template;
    this.#jobs[chain] = jobOf(template, true);
  }

  #freshDeps(chain: ChainIndex): readonly Uint8Array[] {
    return depsOf(
      chain,
      (other) => this.blocks.tip(other),
      (other) => this.blocks.genesis(other),
    );
  }

  #make(chain: ChainIndex, deps: readonly Uint8Array[], atMs: number): Template {
    const parent = this.blocks.tip(chain);
    const miner = this.#miners[toGroupOf(chain)]!.lockupScript;
    const coinbase = createCoinbase({
      chain,
      networkId: STUB_NETWORK_ID,
      rewardLockupScript: miner,
      reward: REWARD,
      uncles: [],
      lockTimeMs: BigInt(atMs) + coinbaseLockMs(STUB_NETWORK_ID),
    });
    const header = {
      nonce: new Uint8Array(NONCE_BYTES),
      deps: [...deps],
      depStateHash: this.#random.bytes(HASH_BYTES),
      txsHash: this.#random.bytes(HASH_BYTES),
      timestamp: BigInt(atMs),
      targetBits: this.#targetBits,
    };
    return {
      chain,
      height: parent.height + 1,
      parent: parent.id,
      header,
      headerBlob: encodeHeader(header).slice(NONCE_BYTES),
      transactions: [...this.#transfers.next(), coinbase],
      miner,
      uncles: [],
    };
  }

  /** Somebody has found a block of a template. @param first - transactions that go before its own */
  #grow(template: Template, first: readonly Transaction[] = []): void {
    this.blocks.add(this.#mined({ ...template, transactions: [...first, ...template.transactions] }));
  }

  /** A block whose hash is one of its chain. */
  #mined(template: Template): Block {
    for (;;) {
      const block = blockOf(template, this.#random.bytes(NONCE_BYTES));
      if (chainOfHash(block.hash) === template.chain) return block;
    }
  }

  /** Coins for all chains of a group. */
  #deposit(intra: ChainIndex): Transaction {
    const group = fromGroupOf(intra);
    const output = (lockupScript: Uint8Array) => ({
      amount: DEPOSIT,
      lockupScript,
      lockTimeMs: 0n,
      tokens: [],
      additionalData: new Uint8Array(0),
    });
    const scripts = Array.from(
      { length: GROUPS },
      (_, to) => this.#burn[chainIndex(group, to)]!.lockupScript,
    );
    return createTransaction({
      networkId: STUB_NETWORK_ID,
      script: undefined,
      gasAmount: MIN_GAS_AMOUNT,
      gasPrice: COINBASE_GAS_PRICE,
      inputs: [],
      outputs: scripts.flatMap((script) => Array.from({ length: DEPOSITS }, () => output(script))),
    });
  }
}
