/**
 * Applies a batch to Redis: the script's arguments and its answer.
 * @module
 */
import type { Batch } from '../../domain/batch.js';
import { type ApplyOutcome, StoreMismatchError, StoreUnavailableError } from '../../ports/store.js';
import { type BatchContent, batchContent, type Earned, type WorkerDelta } from '../batch-content.js';
import { BLOCK_STATE_RANKS } from '../block-states.js';
import { DAY_MS, TEN_MINUTES_MS } from '../series-buckets.js';
import { splitWork } from '../work-limbs.js';
import type { StoreKeys } from './keys.js';
import type { Argument, RedisLink } from './redis-link.js';
import { chunkOf } from './series-chunks.js';
import type { WorkerNumbers } from './worker-numbers.js';
import { lastShareBytes } from './worker-record.js';

/** The answer of apply-batch-5.lua. */
const ANSWERS = ['applied', 'already', 'gap', 'numbers', 'schema'] as const;

/** Tries to agree with Redis on the numbers of workers: they change only when Redis goes back in time. */
const TRIES = 3;

export interface ApplyModules {
  readonly link: RedisLink;
  readonly keys: StoreKeys;
  readonly numbers: WorkerNumbers;
  readonly schema: number;
}

/** @throws StoreMismatchError if another process migrated the store meanwhile, StoreUnavailableError if the store is empty or keeps changing */
export async function applyBatch(
  modules: ApplyModules,
  batch: Batch,
  allowGap: boolean,
): Promise<ApplyOutcome> {
  const { link, keys, numbers, schema } = modules;
  const scriptKeys = [keys.meta, keys.journals, keys.slices, keys.blocks, keys.earlyBlockStates];
  for (let i = 0; i < TRIES; i++) {
    const content = batchContent(batch, await numbers.refsOf(batch));
    const head = [keys.prefix, schema, batch.journal, batch.number, batch.throughMs, allowGap ? 1 : 0];
    const answer =
      ANSWERS[Number(await link.script('apply-batch-5', scriptKeys, [...head, ...lists(batch, content)]))];
    if (answer === 'schema') return await otherSchema(link, keys, schema);
    if (answer !== 'numbers' && answer !== undefined) return answer;
    numbers.forget();
  }
  throw new StoreUnavailableError('Redis: the numbers of workers change all the time');
}

async function otherSchema(link: RedisLink, keys: StoreKeys, schema: number): Promise<never> {
  const noted = await link.run((client) => client.hget(keys.meta, 'schema'));
  if (noted === null) throw new StoreUnavailableError('Redis: it was emptied; open the store again');
  throw new StoreMismatchError(`the store has schema ${noted} now, and this program knows ${schema}`);
}

/** The script's list arguments, in order. */
function lists(batch: Batch, content: BatchContent): Argument[] {
  const args: Argument[] = [];
  const byAccount = new Map<string, WorkerDelta[]>();
  for (const worker of content.workers) {
    const workers = byAccount.get(worker.identity.account);
    if (workers === undefined) byAccount.set(worker.identity.account, [worker]);
    else workers.push(worker);
  }
  const places = new Map([...byAccount.keys()].map((account, i) => [account, i + 1]));
  args.push(byAccount.size);
  for (const [account, workers] of byAccount) {
    args.push(account, workers.length);
    for (const worker of workers) pushWorker(args, worker);
  }
  args.push(content.slices.length);
  for (const { startMs, content: bytes } of content.slices) args.push(startMs, bytes);
  args.push(content.series.length);
  for (const { account, step, startMs, earned } of content.series) {
    const { chunk, slot } = chunkOf(startMs, step);
    args.push(account === undefined ? 0 : places.get(account)!, step === DAY_MS ? 'd' : 't', chunk, slot);
    pushEarned(args, earned);
  }
  args.push(batch.blocksFound.length);
  for (const found of batch.blocksFound) args.push(found.hash, found.foundMs, JSON.stringify(found));
  args.push(batch.blockStates.length);
  for (const { hash, state, atMs } of batch.blockStates)
    args.push(hash, state, BLOCK_STATE_RANKS[state], atMs);
  return args;
}

function pushWorker(
  args: Argument[],
  { id, identity, shares, work, rejects, last, address, tenMinutes }: WorkerDelta,
): void {
  args.push(identity.name, id, rejects.length);
  for (const [reason, count] of rejects) args.push(reason, count);
  if (last === undefined) {
    args.push(0);
    return;
  }
  args.push(tenMinutes.size);
  for (const [startMs, earned] of tenMinutes) {
    const { chunk, slot } = chunkOf(startMs, TEN_MINUTES_MS);
    args.push(chunk, slot);
    pushEarned(args, earned);
  }
  pushEarned(args, { shares, work });
  args.push(last.firstMs, last.lastMs, last.bestHash, address, lastShareBytes(last.lastMs, last.work));
}

function pushEarned(args: Argument[], { shares, work }: Earned): void {
  const { low, high } = splitWork(work);
  args.push(shares, String(low), String(high));
}
