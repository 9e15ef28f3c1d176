/**
 * Waiting for something real to happen.
 * @module
 */

/** A machine that stood still has not waited: what came meanwhile is still to be read. */
const MIN_LOOKS = 20;

/** Resolves once `condition` holds. @throws Error with `what` after `timeoutMs` */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let looks = 1; !(await condition()); looks++) {
    if (performance.now() > deadline && looks >= MIN_LOOKS)
      throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(5);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
