/**
 * A file of a withdrawal whose coins are set aside.
 * @module
 */
import { rm } from 'node:fs/promises';
import { writePrivateFile } from '../files/write-private-file.js';

/** Sets coins aside, and gives them back. */
export interface SetAside {
  reserve(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Writes a file for coins that are set aside meanwhile. If the process ends in between, `<path>.draft` is left, by which they can be given
 * back.
 * @throws Error with the path if the file can't be written, or what `reserve` rejects with: nothing is set aside then
 */
export async function writeSetAside(
  path: string,
  text: string,
  { reserve, release }: SetAside,
): Promise<void> {
  const draft = `${path}.draft`;
  const remedy =
    'an earlier withdrawal was cut short: `lesswork polw cancel` gives its coins back; remove it then';
  await writePrivateFile(draft, text, { overwrite: false, remedy });
  try {
    await reserve();
    try {
      await writePrivateFile(path, text, { overwrite: false, remedy: 'name another one' });
    } catch (error) {
      await release();
      throw error;
    }
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await rm(draft, { force: true });
}
