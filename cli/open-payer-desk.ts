/**
 * Opens the desk of intents of a payer: its journal lies in a folder of its own in the data folder, which one process has at a time. A
 * process that stood still while its lease went to another one would write its journal over that one's.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenedLog, SealedLog } from '../files/sealed-log.js';
import type { BookFence } from '../ledger/books-port.js';
import { createIntentDesk } from '../payer/intents/intent-desk.js';
import type { IntentDesk } from '../payer/intents/intent-desk-port.js';
import { IntentJournal, JOURNAL_FORM } from '../payer/intents/intent-journal.js';
import { restPayerNode } from '../payer/intents/payer-node.js';
import { nodeAddressOf } from '../pool/config/node-address-of.js';
import type { PoolConfig } from '../pool/config/pool-config.js';
import { lockFolder } from '../pool/journal/folder-lock.js';
import type { Books } from '../pool/ports/books.js';
import type { TransferSigner } from '../wallet/transfer-signer.js';
import type { PayoutsConfig } from './payer-setting.js';
import type { PayerRunEvent } from './payer-words.js';

/** The journal's folder in the data folder, and its name there. */
const JOURNAL_FOLDER = 'payer';
const JOURNAL_FILE = 'payer.log';

export interface PayerDeskParts {
  readonly config: PoolConfig;
  readonly settings: PayoutsConfig;
  readonly signer: TransferSigner;
  readonly books: Books;
  /** Of the lease while it is held. */
  fence(): BookFence | undefined;
  onEvent(event: PayerRunEvent): void;
}

/** @throws StoredFileError if the journal is damaged, or can't be written; Error if another process of this machine has it */
export async function openPayerDesk({
  config,
  settings,
  signer,
  books,
  fence,
  onEvent,
}: PayerDeskParts): Promise<{ readonly desk: IntentDesk; close(): Promise<void> }> {
  const { log, entries, close } = await openJournal(join(config.dataFolder, JOURNAL_FOLDER));
  const desk = createIntentDesk({
    books,
    journal: new IntentJournal(log, entries),
    nodes: config.nodes.map((node) => restPayerNode(nodeAddressOf(node))),
    signer,
    depths: { confirmations: settings.confirmations, recheck: settings.recheck },
    fence: () => fence()?.number,
    now: Date.now,
    elapsed: () => performance.now(),
    onNews: ({ kind, txId }) => onEvent({ type: 'transaction', kind, txId }),
  });
  return { desk, close };
}

async function openJournal(
  folder: string,
): Promise<Pick<OpenedLog, 'log' | 'entries'> & { close(): Promise<void> }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  if (lock === undefined)
    throw new Error(`another process of this machine has the payer's journal in ${folder}`);
  try {
    const { log, entries } = await SealedLog.open(join(folder, JOURNAL_FILE), JOURNAL_FORM);
    const close = async (): Promise<void> => {
      await log.close();
      lock.release();
    };
    return { log, entries, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
