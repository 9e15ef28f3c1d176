/**
 * The test vectors: files beside the built tests.
 * @module
 */
import { readFileSync } from 'node:fs';

/** A file of test/vectors, believed to have the form that the caller says. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as T;
}
