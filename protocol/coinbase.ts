/**
 * The coinbase: a block's last transaction, which pays its miner and those of the uncles it references. This is the
 * form since Danube, for plain proof of work: nothing is spent, and no signature is needed.
 * @module
 */
import { concatBytes } from './bytes.js';
import { type ChainIndex, fromGroupOf, toGroupOf } from './chain.js';
import { MAX_UNCLES } from './emission.js';
import {
  createTransaction,
  encodeArray,
  MIN_GAS_AMOUNT,
  type Output,
  type Transaction,
} from './transaction.js';

/** attoALPH for a unit of gas in a coinbase; nobody pays it. */
export const COINBASE_GAS_PRICE = 10n ** 9n;

/** Most bytes of data that an output may carry. */
export const MAX_ADDITIONAL_DATA_BYTES = 256;

const MAINNET_ID = 0;
const MINUTE_MS = 60_000n;
const NO_BYTES = new Uint8Array(0);

/** An uncle that a block references. */
export interface Uncle {
  /** Block hash, 32 bytes. */
  readonly hash: Uint8Array;
  /** Lockup script that its own coinbase pays. */
  readonly lockupScript: Uint8Array;
}

/** What a coinbase is made of. */
export interface CoinbaseParts {
  readonly chain: ChainIndex;
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  /** Whom the block pays: must be in the chain's `to` group. */
  readonly rewardLockupScript: Uint8Array;
  /** Block reward, the part for referencing uncles included, attoALPH. */
  readonly reward: bigint;
  /** At most 2, in any order; rewards in attoALPH. */
  readonly uncles: readonly (Uncle & { readonly reward: bigint })[];
  /** Until when all outputs are locked, ms since the epoch: the block's timestamp and `coinbaseLockMs`. */
  readonly lockTimeMs: bigint;
  /** Free bytes at the end of the coinbase data. */
  readonly minerData?: Uint8Array;
}

/** For how long, from the block's timestamp on, a coinbase's outputs are locked, in ms. */
export function coinbaseLockMs(networkId: number): bigint {
  return (networkId === MAINNET_ID ? 500n : 10n) * MINUTE_MS;
}

/**
 * The coinbase of a block.
 * @throws RangeError if there are too many uncles, their data is too long, or an amount is negative
 */
export function createCoinbase(parts: CoinbaseParts): Transaction {
  const uncles = sortUncles(parts.uncles);
  const additionalData = encodeCoinbaseData(parts.chain, uncles, parts.minerData);
  const output = (amount: bigint, lockupScript: Uint8Array, data: Uint8Array): Output => ({
    amount,
    lockupScript,
    lockTimeMs: parts.lockTimeMs,
    tokens: [],
    additionalData: data,
  });
  return createTransaction({
    networkId: parts.networkId,
    script: undefined,
    gasAmount: MIN_GAS_AMOUNT,
    gasPrice: COINBASE_GAS_PRICE,
    inputs: [],
    outputs: [
      output(parts.reward, parts.rewardLockupScript, additionalData),
      ...uncles.map((uncle) => output(uncle.reward, uncle.lockupScript, NO_BYTES)),
    ],
  });
}

/**
 * The data of a coinbase's first output: its groups, the uncles sorted, and what the miner adds.
 * @param uncles - at most 2, in any order
 * @throws RangeError if there are too many uncles, or over 256 bytes come out
 */
export function encodeCoinbaseData(
  chain: ChainIndex,
  uncles: readonly Uncle[],
  minerData: Uint8Array = NO_BYTES,
): Uint8Array {
  if (uncles.length > MAX_UNCLES)
    throw new RangeError(`"uncles" expected at most ${MAX_UNCLES}, got ${uncles.length}`);
  const data = concatBytes(
    Uint8Array.of(fromGroupOf(chain), toGroupOf(chain)),
    encodeArray(sortUncles(uncles).map((uncle) => concatBytes(uncle.hash, uncle.lockupScript))),
    minerData,
  );
  if (data.length > MAX_ADDITIONAL_DATA_BYTES) {
    throw new RangeError(
      `"minerData" expected at most ${MAX_ADDITIONAL_DATA_BYTES - data.length + minerData.length} bytes, got ${minerData.length}`,
    );
  }
  return data;
}

/**
 * Uncles in the order that the network demands: by their hashes, byte by byte, and **bytes are signed** there (a Java
 * byte), so that 80..ff come before 00..7f. Another order makes the block invalid.
 */
export function sortUncles<T extends Uncle>(uncles: readonly T[]): T[] {
  return uncles.toSorted((a, b) => compareSignedBytes(a.hash, b.hash));
}

/** Order of two hashes: below 0, 0 or above 0 as `a` comes before `b`, is the same, or comes after it. */
function compareSignedBytes(a: Uint8Array, b: Uint8Array): number {
  // Flipping the sign bit maps the order of signed bytes to that of unsigned ones.
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i]! ^ 0x80) - (b[i]! ^ 0x80);
  return 0;
}
