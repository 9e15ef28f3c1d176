// What the owner of rigs looks at: rates, shares, devices with their temperatures and what they draw.
import { dashboard, lines, lowIsGood, stat } from './dashboard.mjs';

/** Of the rigs that are chosen. */
const HERE = 'job=~"$job",instance=~"$instance"';

const m = (name, labels = '') => `lesswork_miner_${name}{${HERE}${labels && `,${labels}`}}`;
const rate = (metric) => `rate(${metric}[$__rate_interval])`;
const byDevice = (name) => `max by (instance, device) (${m(name)})`;
const DEVICE = '{{instance}} {{device}}';

/** A reason has no value until a share is refused for it. */
const refused = `(sum(increase(${m('shares_rejected_total')}[1h])) or vector(0))`;

const mining = [
  stat('Hashrate', 'Over the last minute, all rigs.', 'H/s', `sum(${m('hashrate', 'window="60s"')})`),
  stat(
    'Rigs without work',
    'With no node or pool to work for.',
    'none',
    `count(${m('connected')} == 0) or vector(0)`,
    {
      steps: lowIsGood(1, 2),
    },
  ),
  stat(
    'Devices that are not well',
    'They neither mine nor wait for work.',
    'none',
    `count(${m('device_up')} == 0) or vector(0)`,
    {
      steps: lowIsGood(1, 2),
    },
  ),
  stat(
    'Shares refused',
    'Part of those that were answered, in an hour.',
    'percentunit',
    `${refused} / (${refused} + sum(increase(${m('shares_accepted_total')}[1h])))`,
    { steps: lowIsGood(0.02, 0.05) },
  ),
  stat('Power', 'Of devices that tell it.', 'watt', `sum(${m('device_power_watts')})`),
  stat('Hottest device', 'Of those that tell it.', 'celsius', `max(${m('device_temperature_celsius')})`, {
    steps: lowIsGood(75, 85),
  }),
  lines('Hashrate', 'By rig, beside what the pool sees of it all.', 'H/s', [
    [`sum by (instance) (${rate(m('hashes_total'))})`, '{{instance}}'],
    [`sum(rate(${m('accepted_work_hashes_total')}[1h]))`, 'the pool sees, over an hour'],
  ]),
  lines('Hashrate by device', 'Over the last minute.', 'H/s', [[byDevice('device_hashrate'), DEVICE]], {
    stacked: true,
  }),
  lines('Windows', 'All rigs, over 10 s, 60 s, 15 min, and the highest.', 'H/s', [
    [`sum by (window) (${m('hashrate')})`, '{{window}}'],
    [`sum(${m('hashrate_highest')})`, 'highest'],
  ]),
  lines('Hashes on stale templates', 'As a part of all.', 'percentunit', [
    [
      `sum by (instance) (${rate(m('stale_hashes_total'))}) / sum by (instance) (${rate(m('hashes_total'))})`,
      '{{instance}}',
    ],
  ]),
];

const answers = [
  lines('Shares', 'In an hour.', 'short', [
    [`sum(increase(${m('shares_found_total')}[1h]))`, 'found'],
    [`sum(increase(${m('shares_accepted_total')}[1h]))`, 'accepted'],
  ]),
  lines('Refused shares by reason', 'In an hour.', 'short', [
    [`sum by (reason) (increase(${m('shares_rejected_total')}[1h])) > 0`, '{{reason}}'],
  ]),
  lines('Shares that came to nothing', 'So far, by what became of them.', 'short', [
    [`sum by (outcome) (${m('shares')})`, '{{outcome}}'],
  ]),
  lines('Time to the answer', 'Median of the last 64 shares.', 's', [
    [`max by (instance) (${m('share_answer_seconds')})`, '{{instance}}'],
  ]),
  lines('Blocks', 'Found so far, by what became of them.', 'short', [
    [`sum by (outcome) (${m('blocks')})`, '{{outcome}}'],
  ]),
  lines('Difficulty', 'Of the pool: 1 stands for 2^34 hashes.', 'short', [
    [`max by (instance) (${m('difficulty')})`, '{{instance}}'],
  ]),
];

const devices = [
  lines('Temperature', 'By device.', 'celsius', [[byDevice('device_temperature_celsius'), DEVICE]], {
    width: 8,
  }),
  lines('Power', 'By device.', 'watt', [[byDevice('device_power_watts'), DEVICE]], {
    width: 8,
    stacked: true,
  }),
  lines('Fans', 'Of their full speed, by device.', 'percentunit', [[byDevice('device_fan_ratio'), DEVICE]], {
    width: 8,
  }),
  lines(
    'Hashes per joule',
    'Over the last minute, by device.',
    'short',
    [[byDevice('device_hashes_per_joule'), DEVICE]],
    { width: 8 },
  ),
  lines('Clock of the core', 'By device.', 'hertz', [[byDevice('device_core_clock_hertz'), DEVICE]], {
    width: 8,
  }),
  lines('Clock of the memory', 'By device.', 'hertz', [[byDevice('device_memory_clock_hertz'), DEVICE]], {
    width: 8,
  }),
  lines('Errors', 'In an hour: finds that were none, overflows and breakdowns.', 'short', [
    [`sum by (instance, device) (increase(${m('device_errors_total')}[1h]))`, DEVICE],
  ]),
  lines('Hashes', 'Each second, by device.', 'H/s', [
    [`sum by (instance, device) (${rate(m('device_hashes_total'))})`, DEVICE],
  ]),
  lines('Devices that are well, and held', '1 while it is so.', 'short', [
    [byDevice('device_up'), `well: ${DEVICE}`],
    [byDevice('device_held'), `held: ${DEVICE}`],
  ]),
  lines('Held as a whole', '1 while all devices of a rig are held, by reason.', 'short', [
    [`max by (instance, reason) (${m('held')}) > 0`, '{{instance}}: {{reason}}'],
  ]),
];

const program = [
  lines('Connected', '1 while there is a node or pool to work for.', 'short', [
    [`min by (instance) (${m('connected')})`, '{{instance}}'],
    [`sum(increase(${m('sessions_lost_total')}[1h]))`, 'sessions lost in an hour'],
  ]),
  lines('Since when', 'The program, and its present session.', 's', [
    [`max by (instance) (${m('uptime_seconds')})`, '{{instance}}'],
    [`max by (instance) (${m('session_seconds')})`, '{{instance}}, session'],
  ]),
];

export const RIG_DASHBOARD = dashboard({
  id: 'lesswork-rig',
  title: 'lesswork rigs',
  description: 'Rates, shares and devices of miners.',
  tags: ['lesswork', 'mining'],
  variables: [
    { name: 'job', label: 'Job', query: 'label_values(lesswork_miner_connected, job)', several: false },
    {
      name: 'instance',
      label: 'Rig',
      query: 'label_values(lesswork_miner_connected{job=~"$job"}, instance)',
      several: true,
    },
  ],
  rows: [
    { title: 'Mining', panels: mining },
    { title: 'Shares and blocks', panels: answers },
    { title: 'Devices', panels: devices },
    { title: 'Program', panels: program },
  ],
});
