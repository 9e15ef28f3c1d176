/**
 * The blocks of a devnet as JSON, so that it can go on where it was stopped.
 *
 * Templates that were handed out are not saved: as with a real node, a restart forgets them.
 * @module
 */
import { decodeBlock, encodeBlock } from '../protocol/block.js';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { DecodeError } from '../protocol/decode-error.js';
import { MAX_UNCLE_AGE } from '../protocol/emission.js';
import { decodeHeader } from '../protocol/header.js';
import { blockHash, chainOfHash } from '../protocol/pow.js';
import { type Block, blockId } from './block.js';
import { type ChainState, parentHash } from './chain-state.js';
import type { Coins } from './coins/coins.js';
import { finalCoinOf, savedCoinOf } from './coins/saved-coins.js';
import { RETARGET_WINDOW } from './retarget.js';
import { findFault, findHeaderFault, type Rules } from './rules.js';
import {
  FORMAT,
  parseSavedState,
  type SavedBlock,
  type SavedSettings,
  type SavedState,
  SavedStateError,
} from './saved-state-json.js';

export { type SavedSettings, SavedStateError };

/** All blocks except the first ones, and coins where they are kept. @param now - ms since the epoch @returns JSON */
export function saveState(state: ChainState, settings: SavedSettings, now: number, coins?: Coins): string {
  const blocks: SavedBlock[] = [];
  for (const block of state.blocks()) {
    const voids = coins?.index.voidedBy(block) ?? [];
    blocks.push({
      ...(voids.length > 0 && { voids }),
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
  const saved: SavedState = {
    format: FORMAT,
    settings,
    now,
    blocks,
    ...(coins && { coins: coins.index.finalCoins().map(savedCoinOf), voids: coins.index.finalVoids() }),
  };
  return JSON.stringify(saved);
}

/**
 * Fills the chains with saved blocks, each of which is judged again where its ancestors are there.
 * @param state - chains that have only their first blocks
 * @returns the node's time when they were saved, ms since the epoch
 * @param settings - what the node runs with
 * @param coins - where the network keeps coins: those of its first blocks alone
 * @throws SavedStateError if the JSON is no saved state, or one of other settings
 */
export function loadState(
  json: string,
  state: ChainState,
  rules: Rules,
  settings: SavedSettings,
  coins?: Coins,
): number {
  const saved = parseSavedState(json);
  const [then, now] = [textOf(saved.settings), textOf(settings)];
  if (then !== now)
    throw new SavedStateError(`was saved with ${then}; start with the same settings, got ${now}`);
  if (coins) restoreCoins(saved, coins);
  for (const [i, savedBlock] of saved.blocks.entries()) {
    const fault = addSaved(savedBlock, { state, rules, coins }, saved.now);
    if (fault !== undefined) throw new SavedStateError(`"blocks[${i}]" is not valid: ${fault}`);
  }
  return saved.now;
}

/** @throws SavedStateError if a coin pays nobody */
function restoreCoins({ coins: saved = [], voids = [] }: SavedState, coins: Coins): void {
  try {
    coins.index.restore(saved.map(finalCoinOf), voids);
  } catch (error) {
    if (error instanceof DecodeError) throw new SavedStateError(`"coins" is not valid: ${error.message}`);
    throw error;
  }
}

function textOf({ networkId, rate, blockTimeMs, retarget, polw }: SavedSettings): string {
  const money = polw === undefined ? '' : `, ${polw}`;
  return `network ID ${networkId}, rate ${rate}H/s, block time ${blockTimeMs}ms, ${retarget ? 'retargeting' : 'no retargeting'}${money}`;
}

interface Loading {
  readonly state: ChainState;
  readonly rules: Rules;
  readonly coins: Coins | undefined;
}

/**
 * Adds a block. Where coins are kept its transactions are believed: what it could spend then may be spent by now.
 * @returns the fault of the block, or undefined
 */
function addSaved(saved: SavedBlock, { state, rules, coins }: Loading, now: number): string | undefined {
  let block: Block;
  try {
    block = blockOfSaved(saved);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  if (block.miner.length === 0) return 'no-coinbase';
  if (state.get(block.id)) return 'known-block';
  if (saved.work !== undefined) {
    state.addRoot(block, BigInt(saved.work));
    coins?.index.setVoidedBy(block, saved.voids ?? []);
    return undefined;
  }
  if (!state.get(block.parent)) return 'unknown-parent';
  const judge = coins ? findHeaderFault : findFault;
  const fault = isJudgeable(block, state) ? judge(block, state, rules, now) : undefined;
  if (fault) return fault;
  state.add(block);
  coins?.index.setVoidedBy(block, saved.voids ?? []);
  return undefined;
}

/** Whether the ancestors are there that a block's target and uncles depend on. */
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
    miner: transactions.at(-1)?.unsigned.outputs[0]?.lockupScript ?? new Uint8Array(0),
    uncles: saved.uncles.map(({ hash: uncle, lockupScript, heightDifference }) => ({
      hash: hexToBytes(uncle),
      lockupScript: hexToBytes(lockupScript),
      heightDifference,
    })),
  };
}
