/**
 * Blocks that a stub node was given, and what it says of them over REST, in a real node's forms: the first of each height is of the main
 * chain, another one is nobody's uncle. Nothing is built on them; they lie deeper with every push of templates.
 * @module
 */
import { blockId } from '../../../devnet/block.js';
import { blockEntryOf } from '../../../devnet/rest-json.js';
import type { Address } from '../../../protocol/address.js';
import { BoundedMap } from '../../../protocol/bounded-map.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { CHAINS, type ChainIndex, toGroupOf } from '../../../protocol/chain.js';
import { createCoinbase } from '../../../protocol/coinbase.js';
import { decodeHeader, NONCE_BYTES, parentOf } from '../../../protocol/header.js';
import type { Job } from '../../../protocol/job.js';
import { chainOfHash } from '../../../protocol/pow.js';
import { type BlockAnswers, STUB_NETWORK_ID } from './rest-answers.js';

/** What each block pays its miner, attoALPH. */
export const BLOCK_REWARD = 3n * 10n ** 17n;

/** For how long that is locked, ms: not long, for what a window measures is to be seen to its end. */
const LOCK_MS = 1_000;

/** Pushes whose blocks are taken. */
const KEPT_PUSHES = 64;

/** Blocks that are remembered. */
const MAX_BLOCKS = 20_000;

interface FoundBlock {
  readonly chain: ChainIndex;
  readonly height: number;
  readonly isMain: boolean;
  /** As a node shows it. */
  readonly entry: ReturnType<typeof blockEntryOf>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class FoundBlocks implements BlockAnswers {
  readonly #miners: readonly Address[];
  /** Heights of templates by their parents, hex. */
  readonly #heights = new BoundedMap<string, number>(KEPT_PUSHES * CHAINS);
  readonly #blocks = new BoundedMap<string, FoundBlock>(MAX_BLOCKS);
  /** Blocks by the ids of their coinbases, hex: one on a template that has a block has the same. */
  readonly #byCoinbase = new BoundedMap<string, FoundBlock>(MAX_BLOCKS);
  /** By chain and height. */
  readonly #main = new BoundedMap<string, true>(MAX_BLOCKS);
  #tipHeight = 0;

  /** @param miners - whom blocks pay, by group */
  constructor(miners: readonly Address[]) {
    this.#miners = miners;
  }

  /** Templates are handed out: blocks below their heights are there. */
  push(jobs: readonly Job[]): void {
    for (const { chain, headerBlob, height } of jobs) {
      this.#heights.set(bytesToHex(parentOf(headerBlob, toGroupOf(chain))), height);
      this.#tipHeight = height - 1;
    }
  }

  /** A block was handed in. @returns false if it is of no template that is remembered */
  add(headerBytes: Uint8Array, hash: Uint8Array): boolean {
    const chain = chainOfHash(hash);
    const parent = bytesToHex(parentOf(headerBytes.subarray(NONCE_BYTES), toGroupOf(chain)));
    const height = this.#heights.get(parent);
    if (height === undefined) return false;
    const header = decodeHeader(headerBytes);
    const miner = this.#miners[toGroupOf(chain)]!.lockupScript;
    const coinbase = createCoinbase({
      chain,
      networkId: STUB_NETWORK_ID,
      rewardLockupScript: miner,
      reward: BLOCK_REWARD,
      uncles: [],
      lockTimeMs: header.timestamp + BigInt(LOCK_MS),
    });
    const id = blockId(hash);
    const transactions = [coinbase];
    const block = { id, hash, chain, height, header, headerBytes, transactions, parent, miner, uncles: [] };
    const place = `${chain} ${height}`;
    const isMain = this.#main.get(place) === undefined;
    const found: FoundBlock = { chain, height, isMain, entry: blockEntryOf(block) };
    this.#blocks.set(id, found);
    if (isMain) {
      this.#main.set(place, true);
      this.#byCoinbase.set(bytesToHex(coinbase.id), found);
    }
    return true;
  }

  answer({ pathname, searchParams: query }: URL): Answer | undefined {
    const [, room, what, hash] = pathname.split('/');
    if (room === 'transactions' && what === 'status') return this.#status(query.get('txId') ?? '');
    if (room !== 'blockflow') return undefined;
    switch (what) {
      case 'chain-info':
        return ok({ currentHeight: this.#tipHeight });
      case 'is-block-in-main-chain':
        return this.#of(query.get('blockHash') ?? '', ({ isMain }) => ok(isMain));
      case 'blocks':
        return this.#of(hash ?? '', ({ entry }) => ok(entry));
      case 'main-chain-block-by-ghost-uncle':
        return this.#of(hash ?? '', () => ({
          status: 404,
          body: {
            resource: hash,
            detail: `The mainchain block that references the ghost uncle block ${hash} not found`,
          },
        }));
      default:
        return undefined;
    }
  }

  #of(hash: string, answer: (block: FoundBlock) => Answer): Answer {
    const block = this.#blocks.get(hash);
    if (block !== undefined) return answer(block);
    return {
      status: 500,
      body: { detail: `The block ${hash} does not exist, please check if your full node synced` },
    };
  }

  #status(txId: string): Answer {
    const block = this.#byCoinbase.get(txId);
    if (block === undefined) return ok({ type: 'TxNotFound' });
    const depth = Math.max(1, this.#tipHeight - block.height + 1);
    return ok({
      type: 'Confirmed',
      blockHash: block.entry.hash,
      txIndex: 0,
      chainConfirmations: depth,
      fromGroupConfirmations: depth,
      toGroupConfirmations: depth,
    });
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
