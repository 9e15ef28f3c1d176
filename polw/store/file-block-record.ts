/**
 * Found blocks in a folder, a file each, from before they are sent until their fate is known:
 *
 * ```
 * <folder>/<hash>     header, transactions, and which find it is
 * ```
 * @module
 */
import { mkdir, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readSealed, type SealedForm, writeSealed } from '../../files/sealed-file.js';
import { ioError, StoredFileError } from '../../files/stored-file-error.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { txsBytesOf } from '../../protocol/job.js';
import type { BlockRecord, RecordedBlock } from '../block-record.js';
import type { Find } from '../fund/finds.js';

const FORM: SealedForm = { name: 'lesswork-block', version: 1 };

/** Blocks on record: a miner has one or two without an answer. Beyond, the oldest one goes. */
const MAX_RECORDED = 64;

const NAME = /^[0-9a-f]{64}$/;

interface BlockFile {
  /** Hex. */
  readonly header: string;
  readonly txs: string;
  readonly find: Find | null;
}

export class FileBlockRecord implements BlockRecord {
  readonly #folder: string;
  readonly earlier: readonly RecordedBlock[];
  /** What could not be read and was set aside, for people. */
  readonly damage: readonly string[];
  /** Hashes of those on record, oldest first. */
  readonly #hashes: Set<string>;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, earlier: readonly RecordedBlock[], damage: readonly string[]) {
    this.#folder = folder;
    this.earlier = earlier;
    this.damage = damage;
    this.#hashes = new Set(earlier.map(({ hash }) => hash));
  }

  /** @param folder - made if it is not there @throws StoredFileError if it can't be used, or a newer version wrote there */
  static async open(folder: string): Promise<FileBlockRecord> {
    let names: string[];
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      names = await readdir(folder);
    } catch (error) {
      throw ioError(folder, error);
    }
    const blocks: RecordedBlock[] = [];
    const damage: string[] = [];
    for (const name of names.filter((one) => NAME.test(one)).slice(0, MAX_RECORDED)) {
      try {
        blocks.push(blockOf(name, (await readSealed(join(folder, name), FORM)) as BlockFile));
      } catch (error) {
        if (!(error instanceof StoredFileError) || error.fault !== 'damaged') throw error;
        await rename(join(folder, name), join(folder, `${name}.damaged`));
        damage.push(error.message);
      }
    }
    return new FileBlockRecord(folder, blocks, damage);
  }

  put({ hash, header, txsBlob, find }: RecordedBlock): Promise<void> {
    return this.#inTurn(async () => {
      const file: BlockFile = {
        header: bytesToHex(header),
        txs: bytesToHex(txsBytesOf(txsBlob)),
        find: find ?? null,
      };
      await writeSealed(join(this.#folder, hash), FORM, file);
      this.#hashes.add(hash);
      if (this.#hashes.size > MAX_RECORDED) await this.#remove(this.#hashes.values().next().value!);
    });
  }

  drop(hash: string): Promise<void> {
    return this.#inTurn(() => this.#remove(hash));
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #remove(hash: string): Promise<void> {
    if (!this.#hashes.delete(hash)) return;
    const path = join(this.#folder, hash);
    await unlink(path).catch((error: unknown) => {
      throw ioError(path, error);
    });
  }

  #inTurn(request: () => Promise<void>): Promise<void> {
    const done = this.#last.then(request);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function blockOf(hash: string, { header, txs, find }: BlockFile): RecordedBlock {
  return { hash, header: hexToBytes(header), txsBlob: [hexToBytes(txs)], find: find ?? undefined };
}
