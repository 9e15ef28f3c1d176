/**
 * Files that come from elsewhere, and may be of any length.
 * @module
 */
import { open } from 'node:fs/promises';

/**
 * A whole file, or one byte more than may be read of it.
 * @param most - bytes
 */
export async function readStart(path: string, most: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}
