import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { FileWatch, type FileWatchOptions } from '../../cli/file-watch.js';
import { waitFor } from '../support/wait.js';

let folder: string;
let path: string;
let watch: FileWatch;
let changes: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lesswork-file-watch-'));
  path = join(folder, 'miner.json');
  changes = 0;
});
afterEach(() => {
  watch.close();
  rmSync(folder, { recursive: true, force: true });
});

function begin(options: Partial<FileWatchOptions> = {}): void {
  watch = new FileWatch(path, () => changes++, { quietMs: 20, pollMs: 60_000, ...options });
}

/** Longer than it waits for quiet. */
const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 150));

test('written in place, replaced by renaming, and replaced again', async () => {
  writeFileSync(path, 'one');
  begin();
  writeFileSync(path, 'two');
  await waitFor('a change', () => changes === 1, 5_000);
  for (const [text, count] of [
    ['three', 2],
    ['four', 3],
  ] as const) {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    await waitFor('another change', () => changes === count, 5_000);
  }
});

test('steps that follow one another are one change; the same text, another file and a new time are none', async () => {
  writeFileSync(path, 'one');
  begin();
  for (const text of ['', 't', 'tw', 'two']) writeFileSync(path, text);
  await waitFor('a change', () => changes > 0, 5_000);
  writeFileSync(path, 'two');
  utimesSync(path, 1, 1);
  writeFileSync(join(folder, 'other.json'), 'three');
  await settled();
  assert.equal(changes, 1);
});

test('a file that is away is no change; when it is there again it may be one', async () => {
  writeFileSync(path, 'one');
  begin();
  rmSync(path);
  await settled();
  assert.equal(changes, 0);
  writeFileSync(path, 'two');
  await waitFor('a change', () => changes === 1, 5_000);
});

test('where the system tells nothing, it is looked at', async () => {
  path = join(folder, 'later', 'miner.json');
  begin({ pollMs: 20 });
  renameSync(mkdtempSync(join(tmpdir(), 'lesswork-file-watch-later-')), join(folder, 'later'));
  writeFileSync(path, 'one');
  await waitFor('a change', () => changes === 1, 5_000);
});
