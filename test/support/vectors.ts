/**
 * The recorded and independent test vectors in test/vectors, read from beside the built tests.
 * @module
 */
import { readFileSync } from 'node:fs';

/** A file of vectors. @param name - without its ending */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as T;
}
