/**
 * Batches as a journal makes them of shares.
 * @module
 */
import type { Batch, SliceEntry, WorkerActivity } from '../../pool/domain/batch.js';
import { SLICE_MS } from '../../pool/domain/batch.js';
import type { BlockFound } from '../../pool/domain/block-record.js';
import type { RejectReason } from '../../pool/domain/reject-reasons.js';

/** An accepted share. */
export interface TestShare {
  readonly account: string;
  readonly name?: string;
  readonly timeMs: number;
  readonly chain?: number;
  readonly work: bigint;
  /** First byte of its hash: less is better. */
  readonly hash?: number;
  readonly address?: string;
}

export interface TestReject {
  readonly account: string;
  readonly name?: string;
  readonly reason: RejectReason;
  readonly count?: number;
}

/** What a batch holds beside its shares. */
export type BatchExtras = Partial<Pick<Batch, 'throughMs' | 'blocksFound' | 'blockStates'>> & {
  readonly rejects?: readonly TestReject[];
  readonly targets?: Batch['slices'][number]['targets'];
};

/** Sums shares as the segment of a journal does. */
export function batchOf(
  journal: string,
  number: number,
  shares: readonly TestShare[],
  extras: BatchExtras = {},
): Batch {
  const workers = new Map<string, { -readonly [K in keyof WorkerActivity]: WorkerActivity[K] }>();
  const indexOf = (account: string, name: string, address: string): number => {
    const key = `${account} ${name}`;
    if (!workers.has(key))
      workers.set(key, {
        identity: { account, name },
        address,
        lastShareMs: undefined,
        bestHash: undefined,
        lastWork: undefined,
        rejects: {},
      });
    return [...workers.keys()].indexOf(key);
  };
  const slices = new Map<number, Map<string, SliceEntry>>();
  for (const {
    account,
    name = '',
    timeMs,
    chain = 0,
    work,
    hash = 0x80,
    address = `1${account}`,
  } of shares) {
    const worker = indexOf(account, name, address);
    const activity = workers.get(`${account} ${name}`)!;
    if (timeMs >= (activity.lastShareMs ?? 0)) {
      activity.lastShareMs = timeMs;
      activity.lastWork = work;
      activity.address = address;
    }
    if (hash < (activity.bestHash?.[0] ?? 256)) activity.bestHash = hashOf(hash);
    const startMs = Math.floor(timeMs / SLICE_MS) * SLICE_MS;
    const entries = slices.get(startMs) ?? new Map<string, SliceEntry>();
    slices.set(startMs, entries);
    const entry = entries.get(`${worker} ${chain}`);
    entries.set(`${worker} ${chain}`, {
      worker,
      chain,
      shares: (entry?.shares ?? 0) + 1,
      work: (entry?.work ?? 0n) + work,
      workSquared: (entry?.workSquared ?? 0n) + work * work,
    });
  }
  for (const { account, name = '', reason, count = 1 } of extras.rejects ?? []) {
    indexOf(account, name, `1${account}`);
    const activity = workers.get(`${account} ${name}`)!;
    activity.rejects = { ...activity.rejects, [reason]: (activity.rejects[reason] ?? 0) + count };
  }
  return {
    journal,
    number,
    throughMs: extras.throughMs ?? Math.max(0, ...shares.map(({ timeMs }) => timeMs)),
    workers: [...workers.values()],
    slices: [...slices].map(([startMs, entries]) => ({
      startMs,
      entries: [...entries.values()],
      targets: extras.targets ?? [],
    })),
    blocksFound: extras.blocksFound ?? [],
    blockStates: extras.blockStates ?? [],
  };
}

/** A hash that begins with a byte. */
export function hashOf(first: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? first : i));
}

/** A block of a hash that is told by a number. */
export function blockOf(number: number, foundMs: number, extras: Partial<BlockFound> = {}): BlockFound {
  return {
    hash: number.toString(16).padStart(64, '0'),
    header: 'ab'.repeat(326),
    txsBlob: 'cd'.repeat(40),
    chain: number % 16,
    height: 1000 + number,
    target: '00'.repeat(4).padEnd(64, 'f'),
    node: 'node-a',
    frontEnd: 'front-1',
    jobMs: foundMs - 1500,
    foundMs,
    worker: { account: 'aa', name: 'rig' },
    address: '1aa',
    work: '340282366920938463463',
    ownInputs: '',
    ...extras,
  };
}
