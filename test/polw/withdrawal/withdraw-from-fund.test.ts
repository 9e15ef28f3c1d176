import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Authorizations } from '../../../polw/authorizations/authorization.js';
import type { FundCoin } from '../../../polw/fund/fund-coins.js';
import { authorize } from '../../../polw/keys/authorize.js';
import {
  type FundContent,
  leavingOf,
  reservationOf,
  sourcesOfFund,
} from '../../../polw/withdrawal/withdraw-from-fund.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { transferFee } from '../../../protocol/transfer.js';
import { ALPH, coinsOf, KEYS, withdrawalOf } from '../../support/withdrawal-lab.js';

const authorizations: Authorizations = { networkId: 4, chains: authorize(KEYS) };
const DEEP = 100;

const coin = (owner: number, amount: bigint, change: Partial<FundCoin> = {}): FundCoin => ({
  ...coinsOf(owner, [amount])[0]!,
  owner,
  chain: 5,
  height: DEEP,
  blockHash: '0a'.repeat(32),
  own: true,
  deposit: false,
  toEarned: undefined,
  ...change,
});

const contentOf = (coins: readonly FundCoin[], held: readonly string[] = []): FundContent => ({
  coins: () => coins,
  reservations: () => (held.length === 0 ? [] : [{ id: 'a', payer: 'earned', amount: 1n, keys: held }]),
  deepHeight: (chain) => (chain === 5 ? DEEP : -1),
});

test('each address gives its own coins that are unlocked, not set aside, and of blocks that stay', () => {
  const good = [coin(1, 2n * ALPH), coin(1, ALPH), coin(6, 3n * ALPH)];
  const held = coin(1, 4n * ALPH);
  const bad = [
    held,
    coin(1, ALPH, { toEarned: 0n, lockTimeMs: 5 }),
    coin(1, ALPH, { height: DEEP + 1 }),
    coin(1, ALPH, { chain: 6, height: 0 }),
  ];
  const sources = sourcesOfFund(authorizations, contentOf([...bad, ...good], [held.key]), 7n);
  assert.equal(sources.length, 16);
  assert.ok(sources.every(({ keep }) => keep === 7n));
  assert.deepEqual(
    sources.flatMap(({ publicKey, coins }, chain) => {
      assert.equal(bytesToHex(publicKey), bytesToHex(KEYS[chain]!.publicKey));
      return coins.map(({ key }) => [chain, key]);
    }),
    good.map(({ owner, key }) => [owner, key]),
  );
});

test('a chain that is not authorized gives nothing', () => {
  const chains = authorizations.chains.with(6, { chain: 6, fault: 'no entry for this chain' });
  const sources = sourcesOfFund({ networkId: 4, chains }, contentOf([coin(6, ALPH)]), 0n);
  assert.equal(sources.length, 15);
  assert.ok(sources.every(({ coins }) => coins.length === 0));
});

test('what leaves is set aside with its fees, under a name that follows from the withdrawal', () => {
  const sources = sourcesOfFund(
    authorizations,
    contentOf([coin(1, 2n * ALPH), coin(1, 3n * ALPH), coin(6, 4n * ALPH)]),
    0n,
  );
  const withdrawal = withdrawalOf(7n * ALPH, sources);
  const reservation = reservationOf(withdrawal, 'earned');
  const fees = transferFee(2, 1) + transferFee(1, 2);
  assert.equal(leavingOf(withdrawal), 7n * ALPH + fees);
  const { keys, ...rest } = reservation;
  const id = bytesToHex(withdrawal.transactions[0]!.transfer.id).slice(0, 16);
  assert.deepEqual(rest, { id, payer: 'earned', amount: 7n * ALPH + fees });
  assert.deepEqual([...keys].sort(), sources.flatMap(({ coins }) => coins.map(({ key }) => key)).sort());
});
