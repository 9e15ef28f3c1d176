/**
 * The blocks of a devnet as JSON, so that it can go on where it was stopped.
 *
 * Templates that were handed out are not saved: as with a real node, a restart forgets them.
 * @module
 */
import { decodeBlock, encodeBlock } from '../protocol/block.js';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { MAX_UNCLE_AGE } from '../protocol/emission.js';
import { decodeHeader } from '../protocol/header.js';
import { blockHash, chainOfHash } from '../protocol/pow.js';
import { type Block, blockId } from './block.js';
import { type ChainState, parentHash } from './chain-state.js';
import { RETARGET_WINDOW } from './retarget.js';
import { findFault, type Rules } from './rules.js';

const FORMAT = 'lesswork devnet 1';

interface SavedBlock {
  /** Header and transactions, hex. */
  readonly raw: string;
  readonly height: number;
  /** Accumulated work in expected hashes, decimal: of a block whose parent is not here. */
  readonly work?: string;
  readonly uncles: readonly { hash: string; lockupScript: string; heightDifference: number }[];
}

interface SavedState {
  readonly format: string;
  readonly networkId: number;
  readonly targetBits: number;
  /** The node's time, ms since the epoch. */
  readonly now: number;
  /** In their order of arrival. */
  readonly blocks: readonly SavedBlock[];
}

/** All blocks but the first ones. @param now - ms since the epoch @returns JSON */
export function saveState(state: ChainState, rules: Rules, now: number): string {
  const blocks: SavedBlock[] = [];
  for (const block of state.blocks()) {
    blocks.push({
      raw: bytesToHex(encodeBlock({ header: block.headerBytes, transactions: block.transactions })),
      height: block.height,
      ...(state.get(block.parent) ? {} : { work: state.workOf(block).toString() }),
      uncles: block.uncles.map(({ hash, lockupScript, heightDifference }) => ({
        hash: bytesToHex(hash),
        lockupScript: bytesToHex(lockupScript),
        heightDifference,
      })),
    });
  }
  const { targetBits } = state.genesis(0).header;
  const saved: SavedState = { format: FORMAT, networkId: rules.networkId, targetBits, now, blocks };
  return JSON.stringify(saved);
}

/**
 * Fills the chains with saved blocks, each of which is judged again where its ancestors are there.
 * @param state - chains that have only their first blocks
 * @returns the node's time when they were saved, ms since the epoch
 * @throws Error if the JSON is no saved state, or one of another network or of another starting target
 */
export function loadState(json: string, state: ChainState, rules: Rules): number {
  const saved = JSON.parse(json) as SavedState;
  const { targetBits } = state.genesis(0).header;
  if (saved.format !== FORMAT)
    throw new Error(`saved state: expected format "${FORMAT}", got "${saved.format}"`);
  if (saved.networkId !== rules.networkId)
    throw new Error(`saved state: expected network ${rules.networkId}, got ${saved.networkId}`);
  if (saved.targetBits !== targetBits) {
    throw new Error(
      `saved state: expected the starting target of rate and block time, ${targetBits.toString(16)}, got ${saved.targetBits.toString(16)}`,
    );
  }
  for (const savedBlock of saved.blocks) {
    const block = blockOfSaved(savedBlock);
    if (savedBlock.work !== undefined) {
      state.addRoot(block, BigInt(savedBlock.work));
      continue;
    }
    const fault = isJudgeable(block, state) ? findFault(block, state, rules, saved.now) : undefined;
    if (fault) throw new Error(`saved state: block ${block.id} is not valid: ${fault}`);
    state.add(block);
  }
  return saved.now;
}

/** Whether all is there that a block's target and uncles follow from. */
function isJudgeable(block: Block, state: ChainState): boolean {
  const lookBack = Math.max(RETARGET_WINDOW, MAX_UNCLE_AGE) + 1;
  const parent = state.get(block.parent)!;
  return block.height <= lookBack
    ? !state.hasForgotten(block.chain)
    : state.ancestor(parent, lookBack) !== undefined;
}

function blockOfSaved(saved: SavedBlock): Block {
  const { header: headerBytes, transactions } = decodeBlock(hexToBytes(saved.raw));
  const header = decodeHeader(headerBytes);
  const hash = blockHash(headerBytes);
  const chain = chainOfHash(hash);
  return {
    id: blockId(hash),
    hash,
    chain,
    height: saved.height,
    header,
    headerBytes,
    transactions,
    parent: blockId(parentHash(header.deps, chain)),
    miner: transactions.at(-1)!.unsigned.outputs[0]!.lockupScript,
    uncles: saved.uncles.map(({ hash: uncle, lockupScript, heightDifference }) => ({
      hash: hexToBytes(uncle),
      lockupScript: hexToBytes(lockupScript),
      heightDifference,
    })),
  };
}
