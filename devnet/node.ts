/**
 * The simulated node without its sockets: takes blocks, hands out templates, and tells who listens what changed.
 * @module
 */
import { NONCE_BYTES } from '../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../protocol/pow.js';
import { targetBytes, targetOfBits } from '../protocol/target.js';
import type { Transaction } from '../protocol/transaction.js';
import type { Block } from './block.js';
import type { ChainChange, ChainState } from './chain-state.js';
import type { Clock } from './clock.js';
import type { Coins } from './coins/coins.js';
import { type BlockFault, findFault, type Rules } from './rules.js';
import { blockOf, type Template } from './template.js';
import type { TemplateBoard } from './template-board.js';
import { type IssuedTemplate, TemplateCache } from './template-cache.js';
import { wholeBlockOf } from './whole-block.js';

/** Why a submitted header was refused. */
export type SubmissionFault = BlockFault | 'unknown-template' | 'used-template' | 'known-block';

/** The outcome of a submitted header. */
export interface Submission {
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** Missing if the header was refused. */
  readonly block?: Block;
  /** Missing if the header was accepted. */
  readonly fault?: SubmissionFault;
}

/** The node. */
export class DevnetNode {
  readonly state: ChainState;
  readonly rules: Rules;
  readonly board: TemplateBoard;
  readonly cache: TemplateCache;
  readonly clock: Clock;
  /** Where the network keeps coins. */
  readonly coins: Coins | undefined;
  readonly #listeners = new Set<(change: ChainChange) => void>();

  /** @param cacheSize - templates that are kept for found blocks */
  constructor(
    options: { cacheSize: number },
    modules: {
      state: ChainState;
      rules: Rules;
      board: TemplateBoard;
      clock: Clock;
      coins?: Coins | undefined;
    },
  ) {
    this.state = modules.state;
    this.rules = modules.rules;
    this.board = modules.board;
    this.clock = modules.clock;
    this.coins = modules.coins;
    this.cache = new TemplateCache(options.cacheSize);
  }

  /** Calls a function with every block that is taken, after the templates have followed. @returns a way to stop it */
  onBlock(listener: (change: ChainChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The newest templates, noted as handed out. */
  issueTemplates(): Template[] {
    const templates = this.board.all();
    for (const template of templates) this.cache.add(template);
    return templates;
  }

  /**
   * Judges a header as a miner submits it, and takes the block if it is good. A refused one does not use its template
   * up. Listeners hear of an accepted one before this returns.
   * @param header - 326 bytes
   * @param beforeListeners - runs once the block is stored, before anybody hears of it
   */
  submit(header: Uint8Array, beforeListeners: (submission: Submission) => void): void {
    const hash = blockHash(header);
    const issued = this.cache.find(header.subarray(NONCE_BYTES));
    let fault: SubmissionFault | undefined = findSubmissionFault(hash, issued);
    if (issued && !fault) {
      const block = blockOf(issued.template, header.slice(0, NONCE_BYTES));
      fault = this.addBlock(block, () => {
        issued.used = true;
        beforeListeners({ hash, block });
      });
    }
    if (fault) beforeListeners({ hash, fault });
  }

  /**
   * Judges a whole block as a miner submits it, and takes it if it is good. Its template need not be this node's.
   * @param header - 326 bytes
   * @param transactions - the coinbase last
   * @param beforeListeners - as of `submit`
   */
  submitWhole(
    header: Uint8Array,
    transactions: readonly Transaction[],
    beforeListeners: (submission: Submission) => void,
  ): void {
    const block = wholeBlockOf(header, transactions, this.state);
    const hash = blockHash(header);
    const fault = block
      ? this.addBlock(block, () => beforeListeners({ hash, block }))
      : ('unknown-parent' as const);
    if (fault) beforeListeners({ hash, fault });
  }

  /**
   * Takes a block of any finder.
   * @param beforeListeners - runs once the block is stored, before anybody hears of it
   * @returns why it was refused, or undefined
   */
  addBlock(block: Block, beforeListeners: () => void = () => {}): BlockFault | 'known-block' | undefined {
    if (this.state.get(block.id)) return 'known-block';
    const fault = findFault(block, this.state, this.rules, this.clock.now(), this.coins);
    if (fault) return fault;
    // Refreshes that are due are made first, by the chains as they were.
    this.board.all();
    const change = this.state.add(block);
    this.coins?.follow(change);
    this.board.follow(block.chain);
    beforeListeners();
    for (const listener of this.#listeners) listener(change);
    return undefined;
  }
}

function findSubmissionFault(
  hash: Uint8Array,
  issued: IssuedTemplate | undefined,
): SubmissionFault | undefined {
  if (!issued) return 'unknown-template';
  const { template } = issued;
  if (chainOfHash(hash) !== template.chain) return 'wrong-chain';
  if (!meetsTarget(hash, targetBytes(targetOfBits(template.header.targetBits)))) return 'too-little-work';
  return issued.used ? 'used-template' : undefined;
}
