/**
 * The API of a pool that has mined for ten minutes, and its answers.
 * @module
 */
import assert from 'node:assert/strict';
import { errorSchema } from '../../pool/http/api/api-schemas.js';
import { ACCOUNT, type ApiLab, apiLab, OTHER_ACCOUNT } from './api-lab.js';
import { blockOf } from './batches.js';
import { ADDRESS, OTHER_ADDRESS } from './test-pool.js';

/** Shares of difficulty 1: expected hashes. */
export const D = 2n ** 34n;

/** Ten minutes of shares of two accounts, a block, and refused shares. */
export async function filledApiLab(...options: Parameters<typeof apiLab>): Promise<ApiLab> {
  const lab = await apiLab(...options);
  await lab.pass(3_600_000 - ((await lab.now()) % 3_600_000) + 660_000);
  const now = await lab.now();
  for (let ms = now - 660_000; ms < now; ms += 10_000)
    await lab.mine(
      [
        { account: ACCOUNT, name: 'one', address: ADDRESS, timeMs: ms, work: D, chain: 3, hash: 0 },
        { account: ACCOUNT, name: '__proto__', address: ADDRESS, timeMs: ms + 1, work: 2n * D, chain: 4 },
        { account: OTHER_ACCOUNT, name: '', address: OTHER_ADDRESS, timeMs: ms + 2, work: 7n * D },
      ],
      {
        throughMs: ms + 10_000,
        rejects: ms === now - 10_000 ? [{ account: ACCOUNT, name: 'one', reason: 'stale', count: 2 }] : [],
        blocksFound:
          ms === now - 10_000
            ? [
                blockOf(1, ms, { address: ADDRESS, worker: { account: ACCOUNT, name: 'one' } }),
                blockOf(2, ms + 1, { address: ADDRESS, worker: { account: ACCOUNT, name: 'one' } }),
              ]
            : [],
        blockStates:
          ms === now - 10_000 ? [{ hash: blockOf(2, ms).hash, state: 'refused', atMs: ms + 5 }] : [],
      },
    );
  await lab.settle();
  return lab;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by their schemas.
export async function jsonOf(lab: ApiLab, path: string, status = 200): Promise<any> {
  const response = await lab.get(path);
  const body = await response.json();
  assert.equal(response.status, status, JSON.stringify(body));
  if (status >= 400) errorSchema.parse(body);
  return body;
}
