/**
 * What a test has opened, closed after it in reverse.
 * @module
 */

/** Told in the order of opening. */
export const closers: (() => Promise<void> | void)[] = [];

/** Closes all: for `afterEach`, or `after` where a file's tests leave things open. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
