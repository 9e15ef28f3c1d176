/**
 * What planning a round of payouts takes, whose balances are many.
 * @module
 */
import type { Balance } from '../../payer/balance-queue.js';
import { planRound } from '../../payer/plan-round.js';
import { planPayouts } from '../../payer/rounds/plan-payouts.js';
import { addressOfLockupScript } from '../../protocol/address.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { u32Bytes } from '../../protocol/bytes.js';
import type { TransferInput } from '../../protocol/transfer.js';
import { deriveWalletKeys } from '../../wallet/wallet-keys.js';
import { median } from '../statistics.js';
import { withBalances } from './books-with-balances.js';
import { type Figure, limitLine } from './figure.js';

const BALANCES = 100_000;
const RUNS = 5;
const ALPH = 10n ** 18n;
const TIME_MS = Date.UTC(2026, 2, 1);
/** Of a wallet that everybody knows. */
const MNEMONIC = `${'abandon '.repeat(11)}about`;

export const payoutRound: Figure = {
  name: 'payout-round',
  async measure() {
    const balances = manyBalances();
    return [
      line('of 64 coins a group, some for each transaction', balances, coinsOf(64, 2_000n * ALPH)),
      line('of 5,000 coinbases a group, 256 in each', balances, coinsOf(5_000, (144n * ALPH) / 1_000n)),
      line('of no coins', balances, coinsOf(0, 0n)),
      line(
        'the largest first, none of which can be paid',
        balances.map(oversized),
        coinsOf(5_000, ALPH / 10n),
      ),
      await lineOfBooks(),
    ];
  },
};

function line(
  what: string,
  balances: readonly Balance[],
  coins: readonly (readonly TransferInput[])[],
): ReturnType<typeof limitLine> {
  const times: number[] = [];
  let batches = 0;
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    ({
      batches: { length: batches },
    } = planRound({ balances, coins, feeBearer: 'miners', own: new Set() }));
    times.push(performance.now() - start);
  }
  const note = ` (${batches} transactions)`;
  return limitLine(`${BALANCES} balances: out ${what}`, median(times), 5_000, 'ms', note);
}

/** All of it, as the payer does it: balances, addresses, minimums and coins read from the books, and planned. */
function lineOfBooks(): Promise<ReturnType<typeof limitLine>> {
  const settings = {
    minimum: ALPH / 10n,
    inactiveMinimum: ALPH / 100n,
    inactiveAfterDays: 30,
    rounds: { everyMs: 3_600_000 },
    feeBearer: 'miners',
    most: { day: 10n ** 30n },
  } as const;
  const wallet = { keys: deriveWalletKeys(MNEMONIC) };
  return withBalances(BALANCES, TIME_MS, async (books, ledger) => {
    const start = performance.now();
    const { batches } = await planPayouts({ books, ledger, wallet, settings }, TIME_MS);
    const ms = performance.now() - start;
    const note = ` (${batches.length} transactions)`;
    return limitLine(`${BALANCES} balances: read from embedded books and planned`, ms, 5_000, 'ms', note);
  });
}

/** Between 0.05 and 2 ALPH. */
function manyBalances(): readonly Balance[] {
  return Array.from({ length: BALANCES }, (_, i) => ({
    account: `miner/${i}`,
    address: addressOfLockupScript(Uint8Array.of(0, ...blake2b256(u32Bytes(i)))),
    amount: ALPH / 20n + (BigInt(i * 7919) % 1_950n) * 10n ** 15n,
    minimum: ALPH / 20n,
  }));
}

/** 25.7 ALPH downwards: more than 256 coins of 0.1 ALPH are. */
function oversized(balance: Balance, i: number): Balance {
  return { ...balance, amount: (257n * ALPH) / 10n - BigInt(i) };
}

function coinsOf(count: number, amount: bigint): readonly (readonly TransferInput[])[] {
  return Array.from({ length: 4 }, (_, group) =>
    Array.from({ length: count }, (__, i) => ({
      key: blake2b256(u32Bytes(1_000_000 * group + i)),
      amount: amount + BigInt(i),
      lockTimeMs: 0n,
    })),
  );
}
