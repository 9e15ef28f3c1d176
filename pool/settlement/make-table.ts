/**
 * Makes a table of work from slices: windows first, then whose work is in them.
 *
 * Slices are read twice, since what counts of a window's oldest slice is known when all of it was read; so that no more than some
 * slices are in memory.
 * @module
 */
import {
  type CreditedFind,
  type FindsOfSlice,
  PPLNS_BLOCKS,
  pplnsWindow,
  propWindow,
  type SliceWork,
  type Window,
} from '../credit/windows.js';
import { WorkTable } from '../credit/work-table.js';
import { SLICE_MS } from '../domain/batch.js';
import type { WindowOfFind } from './kept-table.js';
import type { SliceReader, WholeSlice } from './slice-reader.js';
import type { Turns } from './turns.js';
import type { WorkerAccounts } from './worker-accounts.js';

/** Finds of a table, whose windows are to be found. */
export interface TableOrder {
  readonly scheme: 'pplns' | 'prop';
  /** In order, at least one. */
  readonly groups: readonly FindsOfSlice<CreditedFind>[];
  /** Start of the slice of the find before, for `prop`; undefined if there is none. */
  readonly lastSliceMs: number | undefined;
  /** Start of the oldest slice that is looked at, ms since the epoch. */
  readonly oldestMs: number;
}

export interface TableModules {
  readonly reader: SliceReader;
  readonly accounts: WorkerAccounts;
  readonly turns: Turns;
}

/** A table, and where each find is in it. */
export interface MadeTable {
  readonly table: WorkTable;
  readonly finds: readonly WindowOfFind[];
  /** Workers whose account the store does not tell any more: their work is nobody's. */
  readonly unknownWorkers: number;
}

export async function makeTable(order: TableOrder, modules: TableModules): Promise<MadeTable> {
  const windows = order.scheme === 'pplns' ? await pplnsWindows(order, modules) : propWindows(order);
  const table = new WorkTable(windows);
  const unknown = new Set<number>();
  const fromMs = Math.min(...windows.map((window) => window.fromMs));
  const toMs = Math.max(...windows.map((window) => window.toMs));
  for await (const slice of modules.reader.back(fromMs, toMs)) await addSlice(table, slice, modules, unknown);
  return {
    table,
    finds: order.groups.flatMap(({ finds }, window) => finds.map(({ hash }): WindowOfFind => [hash, window])),
    unknownWorkers: unknown.size,
  };
}

/** Reads back until each window holds what it is to hold, or there are no older slices. */
async function pplnsWindows(
  { groups, oldestMs }: TableOrder,
  { reader, turns }: TableModules,
): Promise<readonly Window[]> {
  const open = groups.map(({ startMs, finds }) => ({
    toMs: startMs + SLICE_MS,
    left: PPLNS_BLOCKS * finds[0]!.expectedHashes,
  }));
  const slices: SliceWork[] = [];
  for await (const { startMs, parts } of reader.back(oldestMs, groups.at(-1)!.startMs + SLICE_MS)) {
    let total = 0n;
    for (const entries of parts) {
      for (const { work } of entries) total += work;
      await turns.breathe();
    }
    slices.push({ startMs, total });
    for (const window of open) if (startMs < window.toMs) window.left -= total;
    if (open.every(({ left }) => left <= 0n)) break;
  }
  slices.reverse();
  return groups.map((group) => pplnsWindow(group, slices));
}

function propWindows({ groups, lastSliceMs, oldestMs }: TableOrder): readonly Window[] {
  let last = lastSliceMs;
  return groups.map((group) => {
    const window = propWindow(group, last, oldestMs);
    last = group.startMs;
    return window.fromMs < oldestMs ? { ...window, fromMs: Math.min(oldestMs, group.startMs) } : window;
  });
}

/** Adds a slice account by account: what counts of it is rounded once for each. */
async function addSlice(
  table: WorkTable,
  { startMs, parts }: WholeSlice,
  { accounts, turns }: TableModules,
  unknown: Set<number>,
): Promise<void> {
  const works = new Map<string, bigint>();
  for (const entries of parts) {
    await accounts.learn(entries.map(({ worker }) => worker));
    await turns.breathe();
    for (const { worker, work } of entries) {
      const account = accounts.accountOf(worker);
      if (account === undefined) unknown.add(worker);
      else works.set(account, (works.get(account) ?? 0n) + work);
    }
    await turns.breathe();
  }
  let added = 0;
  for (const [account, work] of works) {
    table.add(account, startMs, work);
    if (++added % 256 === 0) await turns.breathe();
  }
}
