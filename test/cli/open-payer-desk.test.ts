import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPayerDesk, type PayerDeskParts } from '../../cli/open-payer-desk.js';
import { walletSigner } from '../../wallet/transfer-signer.js';
import { createMemoryBooks } from '../support/memory-books.js';
import { walletKeys } from '../support/round-lab.js';

test('one process of a machine has the journal, and the next one when that is done', async (t) => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'lesswork-payer-'));
  t.after(() => rmSync(dataFolder, { recursive: true }));
  const parts = {
    config: { dataFolder, nodes: [] },
    settings: { confirmations: 20, recheck: 100 },
    signer: walletSigner({ networkId: 4, keys: walletKeys }),
    books: createMemoryBooks(),
    fence: () => ({ name: 'payer', number: 1 }),
    onEvent: () => {},
  } as unknown as PayerDeskParts;
  const first = await openPayerDesk(parts);
  await assert.rejects(openPayerDesk(parts), /another process of this machine has the payer's journal/);
  assert.deepEqual(await first.desk.heal(), { kind: 'whole' });
  await first.close();
  const second = await openPayerDesk(parts);
  assert.match(readFileSync(join(dataFolder, 'payer', 'payer.log'), 'utf8'), /^lesswork-payer 1\n/);
  await second.close();
});
