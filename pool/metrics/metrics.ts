/**
 * Every metric of a front end: its name, what it means, and how it is read. docs/METRICS.md lists them, and a test
 * compares.
 *
 * Values are read when they are asked for, from plain counters: nothing here is on the way of a share. Labels are
 * names of this program and of the configuration, never anything that a client said.
 * @module
 */
import { ALL_CHAINS, CHAINS, chainName } from '../../protocol/chain.js';
import { DISCONNECT_REASONS } from '../domain/counters.js';
import { REJECT_REASON_NAMES } from '../domain/reject-reasons.js';
import type { UpstreamNode } from '../ports/upstream.js';
import type { MetricDefinition, MetricValues } from './metric-definition.js';
import { MONEY_METRICS } from './money-metrics.js';
import { POLW_METRICS } from './polw-metrics.js';

/**
 * Bounds of the store's answers, seconds. An embedded store answers below 5 ms, a Redis nearby below 20; half a second
 * is a store in trouble, 5 s the limit of a call.
 */
export const STORE_LATENCY_BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5] as const;

/** Name and meaning of the one histogram, which is fed by the probe of the store, not by miners. */
export const STORE_LATENCY = {
  name: 'lesswork_pool_store_latency_seconds',
  help: 'Time that the store took for a small question, asked every five seconds.',
} as const;

export const POOL_METRICS: readonly MetricDefinition[] = [
  counter(
    'accepted_work_hashes_total',
    'Expected hashes of accepted shares: its rate is the hashrate.',
    ({ counters }) => Number(counters.work),
  ),
  counter('shares_accepted_total', 'Shares accepted.', ({ counters }) => counters.accepted),
  counter(
    'shares_rejected_total',
    'Shares refused, by reason.',
    ({ counters }) => pick(REJECT_REASON_NAMES, counters.rejected),
    'reason',
  ),
  counter('connections_total', 'Connections of miners taken.', ({ counters }) => counters.connections),
  counter(
    'connections_refused_total',
    'Connections that never became one of a miner, by reason: limits, bans, failed handshakes, health checks.',
    ({ refused }) => Object.fromEntries(refused),
    'reason',
  ),
  counter(
    'disconnects_total',
    'Connections of miners ended, by reason.',
    ({ counters }) => pick(DISCONNECT_REASONS, counters.disconnected),
    'reason',
  ),
  counter('authorizations_total', 'Workers authorized.', ({ counters }) => counters.authorizations),
  counter(
    'authorizations_refused_total',
    'Authorizations refused: no address that can be paid, or a bad name.',
    ({ counters }) => counters.authorizationsRefused,
  ),
  counter(
    'extranonces_refused_total',
    'Miners refused since no extranonce was left.',
    ({ counters }) => counters.extranoncesRefused,
  ),
  counter('malformed_lines_total', 'Lines that were no request.', ({ counters }) => counters.malformed),
  counter('jobs_sent_total', 'Jobs sent to connections.', ({ counters }) => counters.jobsSent),
  counter('blocks_found_total', 'Blocks found and sent to a node.', ({ counters }) => counters.blocksFound),
  counter(
    'block_states_total',
    'Blocks that came into a state.',
    ({ counters }) => ({ ...counters.blockStates }),
    'state',
  ),
  gauge('blocks_waiting', 'Blocks whose verdict is awaited.', ({ blocksWaiting }) => blocksWaiting),
  gauge(
    'blocks',
    'Found blocks of the last 400 days, by where they stand; in the end main, uncle, orphan, void (in the chain, and without effect), refused or missing.',
    ({ blocks }) => ({ ...blocks?.kept }),
    'max',
    'state',
  ),
  gauge(
    'blocks_open',
    'Found blocks that may yet come to another end, by where they stand.',
    ({ blocks }) => ({ ...blocks?.open }),
    'max',
    'state',
  ),
  counter(
    'blocks_not_ours_total',
    'Found blocks that pay none of the addresses of the pool: they are credited to nobody.',
    ({ blocks }) => blocks?.notOurs ?? 0,
  ),
  gauge(
    'blocks_asked_seconds',
    'Time since nodes were last asked what became of all found blocks; some seconds are usual.',
    ({ blocks }) => (blocks?.askedAgoMs === undefined ? undefined : blocks.askedAgoMs / 1000),
    'min',
  ),
  gauge(
    'settlement_blocked_by',
    'Journals of silent front ends whose shares crediting waits for; missing on front ends that do not credit.',
    ({ blocks }) => blocks?.settlement?.blockedBy,
    'max',
  ),
  gauge(
    'settlement_blocked_seconds',
    'Time since the first of these journals reported last; 0 if there is none.',
    ({ blocks }) => seconds(blocks?.settlement?.blockedForMs),
    'max',
  ),
  gauge(
    'settlement_through_seconds',
    'Time since the end of the last interval whose work is fixed; up to 11 min are usual.',
    ({ blocks }) => seconds(blocks?.settlement?.throughAgoMs),
    'max',
  ),
  gauge(
    'settlement_runs',
    'Settlements that are complete, since ever.',
    ({ blocks }) => blocks?.settlement?.runs,
    'max',
  ),
  gauge(
    'settlement_last_run_timestamp_seconds',
    'When the last settlement was begun, seconds since the epoch.',
    ({ blocks }) => seconds(blocks?.settlement?.lastRunMs),
    'max',
  ),
  gauge('connections', 'Connections of miners now.', ({ connections }) => connections),
  gauge('workers', 'Workers connected now.', ({ workers }) => workers),
  gauge('ready', '1 while miners can mine here, as /ready says.', ({ ready }) => Number(ready), 'min'),
  gauge(
    'node_up',
    '1 while a full node can be used (it leads, or could, and has work), by node.',
    ({ nodes }) =>
      byNode(nodes, ({ state, standing }) => (state === 'leading' || state === 'ready') && standing < CHAINS),
    'min',
    'node',
  ),
  gauge(
    'node_leading',
    '1 for the full node that jobs come from, by node.',
    ({ nodes }) => byNode(nodes, ({ state }) => state === 'leading'),
    'max',
    'node',
  ),
  gauge(
    'node_chains_standing',
    'Chains on which a full node stands still: it brings no template, though one is due; by node.',
    ({ nodes }) => Object.fromEntries(nodes.map(({ name, standing }) => [name, standing])),
    'max',
    'node',
  ),
  counter('node_changes_total', 'Times that another node began to lead.', ({ nodeChanges }) => nodeChanges),
  gauge(
    'chain_height',
    'Height of the newest block that is mined on, by chain.',
    ({ heights }) =>
      Object.fromEntries(
        ALL_CHAINS.map((chain) => [
          chainName(chain),
          heights[chain] === undefined ? undefined : heights[chain] - 1,
        ]),
      ),
    'max',
    'chain',
  ),
  gauge(
    'chain_template_age_seconds',
    'Time since a chain had another template, by chain; minutes are usual on a quiet network alone.',
    ({ templateAges }) =>
      Object.fromEntries(
        ALL_CHAINS.map((chain) => {
          const ageMs = templateAges[chain];
          return [chainName(chain), ageMs === undefined ? undefined : ageMs / 1000];
        }),
      ),
    'min',
    'chain',
  ),
  gauge(
    'journal_writable',
    '1 while shares can be recorded.',
    ({ journal }) => Number(journal.writable),
    'min',
  ),
  gauge(
    'journal_unconfirmed_bytes',
    'Bytes of the journal that the store has not confirmed.',
    ({ journal }) => journal.unconfirmedBytes,
  ),
  gauge(
    'journal_pending_segments',
    'Segments and batches that the store has not confirmed.',
    ({ journal }) => journal.pending,
  ),
  counter(
    'journal_commits_total',
    'Writes to the journal: one for all shares of a tick.',
    ({ journal }) => journal.commits,
  ),
  counter('journal_segments_total', 'Segments of the journal closed.', ({ journal }) => journal.segments),
  counter(
    'journal_write_errors_total',
    'Writes to the journal that failed.',
    ({ journal }) => journal.writeErrors,
  ),
  gauge(
    'journal_lag_seconds',
    'Age of the oldest moment of which something may not be stored yet; some 10 s are usual.',
    ({ journal, nowMs }) =>
      journal.throughMs === 0 ? undefined : Math.max(0, nowMs - journal.throughMs) / 1000,
    'max',
  ),
  gauge('store_up', '1 while the store can be reached.', ({ store }) => Number(store.up), 'min'),
  counter(
    'store_refusals_total',
    'Requests that the store refused for good: a fault of this program, or of what the store holds.',
    ({ store }) => store.refusals,
  ),
  gauge('bans', 'Remote addresses that may not connect.', ({ bans }) => bans, 'max'),
  ...MONEY_METRICS,
  ...POLW_METRICS,
];

type Read = MetricDefinition['read'];

function counter(name: string, help: string, read: Read, label?: string): MetricDefinition {
  return define('counter', name, help, read, 'sum', label);
}

function gauge(
  name: string,
  help: string,
  read: Read,
  together: MetricDefinition['together'] = 'sum',
  label?: string,
): MetricDefinition {
  return define('gauge', name, help, read, together, label);
}

function define(
  kind: MetricDefinition['kind'],
  name: string,
  help: string,
  read: Read,
  together: MetricDefinition['together'],
  label: string | undefined,
): MetricDefinition {
  return {
    name: `lesswork_pool_${name}`,
    kind,
    help,
    read,
    together,
    ...(label === undefined ? {} : { label }),
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function pick<K extends string>(names: readonly K[], counts: Readonly<Record<K, number>>): MetricValues {
  return Object.fromEntries(names.map((name) => [name, counts[name]]));
}

function byNode(
  nodes: readonly UpstreamNode[],
  holds: (node: UpstreamNode) => boolean,
): Readonly<Record<string, number>> {
  return Object.fromEntries(nodes.map((node) => [node.name, Number(holds(node))]));
}
