/**
 * Books that go back in time: a backup is restored, the end of an append-only file is lost, or a replica takes over that was behind.
 * @module
 */
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { RedisPair } from './redis-pair.js';

export interface BooksRollback {
  /** `backup`: restored. `tail`: the last seconds of the append-only file are lost. `replica`: one that is behind takes over. */
  readonly kind: 'backup' | 'tail' | 'replica';
  /** Whether nobody may have the books open while they are kept or go back. Others go back under those who work on them. */
  readonly offline: boolean;
  /** What is written from now on will be lost. */
  keep(): Promise<void>;
  /** It is lost. */
  goBack(): Promise<void>;
}

/** Files of an SQLite database. */
const ENDINGS = ['', '-wal', '-shm'] as const;

/** @param path - of the embedded books */
export function embeddedRollback(t: TestContext, path: string): BooksRollback {
  const kept = join(keptFolder(t), 'books.db');
  const copy = (from: string, to: string): void => {
    for (const ending of ENDINGS) {
      rmSync(to + ending, { force: true });
      if (existsSync(from + ending)) copyFileSync(from + ending, to + ending);
    }
  };
  return {
    kind: 'backup',
    offline: true,
    keep: async () => copy(path, kept),
    goBack: async () => copy(kept, path),
  };
}

/** Of the whole store. */
export function redisRollbacks(t: TestContext, pair: RedisPair): readonly BooksRollback[] {
  const kept = join(keptFolder(t), 'redis');
  return [
    {
      kind: 'backup',
      offline: true,
      keep: async () => {
        rmSync(kept, { recursive: true, force: true });
        await pair.restart((folder) => cpSync(folder, kept, { recursive: true }));
      },
      goBack: () =>
        pair.restart((folder) => {
          rmSync(folder, { recursive: true, force: true });
          cpSync(kept, folder, { recursive: true });
        }),
    },
    { kind: 'tail', offline: false, keep: async () => pair.markTail(), goBack: () => pair.loseTail() },
    { kind: 'replica', offline: false, keep: () => pair.lag(), goBack: () => pair.failOver() },
  ];
}

function keptFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-kept-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
