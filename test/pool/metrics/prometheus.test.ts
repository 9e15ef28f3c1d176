import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters } from '../../../pool/domain/counters.js';
import { difficultyOfWork } from '../../../pool/domain/difficulty.js';
import { createPoolMetrics, metricsTogether } from '../../../pool/metrics/prometheus.js';
import { metricFacts } from '../../support/metric-facts.js';

/** Values by name and labels. */
function values(text: string): Map<string, number> {
  return new Map(
    [...text.matchAll(/^(lesswork_\S+) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
}

test('values are what was counted when they are asked for', async () => {
  const counters = new Counters();
  let nodes = metricFacts().nodes;
  const metrics = createPoolMetrics(() => metricFacts({ counters, nodes }), false);
  counters.accept(difficultyOfWork(2n ** 70n));
  counters.accept(difficultyOfWork(17n));
  counters.reject('stale');
  counters.disconnected.slowReader = 4;
  counters.blockStates.accepted = 2;
  const first = values(await metrics.text());
  assert.equal(first.get('lesswork_pool_accepted_work_hashes_total'), 2 ** 70 + 17);
  assert.equal(first.get('lesswork_pool_shares_accepted_total'), 2);
  assert.equal(first.get('lesswork_pool_shares_rejected_total{reason="stale"}'), 1);
  assert.equal(first.get('lesswork_pool_shares_rejected_total{reason="duplicate"}'), 0);
  assert.equal(first.get('lesswork_pool_disconnects_total{reason="slowReader"}'), 4);
  assert.equal(first.get('lesswork_pool_block_states_total{state="accepted"}'), 2);
  assert.equal(first.get('lesswork_pool_node_leading{node="a:10973"}'), 1);
  assert.equal(first.get('lesswork_pool_node_up{node="b:10973"}'), 0);
  assert.equal(first.get('lesswork_pool_chain_height{chain="0-3"}'), 102);
  assert.ok(!first.has('lesswork_pool_chain_height{chain="1-1"}'));
  assert.equal(first.get('lesswork_pool_journal_lag_seconds'), 12.5);
  counters.accept(difficultyOfWork(16n));
  nodes = nodes.slice(0, 1);
  const second = values(await metrics.text());
  assert.equal(second.get('lesswork_pool_shares_accepted_total'), 3);
  assert.equal(second.get('lesswork_pool_shares_rejected_total{reason="stale"}'), 1);
  assert.ok(!second.has('lesswork_pool_node_up{node="b:10973"}'), 'what is gone is not told');
});

test('what is not known is not told', async () => {
  const journal = { ...metricFacts().journal, throughMs: 0 };
  const text = await createPoolMetrics(() => metricFacts({ journal }), false).text();
  assert.ok(!values(text).has('lesswork_pool_journal_lag_seconds'));
});

test('those of several processes are summed, or the worst of them counts', async () => {
  const one = new Counters();
  const two = new Counters();
  one.accept(difficultyOfWork(100n));
  two.accept(difficultyOfWork(200n));
  two.reject('stale');
  const first = createPoolMetrics(() => metricFacts({ counters: one }), true);
  const second = createPoolMetrics(
    () => metricFacts({ counters: two, ready: false, nowMs: 1_750_000_099_000, connections: 10 }),
    true,
  );
  first.noteStoreLatency(0.003);
  second.noteStoreLatency(0.3);
  // As they come from another process.
  const snapshots = JSON.parse(JSON.stringify([await first.snapshot(), await second.snapshot()]));
  const text = await metricsTogether(snapshots);
  const together = values(text);
  assert.equal(together.get('lesswork_pool_accepted_work_hashes_total'), 300);
  assert.equal(together.get('lesswork_pool_shares_rejected_total{reason="stale"}'), 1);
  assert.equal(together.get('lesswork_pool_connections'), 13);
  assert.equal(together.get('lesswork_pool_ready'), 0);
  assert.equal(together.get('lesswork_pool_journal_lag_seconds'), 99);
  assert.equal(together.get('lesswork_pool_chain_height{chain="0-3"}'), 102);
  assert.equal(together.get('lesswork_pool_store_latency_seconds_count'), 2);
  assert.match(text, /^process_cpu_seconds_total /m);
});

test('no metric of the process lists sockets', async () => {
  const text = await createPoolMetrics(() => metricFacts()).text();
  assert.match(text, /^nodejs_eventloop_lag_p99_seconds /m);
  assert.doesNotMatch(text, /open_fds|active_handles|active_resources|active_requests/);
});

test('what the fund holds and how chains stand; nothing where there is no fund', async () => {
  const told = values(await createPoolMetrics(() => metricFacts(), false).text());
  const polw = (name: string): number | undefined => told.get(`lesswork_pool_polw_${name}`);
  assert.equal(polw('fund_alph{account="fund"}'), 1500);
  assert.equal(polw('chains{state="funded"}'), 1);
  assert.equal(polw('chains{state="unfunded"}'), 1);
  assert.equal(polw('chains{state="plain"}'), 14);
  assert.equal(polw('chain_visible_alph{chain="0-0"}'), 2);
  assert.equal(polw('chain_sent_alph{chain="0-0"}'), 0.5);
  assert.equal(polw('chain_burnt_alph{chain="0-0"}'), 0.053);
  assert.equal(polw('chain_visible_alph{chain="0-1"}'), undefined);
  assert.equal(polw('finds{state="main"}'), 2);
  assert.equal(polw('caught_up'), 1);
  const without = await createPoolMetrics(() => metricFacts({ polw: undefined }), false).text();
  assert.ok(![...values(without).keys()].some((name) => name.startsWith('lesswork_pool_polw')));
});

test('money is told in ALPH, and how long ago what happened; nothing where nobody is credited', async () => {
  const told = values(await createPoolMetrics(() => metricFacts(), false).text());
  assert.equal(told.get('lesswork_pool_money_alph{what="unsettled"}'), 0.2);
  assert.equal(told.get('lesswork_pool_wallet_spendable_alph{group="3"}'), 4);
  assert.equal(told.get('lesswork_pool_payment_age_seconds'), 10);
  assert.equal(told.get('lesswork_pool_payer_age_seconds'), 5);
  assert.equal(told.get('lesswork_pool_payer_round_age_seconds'), 8);
  assert.equal(told.get('lesswork_pool_ledger_check_age_seconds'), 8.5);
  assert.equal(told.get('lesswork_pool_ledger_check_faults'), 2);
  assert.equal(told.get('lesswork_pool_payer_paused'), 1);
  const none = values(await createPoolMetrics(() => metricFacts({ money: undefined }), false).text());
  assert.deepEqual(
    [...none.keys()].filter((name) => /money|wallet|payer|payment|ledger/.test(name)),
    [],
  );
});
