/**
 * The recording of a pool, as its configuration says.
 * @module
 */
import type { PoolConfig } from '../config/pool-config.js';
import { storeSettingsOf } from '../config/store-settings-of.js';
import type { PoolServerEvent } from '../domain/events.js';
import { openRecording, type Recording } from '../recorder/open-recording.js';
import { describeRecording } from '../report/recording-words.js';
import type { ServiceOrder } from '../store-thread/services.js';

/** Longest wait at the end for pending batches to reach the store, ms: the rest is sent at the next start. */
export const FLUSH_MS = 5_000;

/** The store's clock may be off this machine's by less than this, ms: beyond, one of them is wrong. */
const MAX_CLOCK_OFFSET_MS = 2_000;

/** The clock of this machine and the store's differ too much: shares would be booked at wrong times. */
export class ClockOffsetError extends Error {
  override readonly name = 'ClockOffsetError';
  readonly code = 'ERR_CLOCK_OFFSET';
}

export interface PoolRecordingModules {
  readonly onEvent: (event: PoolServerEvent) => void;
  /** Services that run in the recorder's thread. */
  readonly services?: readonly ServiceOrder[];
  /** The store has news: it got the journal of an earlier run, or it was away. */
  readonly onNews: () => void;
  /** Something in a journal could not be read. @param file - where it is kept */
  readonly onDamage?: (file: string) => void;
  /** URL of the module that opens the store: `STORE_MODULE`, except in tests. */
  readonly storeModule?: string;
}

/** Module that opens stores, for threads. */
export const STORE_MODULE = new URL('../store/open-store.js', import.meta.url).href;

/** @throws ClockOffsetError, and what opening the store throws */
export async function openPoolRecording(
  config: PoolConfig,
  { onEvent, services = [], onNews, onDamage, storeModule = STORE_MODULE }: PoolRecordingModules,
): Promise<Recording> {
  const recording = await openRecording(
    {
      folder: config.dataFolder,
      maxUnconfirmedBytes: config.journal.maxBytes,
      storeModule,
      settings: storeSettingsOf(config),
      services,
    },
    {
      onEvent: (event) => {
        const line = describeRecording(event);
        if (line !== undefined) onEvent({ type: 'notice', name: 'recording', ...line });
        if (event.type === 'damaged') onDamage?.(event.file);
        const isFileBack = event.type === 'storeNotice' && event.notice === 'fileBack';
        if (event.type === 'finished' || event.type === 'storeBack' || isFileBack) onNews();
      },
    },
  );
  const fault = clockFaultOf(recording.offsetMs);
  if (fault === undefined) return recording;
  await recording.close(0);
  throw new ClockOffsetError(`${fault}: set them right`);
}

/**
 * What to tell if the store's clock and this machine's differ too much; undefined if they don't.
 * @param offsetMs - the store's less this machine's
 */
export function clockFaultOf(offsetMs: number): string | undefined {
  if (Math.abs(offsetMs) < MAX_CLOCK_OFFSET_MS) return undefined;
  const seconds = (Math.abs(offsetMs) / 1_000).toFixed(1);
  const side = offsetMs > 0 ? 'ahead of' : 'behind';
  return `the store's clock is ${seconds} s ${side} this machine's`;
}
