// What an operator of a pool looks at: miners, shares, blocks, nodes, journal and store, money, Proof of Less Work.
import { bars, dashboard, lines, lowIsGood, oneIsGood, stat } from './dashboard.mjs';

/** Of the front ends that are chosen. */
const HERE = 'job=~"$job",instance=~"$instance"';

const m = (name, labels = '') => `lesswork_pool_${name}{${HERE}${labels && `,${labels}`}}`;

/** Of the pool as a whole: each front end tells the same, some a moment later. */
const whole = (name, by = '', labels = '') => `max${by && ` by (${by})`} (${m(name, labels)})`;

const rate = (metric) => `rate(${metric}[$__rate_interval])`;

const rejected = `sum(${rate(m('shares_rejected_total'))})`;
const accepted = `sum(${rate(m('shares_accepted_total'))})`;

const mining = [
  stat('Ready', 'Whether miners can mine at every front end.', 'none', `min(${m('ready')})`, {
    steps: oneIsGood,
    words: { 0: { text: 'no', index: 0 }, 1: { text: 'yes', index: 1 } },
  }),
  stat(
    'Hashrate',
    'Of accepted shares, over 10 minutes.',
    'H/s',
    `sum(rate(${m('accepted_work_hashes_total')}[10m]))`,
  ),
  stat('Miners', 'Connections now.', 'short', `sum(${m('connections')})`),
  stat('Workers', 'Authorized now.', 'short', `sum(${m('workers')})`),
  stat(
    'Refused shares',
    'Part of all shares, over 10 minutes.',
    'percentunit',
    `sum(rate(${m('shares_rejected_total')}[10m])) / (sum(rate(${m('shares_rejected_total')}[10m])) + sum(rate(${m('shares_accepted_total')}[10m])))`,
    { steps: lowIsGood(0.02, 0.05) },
  ),
  stat(
    'Blocks found',
    'In the time that is shown.',
    'short',
    `round(sum(increase(${m('blocks_found_total')}[$__range])))`,
  ),
  lines(
    'Hashrate',
    'Expected hashes of accepted shares.',
    'H/s',
    [[`sum by (instance) (rate(${m('accepted_work_hashes_total')}[10m]))`, '{{instance}}']],
    { stacked: true },
  ),
  lines('Shares', 'Accepted and refused, each second.', 'ops', [
    [accepted, 'accepted'],
    [rejected, 'refused'],
  ]),
  lines('Refused shares by reason', 'As a part of all shares.', 'percentunit', [
    [
      `sum by (reason) (${rate(m('shares_rejected_total'))}) / scalar(${accepted} + ${rejected}) > 0`,
      '{{reason}}',
    ],
  ]),
  lines(
    'Connections',
    'Miners connected, by front end.',
    'short',
    [[`sum by (instance) (${m('connections')})`, '{{instance}}']],
    { stacked: true },
  ),
  lines('Connections that end, by reason', 'Each second.', 'ops', [
    [`sum by (reason) (${rate(m('disconnects_total'))}) > 0`, '{{reason}}'],
    [`sum by (reason) (${rate(m('connections_refused_total'))}) > 0`, 'refused: {{reason}}'],
  ]),
  lines('Logins', 'Each second; and what is no request, and banned addresses.', 'short', [
    [`sum(${rate(m('authorizations_total'))})`, 'authorized'],
    [`sum(${rate(m('authorizations_refused_total'))})`, 'refused'],
    [`sum(${rate(m('extranonces_refused_total'))})`, 'no extranonce left'],
    [`sum(${rate(m('malformed_lines_total'))})`, 'no request'],
    [whole('bans'), 'banned addresses'],
  ]),
];

const blocks = [
  lines('Blocks found', 'In an hour.', 'short', [[`sum(increase(${m('blocks_found_total')}[1h]))`, 'found']]),
  lines('What nodes said of them', 'In an hour, by state.', 'short', [
    [`sum by (state) (increase(${m('block_states_total')}[1h]))`, '{{state}}'],
    [`sum(${m('blocks_waiting')})`, 'verdict awaited'],
  ]),
  bars(
    'Blocks of 400 days, by their end',
    'main, uncle, orphan, void, refused or missing.',
    'short',
    whole('blocks', 'state'),
    '{{state}}',
  ),
  lines(
    'Blocks that are not final',
    'By where they stand.',
    'short',
    [
      [whole('blocks_open', 'state'), '{{state}}'],
      [`sum(increase(${m('blocks_not_ours_total')}[1h]))`, 'not ours, in an hour'],
    ],
    { stacked: true },
  ),
];

const nodes = [
  lines(
    'Nodes that can be used',
    '1 while a node leads or could.',
    'short',
    [[`min by (node) (${m('node_up')})`, '{{node}}']],
    { width: 8 },
  ),
  lines(
    'Who leads',
    'At how many front ends.',
    'short',
    [
      [`sum by (node) (${m('node_leading')})`, '{{node}}'],
      [`sum(increase(${m('node_changes_total')}[1h]))`, 'changes in an hour'],
    ],
    { width: 8 },
  ),
  lines(
    'Chains that stand still',
    'By node.',
    'short',
    [[whole('node_chains_standing', 'node'), '{{node}}']],
    { width: 8 },
  ),
  bars(
    'Heights of the 16 chains',
    'Of the newest block that is mined on.',
    'none',
    whole('chain_height', 'chain'),
    '{{chain}}',
  ),
  lines('Age of templates', 'Time since a chain had another one.', 's', [
    [`min by (chain) (${m('chain_template_age_seconds')})`, '{{chain}}'],
    [`min(${m('blocks_asked_seconds')})`, 'blocks last asked about'],
  ]),
];

const keeping = [
  lines('From journal to store', 'Age of what is not stored yet; some 10 s are usual.', 's', [
    [`max by (instance) (${m('journal_lag_seconds')})`, '{{instance}}'],
  ]),
  lines('Time of the store', 'For a small question.', 's', [
    [
      `histogram_quantile(0.5, sum by (le) (${rate(m('store_latency_seconds_bucket'))}))`,
      'half of them within',
    ],
    [
      `histogram_quantile(0.99, sum by (le) (${rate(m('store_latency_seconds_bucket'))}))`,
      '99 of 100 within',
    ],
  ]),
  lines(
    'Not confirmed by the store',
    'Bytes of the journals.',
    'bytes',
    [[`sum by (instance) (${m('journal_unconfirmed_bytes')})`, '{{instance}}']],
    { width: 8 },
  ),
  lines(
    'Writes of the journal',
    'Each second: one for all shares of a tick.',
    'ops',
    [
      [`sum(${rate(m('journal_commits_total'))})`, 'commits'],
      [`sum(${rate(m('journal_segments_total'))})`, 'segments'],
      [`sum(${m('journal_pending_segments')})`, 'segments pending'],
      [`sum(${rate(m('journal_write_errors_total'))})`, 'errors'],
    ],
    { width: 8 },
  ),
  lines(
    'Faults',
    'Store or journal away: 0; requests that the store refused.',
    'short',
    [
      [`min(${m('store_up')})`, 'store up'],
      [`min(${m('journal_writable')})`, 'journal writable'],
      [`sum(increase(${m('store_refusals_total')}[1h]))`, 'refused in an hour'],
    ],
    { width: 8 },
  ),
];

const processes = [
  lines(
    'CPU',
    'Cores used, by front end.',
    'short',
    [[`sum by (instance) (${rate(`process_cpu_seconds_total{${HERE}}`)})`, '{{instance}}']],
    { width: 8 },
  ),
  lines(
    'Memory',
    'Resident, by front end.',
    'bytes',
    [[`sum by (instance) (process_resident_memory_bytes{${HERE}})`, '{{instance}}']],
    { width: 8 },
  ),
  lines(
    'Lag of the event loop',
    'One turn of a hundred takes longer.',
    's',
    [[`max by (instance) (nodejs_eventloop_lag_p99_seconds{${HERE}})`, '{{instance}}']],
    { width: 8 },
  ),
  lines('Jobs sent', 'Each second.', 'ops', [[`sum(${rate(m('jobs_sent_total'))})`, 'jobs']]),
  lines('Connections taken', 'Each second.', 'ops', [
    [`sum(${rate(m('connections_total'))})`, 'connections'],
  ]),
];

const money = [
  stat('Owed to miners', 'ALPH.', 'none', whole('money_alph', '', 'what="owed"')),
  stat(
    'On its way',
    'ALPH that left balances and is not confirmed.',
    'none',
    whole('money_alph', '', 'what="inFlight"'),
  ),
  stat('Paid so far', 'ALPH.', 'none', whole('money_alph', '', 'what="paid"')),
  stat('Payments', 'Held by the operator or for a fault.', 'none', whole('payer_paused'), {
    steps: lowIsGood(1, 1),
    words: { 0: { text: 'go on', index: 0 }, 1: { text: 'paused', index: 1 } },
  }),
  stat('Faults of the ledger', 'Nothing is paid while there are any.', 'none', whole('ledger_check_faults'), {
    steps: lowIsGood(1, 1),
  }),
  stat('Crediting waits for', 'Journals of silent front ends.', 'none', whole('settlement_blocked_by'), {
    steps: lowIsGood(1, 3),
  }),
  lines('Where money stands', 'ALPH.', 'none', [
    [whole('money_alph', 'what', 'what!~"credited|paid"'), '{{what}}'],
  ]),
  lines('Credited and paid', 'ALPH in a day.', 'none', [
    [`max by (what) (delta(${m('money_alph', 'what=~"credited|paid"')}[1d]))`, '{{what}}'],
  ]),
  lines(
    'Wallet',
    'ALPH that can be spent, and that are locked, by group.',
    'none',
    [
      [whole('wallet_spendable_alph', 'group'), 'group {{group}}'],
      [whole('wallet_immature_alph', 'group'), 'group {{group}}, locked'],
    ],
    { stacked: true },
  ),
  lines('How long ago', 'Rounds, checks and payments.', 's', [
    [`min(${m('payer_age_seconds')})`, 'the payer noted something'],
    [`min(${m('payer_round_age_seconds')})`, 'last round'],
    [`min(${m('ledger_check_age_seconds')})`, 'last check of the ledger'],
    [`min(${m('payment_age_seconds')})`, 'last payment'],
    [`min(${m('money_age_seconds')})`, 'books read'],
  ]),
  lines('Settlement', 'Time since the work of an interval was fixed; up to 11 minutes are usual.', 's', [
    [whole('settlement_through_seconds'), 'fixed up to'],
    [whole('settlement_blocked_seconds'), 'held up since'],
    [`time() - ${whole('settlement_last_run_timestamp_seconds')}`, 'last settlement begun'],
  ]),
  lines('Settlements', 'In a day.', 'short', [[`max(delta(${m('settlement_runs')}[1d]))`, 'complete']]),
  lines('Transactions that are stuck', 'On their way for two hours or more.', 'short', [
    [whole('payer_stuck_transactions'), 'transactions'],
  ]),
];

const polw = [
  lines('Fund', 'ALPH, by account.', 'none', [[whole('polw_fund_alph', 'account'), '{{account}}']]),
  lines('Chains', 'By where they stand.', 'short', [[whole('polw_chains', 'state'), '{{state}}']], {
    stacked: true,
  }),
  bars(
    'How long the coins of a chain last',
    'Hours at the present rate.',
    'h',
    `min by (chain) (${m('polw_chain_left_hours')})`,
    '{{chain}}',
  ),
  bars(
    'Unlocked at a chain',
    'ALPH that are neither locked nor set aside.',
    'none',
    `min by (chain) (${m('polw_chain_unlocked_alph')})`,
    '{{chain}}',
  ),
  lines('What the next block can burn', 'ALPH, by chain.', 'none', [
    [`min by (chain) (${m('polw_chain_visible_alph')})`, '{{chain}}'],
  ]),
  lines('What the next block burns', 'ALPH, by chain.', 'none', [
    [whole('polw_chain_burnt_alph', 'chain'), '{{chain}}'],
  ]),
  lines('Needed and on the way', 'ALPH, all chains.', 'none', [
    [`sum(${whole('polw_chain_needed_alph', 'chain')})`, 'must be unlocked'],
    [`sum(${whole('polw_chain_sent_alph', 'chain')})`, 'on the way'],
  ]),
  lines(
    'Drift',
    'ALPH an hour: below 0, coins go to the opposite chain.',
    'none',
    [[`min by (chain) (${m('polw_chain_drift_alph_per_hour')})`, '{{chain}}']],
    { min: null },
  ),
  lines(
    'Blocks that burn, not final',
    'By where they stand.',
    'short',
    [[whole('polw_finds', 'state'), '{{state}}']],
    { stacked: true },
  ),
  lines('Faults', 'Each should be 0, and the history read (1).', 'short', [
    [whole('polw_output_differences'), 'outputs that differ from the node'],
    [whole('polw_output_lists_incomplete'), 'lists of outputs cut short'],
    [`sum(increase(${m('polw_refused_lists')}[1h]))`, 'lists refused in an hour'],
    [`min(${m('polw_caught_up')})`, 'history read'],
  ]),
];

export const POOL_DASHBOARD = dashboard({
  id: 'lesswork-pool',
  title: 'lesswork pool',
  description: 'Miners, shares, blocks, nodes, store, money and coins to burn of a pool.',
  tags: ['lesswork', 'mining'],
  variables: [
    { name: 'job', label: 'Pool', query: 'label_values(lesswork_pool_ready, job)', several: false },
    {
      name: 'instance',
      label: 'Front end',
      query: 'label_values(lesswork_pool_ready{job=~"$job"}, instance)',
      several: true,
    },
  ],
  rows: [
    { title: 'Mining', panels: mining },
    { title: 'Blocks', panels: blocks },
    { title: 'Full nodes', panels: nodes },
    { title: 'Journal and store', panels: keeping },
    { title: 'Processes', panels: processes },
    { title: 'Money', panels: money },
    { title: 'Proof of Less Work', panels: polw },
  ],
});
