/**
 * The form of a saved state: JSON that a person may have cut short or edited, looked at piece by piece.
 * @module
 */

import { CHAINS } from '../protocol/chain.js';
import { MAX_UNCLE_AGE } from '../protocol/emission.js';
import { HASH_BYTES } from '../protocol/header.js';
import type { SavedCoin } from './coins/saved-coins.js';

export const FORMAT = 'lesswork devnet 2';

/** The settings that a devnet's blocks were made with: the blocks fit no other settings. */
export interface SavedSettings {
  readonly networkId: number;
  /** Hashes per second, that the first targets are made for. */
  readonly rate: number;
  readonly blockTimeMs: number;
  readonly retarget: boolean;
  /** Of a network that keeps coins: names its money and the coins of its first blocks. */
  readonly polw?: string;
}

export interface SavedUncle {
  /** Hex. */
  readonly hash: string;
  /** Hex. */
  readonly lockupScript: string;
  readonly heightDifference: number;
}

export interface SavedBlock {
  /** Header and transactions, hex. */
  readonly raw: string;
  readonly height: number;
  /** Accumulated work in expected hashes, decimal: of a block whose parent is not here. */
  readonly work?: string;
  readonly uncles: readonly SavedUncle[];
  /** Ids of transactions that it found void, hex. */
  readonly voids?: readonly string[];
}

export interface SavedState {
  readonly format: typeof FORMAT;
  readonly settings: SavedSettings;
  /** The node's time, ms since the epoch. */
  readonly now: number;
  /** In their order of arrival. */
  readonly blocks: readonly SavedBlock[];
  /** Of a network that keeps coins: those of blocks that are not here, and transactions that such blocks found void. */
  readonly coins?: readonly SavedCoin[];
  readonly voids?: readonly string[];
}

/** A text is no saved state, or one that does not fit the settings. */
export class SavedStateError extends Error {
  override readonly name = 'SavedStateError';
  readonly code = 'ERR_SAVED_STATE';
}

type Fields = Readonly<Record<string, unknown>>;

/** A saved state. Its blocks are not judged here. @throws SavedStateError that says which value is not as expected */
export function parseSavedState(json: string): SavedState {
  if (json.trim() === '') throw new SavedStateError('is empty; delete it to begin anew');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new SavedStateError(`is no whole JSON: ${(error as Error).message}`);
  }
  const fields = objectOf(value, 'the whole of it');
  if (fields.format !== FORMAT) throw expected('format', JSON.stringify(FORMAT), fields.format);
  const settings = objectOf(fields.settings, 'settings');
  const { retarget, polw } = settings;
  if (typeof retarget !== 'boolean') throw expected('settings.retarget', 'true or false', retarget);
  if (polw !== undefined && typeof polw !== 'string') throw expected('settings.polw', 'a text', polw);
  return {
    format: FORMAT,
    ...(fields.coins === undefined ? {} : { coins: parseSavedCoins(fields.coins) }),
    ...(fields.voids === undefined ? {} : { voids: hashesOf(fields.voids, 'voids') }),
    settings: {
      networkId: wholeOf(settings.networkId, 'settings.networkId', 0, 255),
      rate: wholeOf(settings.rate, 'settings.rate', 1, 1e18),
      blockTimeMs: wholeOf(settings.blockTimeMs, 'settings.blockTimeMs', 1, Number.MAX_SAFE_INTEGER),
      retarget,
      ...(polw === undefined ? {} : { polw }),
    },
    now: wholeOf(fields.now, 'now', 0, Number.MAX_SAFE_INTEGER),
    blocks: listOf(fields.blocks, 'blocks').map((block, i) => parseBlock(block, `blocks[${i}]`)),
  };
}

function parseBlock(value: unknown, place: string): SavedBlock {
  const { raw, height, work, uncles, voids } = objectOf(value, place);
  if (work !== undefined && !(typeof work === 'string' && /^\d{1,100}$/.test(work)))
    throw expected(`${place}.work`, 'decimal digits', work);
  return {
    raw: hexOf(raw, `${place}.raw`),
    height: wholeOf(height, `${place}.height`, 1, 2 ** 31 - 1),
    ...(work === undefined ? {} : { work }),
    uncles: listOf(uncles, `${place}.uncles`).map((uncle, i) => parseUncle(uncle, `${place}.uncles[${i}]`)),
    ...(voids === undefined ? {} : { voids: hashesOf(voids, `${place}.voids`) }),
  };
}

function hashesOf(value: unknown, place: string): string[] {
  return listOf(value, place).map((hash, i) => hexOf(hash, `${place}[${i}]`, HASH_BYTES));
}

function parseSavedCoins(value: unknown): SavedCoin[] {
  return listOf(value, 'coins').map((coin, i) => parseSavedCoin(coin, `coins[${i}]`));
}

function parseSavedCoin(value: unknown, place: string): SavedCoin {
  const coin = objectOf(value, place);
  const hint = coin.hint;
  if (!Number.isInteger(hint)) throw expected(`${place}.hint`, 'a whole number', hint);
  const { additionalData } = coin;
  return {
    hint: hint as number,
    key: hexOf(coin.key, `${place}.key`, HASH_BYTES),
    amount: amountOf(coin.amount, `${place}.amount`),
    lockupScript: hexOf(coin.lockupScript, `${place}.lockupScript`),
    lockTimeMs: wholeOf(coin.lockTimeMs, `${place}.lockTimeMs`, 0, Number.MAX_SAFE_INTEGER),
    additionalData: additionalData === '' ? '' : hexOf(additionalData, `${place}.additionalData`),
    tokens: listOf(coin.tokens, `${place}.tokens`).map((token, i) => {
      const { id, amount } = objectOf(token, `${place}.tokens[${i}]`);
      return {
        id: hexOf(id, `${place}.tokens[${i}].id`, HASH_BYTES),
        amount: amountOf(amount, `${place}.tokens[${i}].amount`),
      };
    }),
    chain: wholeOf(coin.chain, `${place}.chain`, 0, CHAINS - 1),
    height: wholeOf(coin.height, `${place}.height`, 0, 2 ** 31 - 1),
    timestampMs: wholeOf(coin.timestampMs, `${place}.timestampMs`, 0, Number.MAX_SAFE_INTEGER),
    transaction: hexOf(coin.transaction, `${place}.transaction`, HASH_BYTES),
  };
}

function amountOf(value: unknown, place: string): string {
  if (typeof value === 'string' && /^\d{1,78}$/.test(value)) return value;
  throw expected(place, 'decimal digits', value);
}

function parseUncle(value: unknown, place: string): SavedUncle {
  const { hash, lockupScript, heightDifference } = objectOf(value, place);
  return {
    hash: hexOf(hash, `${place}.hash`, HASH_BYTES),
    lockupScript: hexOf(lockupScript, `${place}.lockupScript`),
    heightDifference: wholeOf(heightDifference, `${place}.heightDifference`, 1, MAX_UNCLE_AGE),
  };
}

function objectOf(value: unknown, place: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw expected(place, 'an object', value);
}

function listOf(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw expected(place, 'a list', value);
}

function wholeOf(value: unknown, place: string, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw expected(place, `a whole number from ${least} to ${most}`, value);
}

function hexOf(value: unknown, place: string, bytes?: number): string {
  if (
    typeof value === 'string' &&
    /^([0-9a-f]{2})+$/.test(value) &&
    value.length === 2 * (bytes ?? value.length / 2)
  )
    return value;
  throw expected(place, bytes === undefined ? 'hex' : `${bytes} bytes in hex`, value);
}

/** Longest part of a wrong value that a message shows, characters. */
const MAX_SHOWN_CHARS = 60;

function expected(place: string, what: string, got: unknown): SavedStateError {
  const text = JSON.stringify(got) ?? 'nothing';
  const shown = text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}...` : text;
  return new SavedStateError(`"${place}" expected ${what}, got ${shown}`);
}
