/**
 * What takes long because others don't answer says so.
 * @module
 */
import { NODE_ANSWER_MS } from './first-node.js';

/** Time after which it is said, and between two times, ms. */
const PATIENCE_MS = 3_000;

/**
 * Does something, and says whom it waits for while that takes long.
 * @param unheard - names of full nodes that have not answered so far
 * @param patienceMs - see `PATIENCE_MS`
 */
export async function tellingWait<T>(
  action: () => Promise<T>,
  { unheard, say }: { unheard(): readonly string[]; say(words: string): void },
  patienceMs = PATIENCE_MS,
): Promise<T> {
  let told = '';
  const timer = setInterval(() => {
    const names = unheard().join(', ');
    if (names === '' || names === told) return;
    told = names;
    say(`waits for an answer of ${names}, for ${NODE_ANSWER_MS / 1_000} s at most each`);
  }, patienceMs);
  try {
    return await action();
  } finally {
    clearInterval(timer);
  }
}
