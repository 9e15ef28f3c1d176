import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openOwnFund } from '../../cli/own-fund.js';
import { FundStoreError } from '../../polw/fund/fund-store.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-fund-'));
after(() => rmSync(folder, { recursive: true }));

test('a fund has one process at a time, and keeps what is set aside for the next', async () => {
  const path = join(folder, 'a', 'b');
  const first = await openOwnFund(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  await assert.rejects(openOwnFund(path), {
    message: `${path}: another process has this fund, perhaps a miner: end it first`,
  });
  const reservation = { id: 'w', payer: 'earned', amount: 5n, keys: ['0a'.repeat(32)] } as const;
  await first.store.reserve(reservation);
  await first.close();
  const second = await openOwnFund(path);
  assert.deepEqual((await second.store.load()).reservations, [reservation]);
  await second.close();
});

test('a fund that can not be opened is not held either', async () => {
  const path = join(folder, 'damaged');
  const made = await openOwnFund(path);
  await made.close();
  writeFileSync(join(path, 'notes'), 'no notes');
  for (let i = 0; i < 2; i++) await assert.rejects(openOwnFund(path), FundStoreError);
});
