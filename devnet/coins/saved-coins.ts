/**
 * What a saved state holds of coins: of blocks that lie too deep to be saved themselves.
 * @module
 */
import { addressOfLockupScript } from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import type { Coin, Place } from './coin.js';

/** An unspent coin of a forgotten block. Hashes, keys, ids, scripts and data in hex; amounts in decimal attoALPH. */
export interface SavedCoin {
  readonly hint: number;
  readonly key: string;
  readonly amount: string;
  readonly lockupScript: string;
  readonly lockTimeMs: number;
  readonly additionalData: string;
  readonly tokens: readonly { readonly id: string; readonly amount: string }[];
  /** Of the block that made it. */
  readonly chain: number;
  readonly height: number;
  readonly timestampMs: number;
  readonly transaction: string;
}

/** A coin, and the place that it was made in. */
export interface FinalCoin {
  readonly coin: Coin;
  readonly place: Place;
}

export function savedCoinOf({ coin, place }: FinalCoin): SavedCoin {
  const { hint, key, output } = coin;
  const { chain, height, timestampMs, transaction } = place;
  return {
    hint,
    key,
    amount: output.amount.toString(),
    lockupScript: bytesToHex(output.lockupScript),
    lockTimeMs: Number(output.lockTimeMs),
    additionalData: bytesToHex(output.additionalData),
    tokens: output.tokens.map(({ id, amount }) => ({ id: bytesToHex(id), amount: amount.toString() })),
    chain,
    height,
    timestampMs,
    transaction,
  };
}

/** @throws DecodeError if its lockup script is none that can be paid */
export function finalCoinOf(saved: SavedCoin): FinalCoin {
  const { hint, key, chain, height, timestampMs, transaction } = saved;
  const lockupScript = hexToBytes(saved.lockupScript);
  return {
    coin: {
      hint,
      key,
      group: addressOfLockupScript(lockupScript).group,
      output: {
        amount: BigInt(saved.amount),
        lockupScript,
        lockTimeMs: BigInt(saved.lockTimeMs),
        additionalData: hexToBytes(saved.additionalData),
        tokens: saved.tokens.map(({ id, amount }) => ({ id: hexToBytes(id), amount: BigInt(amount) })),
      },
    },
    // Its block is known no more, but that it counts from everywhere.
    place: { block: '', chain, height, timestampMs, transaction, final: true },
  };
}
