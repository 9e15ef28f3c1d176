/**
 * Asking an API that answers so many requests in a second: whoever looks again and again is told to wait.
 * @module
 */
import { sleep } from './wait.js';

const TOO_MANY_REQUESTS = 429;

/** The first answer that is not "too many requests". After each of these it waits for as long as it was told. */
export async function askPatiently(ask: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== TOO_MANY_REQUESTS) return answer;
    await answer.arrayBuffer();
    await sleep(1_000 * Number(answer.headers.get('retry-after')));
  }
}
