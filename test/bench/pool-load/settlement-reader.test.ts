import { deepEqual, equal, rejects } from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SettlementReader } from '../../../bench/pool-load/settlement-reader.js';
import { JsonServer } from '../../../devnet/http-server.js';

/** A pool's API with so many runs. @param odd - what it answers to everything */
async function openApi(t: TestContext, runs: number | undefined, odd?: number): Promise<SettlementReader> {
  const api = new JsonServer(({ url }) => {
    if (odd !== undefined) return { status: odd, body: {} };
    const number = Number(/^\/api\/pools\/bench\/audit\/runs\/(\d+)$/.exec(url.pathname)?.[1]);
    if (runs !== undefined && url.pathname === '/api/pools/bench/audit')
      return { status: 200, body: { runs } };
    if (!(number <= runs!)) return { status: 404, body: {} };
    const tables = [{ accounts: 10 * number }, { accounts: 7 }];
    return { status: 200, body: { blocks: Array.from({ length: number }), tables } };
  });
  const port = await api.start(0, '127.0.0.1');
  t.after(() => api.close());
  return new SettlementReader(port, 'bench');
}

test('what was credited since a run is the sum of those after it', async (t) => {
  const reader = await openApi(t, 5);
  equal(await reader.lastRun(), 5);
  deepEqual(await reader.runsAfter(3), { runs: 2, blocks: 9, accounts: 50 });
  deepEqual(await reader.runsAfter(5), { runs: 0, blocks: 0, accounts: 0 });
});

test('a pool that credits nobody has no runs; one that does not answer is an error', async (t) => {
  const nobody = await openApi(t, undefined);
  deepEqual(await nobody.runsAfter(await nobody.lastRun()), { runs: 0, blocks: 0, accounts: 0 });
  const broken = await openApi(t, 1, 503);
  await rejects(broken.lastRun(), /answered 503/);
});
