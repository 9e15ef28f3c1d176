/**
 * What an address has, what is on its way to it, and when it is paid next.
 * @module
 */
import type { MinerStats, PoolInfo } from '../../pool/http/api/api-schemas.js';
import type { DailyEarning, MinerPaymentInfo, MinerSettings } from '../../pool/http/api/money-schemas.js';
import { useAnswer, useNow } from '../live/use.js';
import { amountText, percentText } from '../words/number-words.js';
import { creditsMiners } from '../words/pool-words.js';
import { clockText, untilText } from '../words/time-words.js';
import { Amount, Panel } from './basics.js';
import { PaymentTable } from './payment-table.js';
import { Empty, InPlaceOf } from './states.js';

/** @param path - of the address, in the API */
export function MinerMoney({ pool, miner, path }: { pool: PoolInfo; miner: MinerStats; path: string }) {
  if (!creditsMiners(pool))
    return (
      <Panel title="Balance">
        <Empty>This pool credits nobody: its blocks pay its owner.</Empty>
      </Panel>
    );
  return (
    <Panel title="Balance">
      <dl class="sums">
        <dt>To be paid</dt>
        <dd class="great">
          <Amount atto={miner.pendingBalanceAtto} alph={miner.pendingBalance} /> ALPH
        </dd>
        <NextPayout pool={pool} miner={miner} path={path} />
        {miner.immatureBalance !== undefined && (
          <>
            <dt title="Blocks whose rewards are locked, or whose end is not known yet">
              On its way, from blocks
            </dt>
            <dd>
              <Amount atto={miner.immatureBalanceAtto} alph={miner.immatureBalance} />
            </dd>
          </>
        )}
        {miner.sentBalance !== undefined && miner.sentBalance > 0 && (
          <>
            <dt>Sent, not confirmed yet</dt>
            <dd>
              <Amount atto={miner.sentBalanceAtto} alph={miner.sentBalance} />
            </dd>
          </>
        )}
        <dt>Paid so far</dt>
        <dd>
          <Amount atto={miner.totalPaidAtto} alph={miner.totalPaid} />
        </dd>
        <dt>Paid today</dt>
        <dd>
          <Amount atto={miner.todayPaidAtto} alph={miner.todayPaid} />
        </dd>
      </dl>
      <MinerPayments path={path} />
    </Panel>
  );
}

/** When the balance is paid, or from when on. */
function NextPayout({ pool, miner, path }: { pool: PoolInfo; miner: MinerStats; path: string }) {
  const nowMs = useNow(5_000);
  const { value: settings } = useAnswer<MinerSettings>(`${path}/settings`, 300_000);
  const { value: days } = useAnswer<readonly DailyEarning[]>(`${path}/earnings/daily?pageSize=30`, 120_000);
  const { enabled, paused, nextPayment, minimumPayment } = pool.paymentProcessing;
  const threshold = settings?.paymentThreshold ?? minimumPayment;
  const missing = threshold - miner.pendingBalance;
  return (
    <>
      <dt>Next payout</dt>
      <dd>
        {!enabled
          ? 'no payer is running'
          : paused
            ? 'payments are held for now'
            : missing > 0
              ? `from ${threshold} ALPH on${daysText(missing, days, nowMs)}`
              : nextPayment === undefined
                ? 'with the next round'
                : `${untilText(Date.parse(nextPayment) - nowMs)} (${clockText(Date.parse(nextPayment))})`}
      </dd>
      {missing > 0 && threshold > 0 && (
        <dd class="full">
          <progress
            value={Math.min(1, miner.pendingBalance / threshold)}
            aria-label={`${percentText(miner.pendingBalance / threshold)} of what is paid`}
          />
        </dd>
      )}
    </>
  );
}

const DAY_MS = 86_400_000;

/** Days that tell how much an address earns. */
const TELLING_DAYS = 7;

/** How long a balance still takes to grow, by what the last whole days brought. */
function daysText(missing: number, days: readonly DailyEarning[] | undefined, nowMs: number): string {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const earned = (days ?? [])
    .filter(({ date }) => Date.parse(date) < today && Date.parse(date) >= today - TELLING_DAYS * DAY_MS)
    .reduce((sum, { amount }) => sum + amount, 0);
  const oldest = Math.min(...(days ?? []).map(({ date }) => Date.parse(date)));
  const over = Math.min(TELLING_DAYS, (today - oldest) / DAY_MS);
  if (!(earned > 0 && over > 0)) return '';
  const left = missing / (earned / over);
  return left < 1 ? ', within a day' : `, in some ${Math.ceil(left)} days at this rate`;
}

function MinerPayments({ path }: { path: string }) {
  const state = useAnswer<readonly MinerPaymentInfo[]>(`${path}/payments?pageSize=6`, 60_000);
  return (
    <>
      <h3>Payments</h3>
      {state.value === undefined ? (
        <InPlaceOf state={state} lines={3} />
      ) : state.value.length === 0 ? (
        <Empty>None yet.</Empty>
      ) : (
        <PaymentTable
          label="payments to this address"
          payments={state.value}
          hintOf={({ feeAtto }) => (feeAtto === '0' ? undefined : `fee ${amountText(BigInt(feeAtto))} ALPH`)}
        />
      )}
    </>
  );
}
