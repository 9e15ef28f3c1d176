import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { reservationIdOf } from '../../polw/withdrawal/withdraw-from-fund.js';
import { withdrawalText } from '../../polw/withdrawal/withdrawal-text.js';
import { inOneProcess } from '../support/one-process.js';
import { ADDRESS } from '../support/test-pool.js';
import { ALPH, sourceOf, withdrawalOf } from '../support/withdrawal-lab.js';

/** A pool's administration that answers as it is told, and what it was asked. */
async function setUp(t: TestContext, answer: (path: string) => { status: number; text: string }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { status, text } = answer(request.url!);
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-'));
  t.after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const config = join(folder, 'pool.json');
  writeFileSync(config, JSON.stringify({ admin: { port: (server.address() as AddressInfo).port } }));
  return { asked, config, out: join(folder, 'withdrawal.json') };
}

const run = (...args: readonly string[]) => inOneProcess(['pool', ...args]);

test('a pool is asked for a withdrawal, whose file is written; and to give the coins back', async (t) => {
  const withdrawal = withdrawalOf(12n * ALPH, [sourceOf(1, [20n * ALPH])]);
  const { asked, config, out } = await setUp(t, (path) => ({
    status: 200,
    text: path.includes('cancel') ? '{}' : withdrawalText(withdrawal),
  }));
  const args = ['withdraw', '--config', config, '--to', ADDRESS, '--amount', '12', '--out', out];
  const { code, stdout, stderr } = await run(...args, '--keep', '2');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /to be signed; its coins are set aside/);
  assert.equal(readFileSync(out, 'utf8'), withdrawalText(withdrawal));
  assert.deepEqual(asked.splice(0), [
    `POST /admin/polw/withdrawals?to=${ADDRESS}&amount=${12n * ALPH}&keep=${2n * ALPH}`,
  ]);
  // The file is there: what was set aside for another one is given back.
  const again = await run(...args, '--from-fund');
  assert.equal(again.code, 1);
  const id = reservationIdOf(withdrawal);
  assert.match(asked[0]!, /&fromFund=1$/);
  assert.equal(asked[1], `POST /admin/polw/withdrawals/${id}/cancel`);
  const cancelled = await run('cancel', '--config', config, out);
  assert.deepEqual([cancelled.code, cancelled.stderr], [0, '']);
  assert.equal(asked[2], `POST /admin/polw/withdrawals/${id}/cancel`);
  // Its file was never written.
  const byId = await run('cancel', '--config', config, id);
  assert.deepEqual([byId.code, byId.stderr], [0, '']);
  assert.equal(asked[3], `POST /admin/polw/withdrawals/${id}/cancel`);
});

test('what the pool refuses is said, and nothing is written', async (t) => {
  const { config, out } = await setUp(t, () => ({
    status: 409,
    text: JSON.stringify({ code: 'notWithdrawn', error: 'expected at most 3 ALPH' }),
  }));
  const args = ['withdraw', '--config', config, '--to', ADDRESS, '--amount', '12', '--out', out];
  const { code, stdout, stderr } = await run(...args);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /refused: expected at most 3 ALPH/);
  assert.ok(!existsSync(out));
  assert.equal(
    (await run('withdraw', '--config', config, '--to', 'x', '--amount', '1', '--out', out)).code,
    2,
  );
});
