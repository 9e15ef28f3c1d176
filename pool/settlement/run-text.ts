/**
 * A run of settlement as the books keep it, in JSON: which blocks it shares out and by which terms, fixed before the first part is posted;
 * what it came to once it is complete.
 * @module
 */
import type { SettlementSums } from '../../ledger/movements.js';
import type { Scheme } from '../credit/windows.js';
import { tableKeyOf } from './interval.js';

/** A block of a run. */
export interface RunBlock {
  /** 64 hex digits. */
  readonly hash: string;
  readonly chain: number;
  readonly height: number;
  /** Start of the interval in whose table its window is, ms since the epoch. */
  readonly interval: number;
  /** Number of that table among those of the interval: above 0 of finds that were late. */
  readonly late?: number;
  /** Number of its window there. */
  readonly window: number;
  /** What it brought, attoALPH. */
  readonly reward: bigint;
  /** Account that found it, hex: of scheme `solo`, which has no tables. */
  readonly finder?: string;
}

export interface Run {
  /** From 1, without gaps. */
  readonly number: number;
  /** When it was begun, on the store's clock, ms since the epoch. */
  readonly timeMs: number;
  readonly scheme: Scheme;
  /** 0 to 1,000,000. */
  readonly feeMillionths: number;
  /** Most accounts of one of its parts. */
  readonly part: number;
  readonly blocks: readonly RunBlock[];
  /** Once it is complete. */
  readonly sums?: SettlementSums;
}

/** A run can't be read. */
export class RunTextError extends Error {
  override readonly name = 'RunTextError';
  readonly code = 'ERR_SETTLEMENT_RUN';
}

/** Key of a run's record in table `settlement`. */
export function runKeyOf(number: number): string {
  return `run/${String(number).padStart(12, '0')}`;
}

/** Key of the record that says which run a block is in. */
export function blockKeyOf(hash: string): string {
  return `block/${hash}`;
}

export function runTableKeyOf({ interval, late = 0 }: RunBlock): string {
  return tableKeyOf(interval, late);
}

export function encodeRun({ sums, ...run }: Run): string {
  const total = sums && {
    credits: String(sums.credits),
    fee: String(sums.fee),
    remainder: String(sums.remainder),
  };
  return JSON.stringify({
    ...run,
    blocks: run.blocks.map((block) => ({ ...block, reward: String(block.reward) })),
    ...total,
  });
}

/** @throws RunTextError */
export function decodeRun(text: string): Run {
  try {
    const { credits, fee, remainder, blocks, ...run } = JSON.parse(text) as Omit<Run, 'blocks' | 'sums'> & {
      readonly blocks: readonly (Omit<RunBlock, 'reward'> & { readonly reward: string })[];
      readonly credits?: string;
      readonly fee?: string;
      readonly remainder?: string;
    };
    return {
      ...run,
      blocks: blocks.map((block) => ({ ...block, reward: BigInt(block.reward) })),
      ...(credits !== undefined && {
        sums: { credits: BigInt(credits), fee: BigInt(fee!), remainder: BigInt(remainder!) },
      }),
    };
  } catch (error) {
    throw new RunTextError('a run of settlement is none', { cause: error });
  }
}
