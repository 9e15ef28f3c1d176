/**
 * Metrics of the pool's money: there are values only where the pool credits miners. All of them are of the pool as a whole: the same on
 * each front end, but for a moment.
 * @module
 */
import { MONEY_SUMS, type MoneyFigures } from '../domain/money-figures.js';
import type { MetricDefinition, MetricFacts, MetricValues } from './metric-definition.js';

/** attoALPH in an ALPH. */
const ATTO = 1e18;

/** Shown, never summed up: a float will do. */
const alph = (atto: string): number => Number(atto) / ATTO;

export const MONEY_METRICS: readonly MetricDefinition[] = [
  gauge(
    'money_alph',
    'Where money stands: owed (to miners), inFlight (left balances, not confirmed), unsettled (brought by blocks, credited to nobody yet), fee, remainder, operator (paid in), withdrawals, unexplained, loss, networkFees (borne by the pool), inTransit (between groups of the wallet); credited and paid (to miners) so far.',
    'max',
    'what',
    ({ sums }) => Object.fromEntries(MONEY_SUMS.map((name) => [name, alph(sums[name])])),
  ),
  gauge(
    'wallet_spendable_alph',
    'What the wallet is to have unlocked, by group, as the ledger says.',
    'max',
    'group',
    ({ wallet }) => byGroup(wallet.map(({ spendable }) => spendable)),
  ),
  gauge(
    'wallet_immature_alph',
    'What the wallet is to have locked, by group, as the ledger says.',
    'max',
    'group',
    ({ wallet }) => byGroup(wallet.map(({ immature }) => immature)),
  ),
  gauge(
    'money_age_seconds',
    'Time since these figures were read from the books; half a minute is usual.',
    'min',
    undefined,
    ({ atMs }, nowMs) => ago(atMs, nowMs),
  ),
  gauge(
    'payment_age_seconds',
    'Time since the last transaction that pays miners; nothing before the first.',
    'min',
    undefined,
    ({ lastPaymentMs }, nowMs) => ago(lastPaymentMs, nowMs),
  ),
  gauge(
    'payer_age_seconds',
    'Time since the payer noted where it stands; some minutes are usual, nothing where none has run.',
    'min',
    undefined,
    ({ payer }, nowMs) => ago(payer?.atMs, nowMs),
  ),
  gauge(
    'payer_round_age_seconds',
    "Time since the payer's last round of payments, whether it paid or not.",
    'min',
    undefined,
    ({ payer }, nowMs) => ago(payer?.lastRoundMs, nowMs),
  ),
  gauge(
    'payer_paused',
    '1 while payments are held, by the operator or for a fault.',
    'max',
    undefined,
    ({ isPaused }) => Number(isPaused),
  ),
  gauge(
    'payer_stuck_transactions',
    'Transactions that have been on their way for two hours or more: no block takes them, or no node.',
    'max',
    undefined,
    ({ payer }) => payer?.stuck,
  ),
  gauge(
    'ledger_check_age_seconds',
    'Time since the payer last checked the ledger.',
    'min',
    undefined,
    ({ payer }, nowMs) => ago(payer?.lastCheck?.timeMs, nowMs),
  ),
  gauge(
    'ledger_check_faults',
    'What that check found wrong: 0, or nothing is paid.',
    'max',
    undefined,
    ({ payer }) => payer?.lastCheck?.faults,
  ),
];

function byGroup(amounts: readonly string[]): MetricValues {
  return Object.fromEntries(amounts.map((amount, group) => [group, alph(amount)]));
}

function ago(thenMs: number | undefined, nowMs: number): number | undefined {
  return thenMs === undefined ? undefined : Math.max(0, nowMs - thenMs) / 1000;
}

function gauge(
  name: string,
  help: string,
  together: MetricDefinition['together'],
  label: string | undefined,
  read: (figures: MoneyFigures, nowMs: number) => MetricValues | undefined,
): MetricDefinition {
  return {
    name: `lesswork_pool_${name}`,
    kind: 'gauge',
    help,
    together,
    ...(label === undefined ? {} : { label }),
    read: ({ money, nowMs }: MetricFacts) => {
      if (money !== undefined) return read(money, nowMs);
      return label === undefined ? undefined : {};
    },
  };
}
