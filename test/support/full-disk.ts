/**
 * Disks that are full when a test wants it: a small file system, where one can be mounted, and a limit on the files of
 * a process, which every user may set.
 * @module
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Of one write that fills. */
const FILLING = Buffer.alloc(4096, 1);

/** What is missing here for small file systems, or undefined. */
export const MISSING_SMALL_DISK: string | undefined = missingSmallDisk();

/** What is missing here for limits on a running process, or undefined. */
export const MISSING_FILE_LIMIT: string | undefined =
  spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'prlimit is not installed';

function missingSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-mount-'));
  const missing = mount(folder, 64 * 1024);
  if (missing === undefined) unmount(folder);
  rmSync(folder, { recursive: true });
  // Only root may mount.
  return missing === undefined ? undefined : `no file system can be mounted here: ${missing}`;
}

/** @returns why it failed, or undefined */
function mount(folder: string, bytes: number): string | undefined {
  const args = ['-t', 'tmpfs', '-o', `size=${bytes}`, 'lesswork', folder];
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  return status === 0 ? undefined : (stderr?.trim() ?? 'no mount');
}

function unmount(folder: string): void {
  // Also while somebody has files of it open.
  spawnSync('umount', ['-l', folder]);
}

/** A small file system, which ends with the test. */
export class SmallDisk {
  readonly folder: string;
  readonly #filler: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#filler = join(folder, 'filler');
  }

  /** @throws Error where none can be mounted */
  static mount(t: Pick<TestContext, 'after'>, bytes: number): SmallDisk {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-disk-'));
    const missing = mount(folder, bytes);
    t.after(() => {
      unmount(folder);
      rmSync(folder, { recursive: true, force: true });
    });
    if (missing !== undefined) throw new Error(missing);
    return new SmallDisk(folder);
  }

  /** Takes all room that is left but for some bytes, in whole pages. */
  fill(butBytes = 0): void {
    this.free();
    const spare = openSync(`${this.#filler}.spare`, 'w');
    writeWhole(spare, butBytes);
    const filler = openSync(this.#filler, 'w');
    writeWhole(filler, Number.POSITIVE_INFINITY);
    closeSync(filler);
    closeSync(spare);
    rmSync(`${this.#filler}.spare`);
  }

  /** Gives the room back. */
  free(): void {
    rmSync(this.#filler, { force: true });
  }
}

/** Writes so many bytes, or as many as there is room for. */
function writeWhole(descriptor: number, bytes: number): void {
  try {
    for (let left = bytes; left > 0; ) left -= writeSync(descriptor, FILLING, 0, Math.min(left, 4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Lets a process write no file any more, or all it likes again. @throws Error if that can't be set */
export function limitFiles(pid: number, limit: 'none' | 'unlimited'): void {
  // The hard limit stays, so that it can be raised again.
  const soft = limit === 'none' ? '1' : 'unlimited';
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${soft}:`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}
