/**
 * A block as a full node's REST API tells it, and what it pays: nothing but its coinbase is looked at.
 * @module
 */
import { z } from 'zod';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { type ChainIndex, chainIndex, GROUPS } from '../protocol/chain.js';
import { blockTimeMsOf, type EmissionParams, eraAt, MAX_UNCLES } from '../protocol/emission.js';
import { outputKeyOf } from '../protocol/output-reference.js';
import { polwTermsOf } from '../protocol/polw.js';
import { targetOfBits } from '../protocol/target.js';

/** An output of a coinbase. */
export interface CoinbaseOutput {
  readonly hint: number;
  readonly key: string;
  readonly address: string;
  /** attoALPH. */
  readonly amount: bigint;
  /** ms since the epoch. */
  readonly lockTimeMs: number;
}

/** What a block pays, and whom. */
export interface CoinbaseEntry {
  readonly hash: string;
  readonly chain: ChainIndex;
  readonly height: number;
  /** Of the header, ms since the epoch. */
  readonly timestampMs: number;
  /** Compact bits of the header's target. */
  readonly targetBits: number;
  /** Id of the coinbase, 64 hex digits. */
  readonly txId: string;
  /** Whether the coinbase spends coins: only then can it be without effect. */
  readonly spends: boolean;
  /** The first pays the block's miner, those after it the uncles. */
  readonly outputs: readonly CoinbaseOutput[];
  /** Hashes, in the order of their outputs. */
  readonly uncles: readonly string[];
}

/** The node's answer is no block. */
export class CoinbaseEntryError extends Error {
  override readonly name = 'CoinbaseEntryError';
  readonly code = 'ERR_COINBASE_ENTRY';
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const group = z
  .int()
  .min(0)
  .max(GROUPS - 1);

const coinbaseSchema = z.object({
  unsigned: z.object({
    txId: hash,
    inputs: z.array(z.unknown()),
    fixedOutputs: z
      .array(
        z.object({
          hint: z
            .int()
            .min(-(2 ** 31))
            .max(2 ** 31 - 1),
          key: hash,
          address: z.string().min(1).max(1_024),
          attoAlphAmount: z.string().regex(/^\d{1,40}$/),
          // Anybody may lock until any time; what is no time of a calendar is as good as never.
          lockTime: z.number().min(0),
        }),
      )
      .min(1),
  }),
});

const entrySchema = z.object({
  hash,
  chainFrom: group,
  chainTo: group,
  height: z.int().min(1),
  timestamp: count,
  target: z.string().regex(/^[0-9a-f]{8}$/),
  transactions: z.array(z.unknown()).min(1),
  // Nodes of before there were uncles do not name them.
  ghostUncles: z
    .array(z.object({ blockHash: hash }))
    .max(MAX_UNCLES)
    .default([]),
});

/** @param expected - hash of the block that was asked for, where it is known @throws CoinbaseEntryError that says what is wrong */
export function parseCoinbaseEntry(value: unknown, expected?: string): CoinbaseEntry {
  const entry = parsed(entrySchema, value, expected ?? 'a block');
  const name = `block ${entry.hash}`;
  if (expected !== undefined && entry.hash !== expected)
    throw new CoinbaseEntryError(`expected block ${expected}, got ${entry.hash}`);
  const { unsigned } = parsed(coinbaseSchema, entry.transactions.at(-1), `${name}: its coinbase`);
  const uncles = entry.ghostUncles.map(({ blockHash }) => blockHash);
  if (unsigned.fixedOutputs.length <= uncles.length)
    throw new CoinbaseEntryError(`${name}: expected an output for each uncle, got too few`);
  const id = hexToBytes(unsigned.txId);
  return {
    hash: entry.hash,
    chain: chainIndex(entry.chainFrom, entry.chainTo),
    height: entry.height,
    timestampMs: entry.timestamp,
    targetBits: Number.parseInt(entry.target, 16),
    txId: unsigned.txId,
    spends: unsigned.inputs.length > 0,
    outputs: unsigned.fixedOutputs.map(({ hint, key, address, attoAlphAmount, lockTime }, index) => {
      if (bytesToHex(outputKeyOf(id, index)) !== key)
        throw new CoinbaseEntryError(`${name}: output ${index}: its key is not that of its place`);
      const lockTimeMs = Math.min(Math.round(lockTime), Number.MAX_SAFE_INTEGER);
      return { hint, key, address, amount: BigInt(attoAlphAmount), lockTimeMs };
    }),
    uncles,
  };
}

/**
 * What a block's own output gives back of the coins that it burnt: that is no earning.
 * @returns attoALPH, at most what the output holds
 */
export function burntBy(
  { spends, targetBits, timestampMs, outputs }: CoinbaseEntry,
  emission: EmissionParams,
): bigint {
  if (!spends) return 0n;
  const timestamp = BigInt(timestampMs);
  const blockTimeMs = blockTimeMsOf(eraAt(timestamp, emission));
  const burnt =
    polwTermsOf({ target: targetOfBits(targetBits), timestampMs: timestamp, blockTimeMs }, emission)?.burnt ??
    0n;
  const most = outputs[0]!.amount;
  return burnt < most ? burnt : most;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new CoinbaseEntryError(`${name}: "${issue?.path.join('.')}": ${issue?.message}`);
}
