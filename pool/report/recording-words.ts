/**
 * Events of journal, recorder and store, in words.
 * @module
 */
import { counted, formatDuration } from '../../protocol/quantity-text.js';
import type { RecordingEvent } from '../recorder/open-recording.js';

/** A line for the operator. */
export interface RecordingLine {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** Notices of the store that are told in its own words; its absence and return are told by the recorder. */
const SAID_NOTICES: ReadonlySet<string> = new Set(['notDurable', 'mismatch', 'fileGone', 'fileUnseen']);

/** An event in one line, or undefined if it is not worth telling. */
export function describeRecording(event: RecordingEvent): RecordingLine | undefined {
  switch (event.type) {
    case 'unwritable':
      return warn(`shares can not be recorded, and are refused: ${event.message}`);
    case 'writable':
      return { level: 'info', message: 'shares can be recorded again' };
    case 'blockWaits':
      return warn(
        `the record of block ${event.hash} can not be written yet, and waits; it went to the node all the same`,
      );
    case 'blocksRecorded':
      return {
        level: 'info',
        message: `${counted(event.count, 'block')} that waited ${event.count === 1 ? 'is' : 'are'} on record`,
      };
    case 'blockUnrecorded':
      return warn(`the record of block ${event.hash} could not be written; it went to the node all the same`);
    case 'storeAway':
      return event.code === 'ERR_STORE_REFUSED'
        ? warn(`the store refuses what it is brought, shares wait in the journal: ${event.message}`)
        : warn(`the store is away, shares wait in the journal: ${event.message}`);
    case 'storeRefused':
      return warn(`the store refused "${event.method}", which is a fault to be reported: ${event.message}`);
    case 'storeBack':
      return { level: 'info', message: `the store is back after ${formatDuration(event.awayMs)}` };
    case 'diskFailed':
      return warn(`batches can not be written to disk: ${event.message}`);
    case 'storeWentBack':
      return warn(
        `the store went back in time: ${counted(event.batches, 'batch', 'batches')} from ${event.number + 1} on ${event.batches === 1 ? 'is' : 'are'} sent again`,
      );
    case 'batchesLost':
      return warn(
        `the store lacks batches ${event.from} to ${event.to} of journal ${event.journal}, which are gone`,
      );
    case 'damaged':
      return warn(
        `segment ${event.number} of journal ${event.journal} is damaged: ${event.message}; kept as ${event.file}`,
      );
    case 'threadDied':
      return warn(`the recorder's thread died, and is started again: ${event.message}`);
    case 'adopted':
      return {
        level: 'info',
        message: `journals of earlier runs are brought to the store: ${event.journals.join(', ')}`,
      };
    case 'adoptionFailed':
      return warn(`journals of earlier runs can not be taken over: ${event.message}`);
    case 'storeNotice':
      if (event.notice === 'fileBack') return { level: 'info', message: event.message ?? event.notice };
      return SAID_NOTICES.has(event.notice) ? warn(event.message ?? event.notice) : undefined;
    case 'clockOffset':
    case 'finished':
    case 'emptied':
      return undefined;
  }
}

function warn(message: string): RecordingLine {
  return { level: 'warn', message };
}
