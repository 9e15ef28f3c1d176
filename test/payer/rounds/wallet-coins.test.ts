import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maturity, unexplained } from '../../../ledger/movements.js';
import { walletCoins } from '../../../payer/rounds/wallet-coins.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { labBlock, labCoin, ledgerLab } from '../../support/ledger-lab.js';

const FOUND = 1_000;
const LOCK = 5_000;
const NOW = 10_000;

test('a coin with a lock counts once the end of the lock is booked, or if it was over before; in a trimmed log, too', async () => {
  const { books, ledger, post } = ledgerLab();
  const locked = (number: number) => ({ ...labCoin(number, 10n), lockTimeMs: LOCK });
  const of = async (): Promise<string[]> => {
    const [{ free }] = (await walletCoins(ledger, books, NOW)) as [
      Awaited<ReturnType<typeof walletCoins>>[0],
    ];
    return free.map(({ key }) => bytesToHex(key));
  };
  const block = (number: number) => {
    const transaction = labBlock(number, 10n);
    const coin = locked(number);
    return {
      ...transaction,
      timeMs: FOUND,
      made: [coin],
      postings: transaction.postings.map((posting) =>
        posting.account === 'wallet/0/spendable'
          ? { ...posting, account: 'wallet/0/immature' as const }
          : posting,
      ),
    };
  };
  await post(block(1));
  await post(block(2));
  await post(unexplained(LOCK, locked(3)));
  assert.deepEqual(await of(), [locked(3).key]);
  await post(maturity(locked(1)));
  assert.deepEqual(await of(), [locked(1).key, locked(3).key]);
  // All that was posted so far goes to a file.
  await books.trimLog(await books.logEnd(), { name: 'ledger', number: 1 });
  assert.ok((await of()).includes(locked(3).key), 'what came without a lock can still be spent');
});
