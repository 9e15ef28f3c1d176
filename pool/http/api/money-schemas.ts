/**
 * Schemas of what the API says of money. Amounts are ALPH as Miningcore has them, and beside each the same in attoALPH, exactly.
 * @module
 */
import { z } from 'zod';
import { PAYMENT_STATES } from '../../money/money-texts.js';

const amount = (what: string) => z.number().min(0).describe(what);
const atto = z.string().regex(/^\d+$/).describe('The same in attoALPH, exactly.');
const time = (what: string) => z.iso.datetime().describe(what);
const link = z.string().optional().describe('Page of an explorer, where the network has one.');

/** Missing where the pool credits nobody. */
const someAtto = atto.optional();

export const paymentProcessingSchema = z
  .strictObject({
    enabled: z.boolean().describe('Whether there is a process that pays miners.'),
    minimumPayment: amount('Least amount that is paid, unless a miner has set more.'),
    payoutScheme: z
      .enum(['PPLNS', 'PROP', 'SOLO', 'NONE'])
      .describe(
        'PPLNS: a reward is shared out by the work of the time before the block. PROP: by the work since the block before. SOLO: it is of who found the block, or all blocks are of one owner (`mode`). NONE: nobody is credited.',
      ),
    payoutSchemeConfig: z
      .strictObject({ factor: z.number().positive() })
      .optional()
      .describe('Of PPLNS: how many blocks are expected in the work that counts.'),
    feeBearer: z.enum(['miners', 'pool']).optional().describe('Who bears the fees of payments.'),
    confirmations: z.int().optional().describe('Confirmations with which a payment is paid.'),
    everySeconds: z.number().positive().optional().describe('Time between rounds of payments.'),
    at: z.string().optional().describe('Or the time of day (UTC) of a round, as `06:00`.'),
    nextPayment: time('When the next round is due.').optional(),
    lastPayment: time('When the last payment was made.').optional(),
    paused: z.boolean().optional().describe('Whether payments are held for now.'),
  })
  .describe('How miners are credited and paid.');

export const poolMoneySchema = {
  poolFeePercent: z.number().min(0).max(100).describe("The pool's part of each reward."),
  totalPaid: amount('ALPH that arrived at miners so far.'),
  totalPaidAtto: someAtto,
};

export const minerMoneySchema = {
  pendingShares: z.literal(0).describe('Always 0: shares are not counted off, see `immatureBalance`.'),
  pendingBalance: amount('ALPH that is credited and waits for a payment.'),
  pendingBalanceAtto: someAtto,
  immatureBalance: amount(
    'ALPH that blocks which are not settled yet are going to bring, unless they come to another end. Of those of the last ten minutes it is an estimate. Missing while too many ask.',
  ).optional(),
  immatureBalanceAtto: someAtto,
  sentBalance: amount('ALPH that left the balance in payments that are not confirmed yet.').optional(),
  sentBalanceAtto: someAtto,
  totalPaid: amount('ALPH that arrived so far.'),
  totalPaidAtto: someAtto,
  todayPaid: amount('ALPH of it that was sent today (UTC).'),
  todayPaidAtto: someAtto,
  lastPayment: time('When the last payment that arrived was sent.').optional(),
  lastPaymentLink: link,
};

const paymentFields = {
  coin: z.literal('ALPH'),
  amountAtto: atto,
  state: z
    .enum(PAYMENT_STATES)
    .describe('sent: on its way, and may yet be taken back. paid: in the chain, with enough confirmations.'),
  transactionConfirmationData: z.string().describe('Id of the transaction.'),
  transactionInfoLink: link,
  created: time('When it was made.'),
};

export const minerPaymentSchema = z.strictObject({
  ...paymentFields,
  address: z.string().describe('Where it went.'),
  addressInfoLink: link,
  amount: amount('ALPH that arrives.'),
  feeAtto: z.string().regex(/^\d+$/).describe('What left the balance beside it for fees, attoALPH.'),
});

export const poolPaymentSchema = z.strictObject({
  ...paymentFields,
  address: z.literal('').describe('Always empty: a transaction pays many miners.'),
  recipients: z.int().min(0).describe('Miners that it pays.'),
  amount: amount('ALPH that arrives at all of them.'),
  feeAtto: z.string().regex(/^\d+$/).describe('Fee of the transaction, attoALPH.'),
});

export const paymentsSchema = z.array(poolPaymentSchema);
export const minerPaymentsSchema = z.array(minerPaymentSchema);

export const balanceChangesSchema = z.array(
  z.strictObject({
    poolId: z.string(),
    address: z.string(),
    amount: z.number().describe('ALPH: credits above 0, payments below.'),
    amountAtto: z
      .string()
      .regex(/^-?\d+$/)
      .describe('The same in attoALPH, exactly.'),
    usage: z.string().describe('Which it is, in words. All credits of a day (UTC) are one change.'),
    created: time('When it was; of credits the beginning of their day.'),
  }),
);

export const dailyEarningsSchema = z.array(
  z.strictObject({
    amount: amount('ALPH that was credited.'),
    amountAtto: atto,
    date: time('The day, UTC.'),
  }),
);

export const minerSettingsSchema = z.strictObject({
  paymentThreshold: amount('ALPH from which on the miner is paid.'),
  paymentThresholdAtto: someAtto,
});

export type MinerMoneyFields = z.output<z.ZodObject<typeof minerMoneySchema>>;
export type PoolMoneyFields = z.output<z.ZodObject<typeof poolMoneySchema>>;
export type PaymentProcessing = z.output<typeof paymentProcessingSchema>;
export type MinerPaymentInfo = z.output<typeof minerPaymentSchema>;
export type PoolPaymentInfo = z.output<typeof poolPaymentSchema>;
export type BalanceChangeInfo = z.output<typeof balanceChangesSchema>[number];
export type DailyEarning = z.output<typeof dailyEarningsSchema>[number];
export type MinerSettings = z.output<typeof minerSettingsSchema>;
