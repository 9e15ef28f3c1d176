/**
 * The log file of a miner, which its settings may exchange while it runs.
 * @module
 */
import { MinerConfigError, type MinerSettings } from '../miner/config/miner-config.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import { LogFile } from './log-file.js';

/** Bytes of a MB, as log files are measured. */
const MEGABYTE = 1_000_000;

/** Clears the status line, which may stand where this is written: it comes again within a second. */
const CLEAR_STATUS = process.stderr.isTTY ? '\r\u001b[K' : '';

export class MinerLog {
  #file: LogFile | undefined;

  /** @throws MinerConfigError if it can't be opened */
  constructor(settings: MinerSettings['log']) {
    this.#file = openLog(settings);
  }

  /** Undefined where there is none. */
  get file(): LogFile | undefined {
    return this.#file;
  }

  /** @throws MinerConfigError if the other one can't be opened; then the one before goes on */
  change(settings: MinerSettings['log']): void {
    const next = openLog(settings);
    this.#file?.close();
    this.#file = next;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

function openLog(settings: MinerSettings['log']): LogFile | undefined {
  if (settings === undefined) return undefined;
  const { file, maxMegabytes, files } = settings;
  try {
    return new LogFile({
      path: file,
      maxBytes: maxMegabytes * MEGABYTE,
      kept: files,
      complain: (error) =>
        process.stderr.write(
          `${CLEAR_STATUS}lesswork: the log file can't be written (${systemErrorText(error)}): lines are lost, mining goes on\n`,
        ),
    });
  } catch (error) {
    throw new MinerConfigError([
      `log.file: expected a file that can be written, got ${file}: ${systemErrorText(error)}`,
    ]);
  }
}
