/**
 * How the pool pays, and what it has paid.
 * @module
 */
import type { PoolInfo } from '../../pool/http/api/api-schemas.js';
import type { PoolPaymentInfo } from '../../pool/http/api/money-schemas.js';
import { useAnswer, useNow } from '../live/use.js';
import { countText } from '../words/number-words.js';
import { creditsMiners } from '../words/pool-words.js';
import { clockText, untilText } from '../words/time-words.js';
import { Panel } from './basics.js';
import { PaymentTable } from './payment-table.js';
import { Empty, InPlaceOf } from './states.js';

export function Payments({ pool }: { pool: PoolInfo }) {
  return (
    <Panel title="Payments" note={<Terms pool={pool} />}>
      {(pool.paymentProcessing.enabled || hasPaid(pool)) && <PaymentList id={pool.id} />}
    </Panel>
  );
}

/** What was paid stays to be seen while no payer is running. */
function hasPaid({ totalPaidAtto }: PoolInfo): boolean {
  return totalPaidAtto !== undefined && totalPaidAtto !== '0';
}

/** What a block's reward becomes, in a sentence or two. */
function Terms({ pool }: { pool: PoolInfo }) {
  const { paymentProcessing: terms, poolFeePercent } = pool;
  const nowMs = useNow(5_000);
  if (terms.payoutScheme === 'NONE' || !creditsMiners(pool))
    return <>All blocks pay the pool’s owner: nobody is credited here.</>;
  const shared = {
    PPLNS: 'by the work before it',
    PROP: 'by the work since the block before',
    SOLO: 'to whoever found it',
  }[terms.payoutScheme];
  const nextMs = terms.nextPayment === undefined ? undefined : Date.parse(terms.nextPayment);
  return (
    <>
      {terms.payoutScheme}: each block is shared out {shared}, less a fee of {poolFeePercent} %. Paid from{' '}
      {terms.minimumPayment} ALPH on
      {terms.feeBearer === 'miners' && ', less the fee of the payment'}.{' '}
      {terms.paused
        ? 'Payments are held for now.'
        : nextMs !== undefined && (
            <>
              Next round {untilText(nextMs - nowMs)} ({clockText(nextMs)}).
            </>
          )}
      {!terms.enabled && ' No payer is running: balances grow until one is.'}
    </>
  );
}

function PaymentList({ id }: { id: string }) {
  const state = useAnswer<readonly PoolPaymentInfo[]>(`api/pools/${id}/payments?pageSize=8`, 60_000);
  if (state.value === undefined) return <InPlaceOf state={state} />;
  if (state.value.length === 0)
    return <Empty>Nothing was paid yet: rewards of blocks are locked for a while first.</Empty>;
  return (
    <PaymentTable
      label="payments"
      payments={state.value}
      hintOf={({ recipients }) => `to ${countText(recipients)} ${recipients === 1 ? 'miner' : 'miners'}`}
    />
  );
}
