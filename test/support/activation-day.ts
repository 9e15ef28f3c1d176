/**
 * The recorded day on which a node stops making templates, one chain after the other: every job and verdict, as jobs.
 * @module
 */
import { hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, toGroupOf } from '../../protocol/chain.js';
import { HEADER_BLOB_BYTES, parentOf } from '../../protocol/header.js';
import { type Job, NODE_KEEPS_TXS } from '../../protocol/job.js';
import { EASIEST_TARGET } from './jobs.js';
import { readVectors } from './vectors.js';

type RecordedJob = [
  chain: number,
  height: number,
  timestamp: number,
  bits: string,
  parent: string,
  change: string,
];

type RecordedEvent =
  | [ms: number, connection: number, type: 'jobs', changed: RecordedJob[]]
  | [ms: number, connection: number, type: 'submit', timestamp: number, bits: string]
  | [ms: number, connection: number, type: 'result', chain: number, hash: string, ok: 0 | 1]
  | [ms: number, connection: number, type: 'open' | 'close' | 'node-connected', detail: string];

export type DayEvent =
  /** All 16 jobs of a message; those that are the same as before are the same objects. */
  | { readonly type: 'jobs'; readonly ms: number; readonly jobs: readonly Job[] }
  /** A block of this job was found. */
  | { readonly type: 'found'; readonly ms: number; readonly job: Job; readonly find: number }
  /** The node's verdict on the find of this number. */
  | { readonly type: 'verdict'; readonly ms: number; readonly find: number; readonly accepted: boolean };

/** When the last block of the day was taken, ms: from then on no chain has a template that is good for anything. */
export const DEAD_FROM_MS = 91_102;

/** The day, event by event. */
export function readActivationDay(): DayEvent[] {
  const { events } = readVectors<{ events: RecordedEvent[] }>('node-activation');
  const jobs = new Map<string, Job>();
  const present: Job[] = [];
  const day: DayEvent[] = [];
  /** Finds without a verdict. A record names a template by its time alone, which those of several chains may share. */
  let open: { readonly find: number; readonly jobs: readonly Job[]; readonly index: number }[] = [];
  let finds = 0;
  for (const event of events) {
    const [ms] = event;
    if (event[2] === 'jobs') {
      for (const job of event[3].map(jobOf)) {
        const key = keyOf(job);
        if (!jobs.has(key)) jobs.set(key, job);
        present[job.chain] = jobs.get(key)!;
      }
      day.push({ type: 'jobs', ms, jobs: ALL_CHAINS.map((chain) => present[chain]!) });
    } else if (event[2] === 'submit') {
      const meant = [...jobs.values()].filter((job) => timestampOf(job) === event[3]);
      finds++;
      open.push({ find: finds, jobs: meant, index: day.length });
      day.push({ type: 'found', ms, job: meant[0]!, find: finds });
    } else if (event[2] === 'result') {
      const ofChain = (job: Job): boolean => job.chain === event[3];
      const { find, jobs: meant, index } = open.find((one) => one.jobs.some(ofChain))!;
      open = open.filter((one) => one.find !== find);
      day[index] = { type: 'found', ms: day[index]!.ms, job: meant.find(ofChain)!, find };
      day.push({ type: 'verdict', ms, find, accepted: event[5] === 1 });
    }
  }
  return day;
}

const TIMESTAMP_OFFSET = HEADER_BLOB_BYTES - 12;

function jobOf([chain, height, timestamp, , parent]: RecordedJob): Job {
  const headerBlob = new Uint8Array(HEADER_BLOB_BYTES);
  headerBlob[1] = 7;
  parentOf(headerBlob, toGroupOf(chain)).set(hexToBytes(parent));
  new DataView(headerBlob.buffer).setBigUint64(TIMESTAMP_OFFSET, BigInt(timestamp));
  headerBlob[2] = chain;
  return { chain, headerBlob, txsBlob: NODE_KEEPS_TXS, target: EASIEST_TARGET, height };
}

function timestampOf({ headerBlob }: Job): number {
  return Number(new DataView(headerBlob.buffer).getBigUint64(TIMESTAMP_OFFSET));
}

function keyOf(job: Job): string {
  return `${job.chain} ${job.height} ${timestampOf(job)}`;
}
