/**
 * What a fund asks of a node's blocks over REST, in a real node's forms.
 * @module
 */
import type { Block } from '../../../devnet/block.js';
import type { ChainState } from '../../../devnet/chain-state.js';
import { blockEntryOf, transactionOf } from '../../../devnet/rest-json.js';
import { ALL_CHAINS, type ChainIndex, chainIndex } from '../../../protocol/chain.js';
import type { Transaction } from '../../../protocol/transaction.js';
import type { BlockAnswers } from './rest-answers.js';

const BLOCKS = '/blockflow/blocks';

/** Answers about the blocks of a stub node. */
export class RestBlocks implements BlockAnswers {
  readonly #blocks: ChainState;
  /** Made once: the same transfers are in many blocks. */
  readonly #shown = new WeakMap<Transaction, object>();

  constructor(blocks: ChainState) {
    this.#blocks = blocks;
  }

  answer({
    pathname,
    searchParams: query,
  }: URL): { readonly status: number; readonly body: unknown } | undefined {
    const number = (name: string): number => Number(query.get(name));
    const chain = (): ChainIndex => chainIndex(number('fromGroup'), number('toGroup'));
    const ok = (body: unknown) => ({ status: 200, body });
    switch (pathname) {
      case BLOCKS:
        return ok({ blocks: this.#between(number('fromTs'), number('toTs')) });
      case '/blockflow/hashes':
        return ok({ headers: this.#blocks.at(chain(), number('height')).map(({ id }) => id) });
      case '/blockflow/chain-info':
        return ok({ currentHeight: this.#blocks.tip(chain()).height });
      default:
        return pathname.startsWith(`${BLOCKS}/`) ? this.#block(pathname.slice(BLOCKS.length + 1)) : undefined;
    }
  }

  #between(fromMs: number, toMs: number): readonly (readonly object[])[] {
    return ALL_CHAINS.map((chain) =>
      this.#blocks.mainBetween(chain, fromMs, toMs).map((block) => this.#entryOf(block)),
    );
  }

  #block(hash: string): { readonly status: number; readonly body: unknown } {
    const block = this.#blocks.get(hash);
    if (block !== undefined) return { status: 200, body: this.#entryOf(block) };
    return {
      status: 500,
      body: { detail: `The block ${hash} does not exist, please check if your full node synced` },
    };
  }

  #entryOf(block: Block): object {
    const transactions = block.transactions.map((transaction) => {
      let shown = this.#shown.get(transaction);
      if (shown === undefined) {
        shown = transactionOf(transaction);
        this.#shown.set(transaction, shown);
      }
      return shown;
    });
    return { ...blockEntryOf({ ...block, transactions: [] }), transactions };
  }
}
