/**
 * What the API says of money. Web front ends made for Miningcore read these fields, and show "NaN" or nothing without them: so a pool that
 * credits nobody has them too, and they say that.
 * @module
 */
import { ALPH } from '../../../protocol/emission.js';
import type { Account } from '../../domain/account.js';
import type { MinerMoney, Money, PoolMoney } from '../../money/money.js';
import type { MinerPayment, PoolPayment } from '../../money/money-texts.js';
import { PPLNS_FACTOR } from '../../money/payouts-terms.js';
import type { Page } from '../../ports/store.js';
import { type ApiContext, type PoolDescription, timeText } from './api-context.js';
import { addressLink, transactionLink } from './explorers.js';
import type {
  BalanceChangeInfo,
  DailyEarning,
  MinerMoneyFields,
  MinerPaymentInfo,
  MinerSettings,
  PaymentProcessing,
  PoolMoneyFields,
  PoolPaymentInfo,
} from './money-schemas.js';

const SCHEMES = { pplns: 'PPLNS', prop: 'PROP', solo: 'SOLO' } as const;

const MILLIONTHS_IN_PERCENT = 10_000;

/** How the pool pays. @param money - undefined where it credits nobody */
export function paymentProcessing(
  { mode, payouts }: PoolDescription,
  money: PoolMoney | undefined,
): PaymentProcessing {
  if (payouts === undefined || money === undefined) {
    // Without a wallet a pool of scheme solo leaves all to those who pay its miners.
    const isSolo = mode === 'solo' || payouts?.scheme === 'solo';
    return { enabled: false, minimumPayment: 0, payoutScheme: isSolo ? 'SOLO' : 'NONE' };
  }
  const { scheme, minimum, feeBearer, confirmations, rounds } = payouts;
  const { nextRoundMs, lastPayment, hasPayer, isPaused } = money;
  return {
    enabled: hasPayer,
    minimumPayment: alphOf(minimum),
    payoutScheme: SCHEMES[scheme],
    ...(scheme === 'pplns' && { payoutSchemeConfig: { factor: PPLNS_FACTOR } }),
    ...(hasPayer && {
      feeBearer,
      confirmations,
      ...('everyMs' in rounds
        ? { everySeconds: rounds.everyMs / 1000 }
        : { at: timeOfDayText(rounds.atMinutes) }),
      ...(nextRoundMs !== undefined && { nextPayment: timeText(nextRoundMs) }),
      paused: isPaused,
    }),
    ...(lastPayment !== undefined && { lastPayment: timeText(lastPayment.timeMs) }),
  };
}

/** @param money - undefined where the pool credits nobody */
export function poolMoneyFields({ payouts }: PoolDescription, money: PoolMoney | undefined): PoolMoneyFields {
  if (payouts === undefined || money === undefined) return { poolFeePercent: 0, totalPaid: 0 };
  return {
    poolFeePercent: payouts.feeMillionths / MILLIONTHS_IN_PERCENT,
    totalPaid: alphOf(money.paid),
    totalPaidAtto: `${money.paid}`,
  };
}

/** @param money - undefined where the pool credits nobody */
export function minerMoneyFields(context: ApiContext, money: MinerMoney | undefined): MinerMoneyFields {
  if (money === undefined) return { pendingShares: 0, pendingBalance: 0, totalPaid: 0, todayPaid: 0 };
  const { balance, immature, inFlight, paid, paidToday, lastPaid } = money;
  const link = lastPaid && transactionLink(context.live.pool().networkId, lastPaid.txId);
  return {
    pendingShares: 0,
    pendingBalance: alphOf(balance),
    pendingBalanceAtto: `${balance}`,
    ...(immature !== undefined && {
      immatureBalance: alphOf(immature),
      immatureBalanceAtto: `${immature}`,
    }),
    sentBalance: alphOf(inFlight),
    sentBalanceAtto: `${inFlight}`,
    totalPaid: alphOf(paid),
    totalPaidAtto: `${paid}`,
    todayPaid: alphOf(paidToday),
    todayPaidAtto: `${paidToday}`,
    ...(lastPaid !== undefined && { lastPayment: timeText(lastPaid.timeMs) }),
    ...(link !== undefined && { lastPaymentLink: link }),
  };
}

/** Payments to an account, the newest first: none where the pool credits nobody. */
export async function minerPayments(
  context: ApiContext,
  { key }: Account,
  page: Page,
): Promise<MinerPaymentInfo[]> {
  const { networkId } = context.live.pool();
  return (await pageOf(context.money, page, (money) => money.minerPayments(key, page))).map((payment) => {
    const { address, owed, paid } = payment;
    const addressInfoLink = addressLink(networkId, address);
    return {
      ...paymentFields(payment, networkId),
      address,
      ...(addressInfoLink !== undefined && { addressInfoLink }),
      feeAtto: `${owed - paid}`,
    };
  });
}

/** Transactions that pay miners, the newest first. */
export async function poolPayments(context: ApiContext, page: Page): Promise<PoolPaymentInfo[]> {
  const { networkId } = context.live.pool();
  return (await pageOf(context.money, page, (money) => money.poolPayments(page))).map((payment) => ({
    ...paymentFields(payment, networkId),
    address: '',
    recipients: payment.accounts,
    feeAtto: `${payment.fee}`,
  }));
}

export async function dailyEarnings(
  { money }: ApiContext,
  { key }: Account,
  page: Page,
): Promise<DailyEarning[]> {
  const days = await pageOf(money, page, (books) => books.dailyEarnings(key, page));
  return days.map(({ day, amount }) => ({
    amount: alphOf(amount),
    amountAtto: `${amount}`,
    date: timeText(Date.parse(day)),
  }));
}

export async function balanceChanges(
  { money, pool }: ApiContext,
  { key, address }: Account,
  page: Page,
): Promise<BalanceChangeInfo[]> {
  const changes = await pageOf(money, page, (books) => books.balanceChanges(key, page));
  return changes.map((change) => {
    const isCredit = change.type === 'credits';
    const amount = isCredit ? change.amount : -change.payment.owed;
    return {
      poolId: pool.id,
      address: isCredit ? address : change.payment.address,
      amount: alphOf(amount),
      amountAtto: `${amount}`,
      usage: isCredit ? `Credits of ${change.day}` : `Payment ${change.payment.txId}`,
      created: timeText(isCredit ? Date.parse(change.day) : change.payment.timeMs),
    };
  });
}

/** @param minimum - the miner's own, attoALPH; undefined where it has none */
export function minerSettings({ payouts }: PoolDescription, minimum: bigint | undefined): MinerSettings {
  if (payouts === undefined) return { paymentThreshold: 0 };
  const threshold = minimum ?? payouts.minimum;
  return { paymentThreshold: alphOf(threshold), paymentThresholdAtto: `${threshold}` };
}

/** A page of what the books have; empty where there are none, or nothing is asked for. */
async function pageOf<T>(
  money: Money | undefined,
  { limit }: Page,
  read: (money: Money) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return money === undefined || limit === 0 ? [] : read(money);
}

function paymentFields(
  { txId, timeMs, paid, state }: MinerPayment | PoolPayment,
  networkId: number | undefined,
) {
  const transactionInfoLink = transactionLink(networkId, txId);
  return {
    coin: 'ALPH' as const,
    amount: alphOf(paid),
    amountAtto: `${paid}`,
    state,
    transactionConfirmationData: txId,
    ...(transactionInfoLink !== undefined && { transactionInfoLink }),
    created: timeText(timeMs),
  };
}

/** As a number that is nearest: shown, never summed. @param amount - attoALPH */
function alphOf(amount: bigint): number {
  return Number(amount) / Number(ALPH);
}

function timeOfDayText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
