import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeviceStatus, MinerStatus } from '../../../miner/core/events.js';
import type { HoldReason } from '../../../miner/core/holds.js';
import { JsonReporter, TextReporter } from '../../../miner/report/reporter.js';
import { describeSummary, summaryOf } from '../../../miner/report/summary.js';
import {
  describeEvent,
  describeHashrates,
  describeStatus,
  formatDifficulty,
} from '../../../miner/report/words.js';
import { SHARES } from '../../support/miner-status.js';

const RATES = { over10s: 8.4e6, over60s: 8.3e6, over15min: 8.2e6, highest: 9e6 };
const STATUS: MinerStatus = {
  paused: false,
  held: [],
  maxLoad: 1,
  source: '127.0.0.1:10973',
  session: { forMs: 60_000, accepted: 3 },
  sessionsLost: 0,
  progress: undefined,
  idle: undefined,
  uptimeMs: 61_000,
  hashrates: RATES,
  devices: [
    { name: 'cpu', kind: 'cpu', state: 'mining', held: [], hashrates: RATES, totalHashes: 610e6, errors: 0 },
  ],
  blocks: { found: 3, accepted: 2, side: 1, rejected: 0, unanswered: 0, surplus: 0, expired: 0, unsent: 0 },
  shares: undefined,
  difficulty: undefined,
  totalHashes: 610e6,
  staleHashes: 5,
  deviceErrors: 0,
  acceptedByChain: [2, ...new Array<number>(15).fill(0)],
  hashesByChain: new Array<number>(16).fill(10),
};

test('a status in one line', () => {
  assert.equal(
    describeStatus(STATUS),
    '127.0.0.1:10973 | 8.40 MH/s | 60s 8.30 MH/s | blocks A 2 | side 1 | up 1m 01s',
  );
  assert.match(
    describeStatus({ ...STATUS, source: undefined, deviceErrors: 4 }),
    /^no node .*device errors 4/,
  );
  assert.match(describeStatus({ ...STATUS, paused: true, held: ['user'] }), /^paused /);
  assert.match(describeStatus({ ...STATUS, maxLoad: 0.3 }), / \| max load 30 % \| up /);
  assert.match(describeStatus({ ...STATUS, held: ['battery', 'schedule'] }), /^on battery, off schedule /);
});

const POOLED: MinerStatus = { ...STATUS, source: 'pool:1', shares: SHARES, difficulty: 0.03125 };

test('a status of a miner for a pool: what the pool credits beside what is measured here', () => {
  assert.equal(
    describeStatus(POOLED),
    'pool:1 | 8.40 MH/s | 60s 8.30 MH/s | pool 8.10 MH/s ±26 % | A 100 | R 3 | stale 2 | lost 5 | blocks 3 | 12 ms | up 1m 01s',
  );
  assert.match(describeStatus({ ...POOLED, source: undefined }), /^no pool \|/);
  assert.equal(
    describeHashrates(POOLED).at(-1),
    'pool 8.10 MH/s ±26 % over 15 min (99 %), answers in 12.3 ms, difficulty 0.03125 (refused: 2 low difficulty, 1 duplicate, 1 stale)',
  );
  const fresh = { ...SHARES, accepted: 0, credited: { hashesPerSecond: 0, error: undefined } };
  assert.match(describeStatus({ ...POOLED, shares: fresh }), /\| pool - \|/);
});

test('hashrates tell which device mines, and why one does not', () => {
  const line = (state: DeviceStatus['state'], ...held: HoldReason[]) =>
    describeHashrates({ ...STATUS, devices: [{ ...STATUS.devices[0]!, state, held }] })[1]!;
  assert.deepEqual(describeHashrates(STATUS), [
    '                   10 s       60 s     15 min    highest',
    'cpu [mining]  8.40 MH/s  8.30 MH/s  8.20 MH/s  9.00 MH/s',
    'total         8.40 MH/s  8.30 MH/s  8.20 MH/s  9.00 MH/s',
  ]);
  assert.match(line('idle', 'user'), /^cpu \[paused\] /);
  assert.match(line('idle'), /^cpu \[no work\] /);
  assert.match(line('away', 'user'), /^cpu \[away\] /);
  assert.match(line('mining', 'temperature'), /^cpu \[too hot\] /);
});

test('a status tells how many devices are held while others mine', () => {
  const device = (held: HoldReason[], state: DeviceStatus['state'] = 'mining'): DeviceStatus => ({
    ...STATUS.devices[0]!,
    held,
    state,
  });
  const devices = [device(['temperature']), device([]), device([], 'failed'), device([], 'stopped')];
  assert.match(describeStatus({ ...STATUS, devices }), / \| 1 of 2 too hot \| /);
  assert.match(describeStatus({ ...STATUS, devices: [device(['temperature'])] }), / \| too hot \| /);
  // What holds all is said once, in front.
  const all = describeStatus({ ...STATUS, held: ['user'], devices: [device(['user', 'temperature'])] });
  assert.match(all, /^paused /);
  assert.doesNotMatch(all, /too hot/);
});

test('what sensors say: of each device with its hashrates, the hottest and the sum in the status', () => {
  const devices: DeviceStatus[] = [
    {
      ...STATUS.devices[0]!,
      name: 'RTX 3080',
      sensors: { temperatureC: 61, powerW: 221.3, fanPercent: 45, coreMHz: 1740, memoryMHz: 9251 },
      hashesPerJoule: 4_210_000,
    },
    { ...STATUS.devices[0]!, sensors: { temperatureC: 71.6, powerW: 60 } },
    { ...STATUS.devices[0]!, sensors: {} },
    { ...STATUS.devices[0]!, name: 'one of many', among: { cards: 6, hottestC: 79.6 } },
  ];
  assert.match(describeStatus({ ...STATUS, devices }), / \| 80 °C \| 281 W \| /);
  assert.deepEqual(describeHashrates({ ...STATUS, devices }).slice(6), [
    'RTX 3080: 61 °C, 221 W, fan 45 %, core 1740 MHz, memory 9251 MHz, 4.21 MH/J',
    'cpu: 72 °C, 60 W',
    'one of many: one of 6 cards of this name, the hottest at 80 °C',
  ]);
});

test('holds in words: what is too hot is a warning', () => {
  assert.deepEqual(
    describeEvent({ type: 'hold', reason: 'temperature', held: true, device: 'card', message: '86 °C' }),
    { level: 'warn', text: 'card: 86 °C' },
  );
  assert.deepEqual(describeEvent({ type: 'hold', reason: 'battery', held: false, message: 'on mains' }), {
    level: 'info',
    text: 'all devices: on mains',
  });
});

test('shares and difficulties in words', () => {
  const share = {
    type: 'share',
    chain: 6,
    height: 0,
    hash: 'ab'.repeat(32),
    pool: 'pool:1',
    difficulty: 1,
    work: 2n ** 34n,
    block: false,
    answerMs: 29.4,
    late: false,
  } as const;
  assert.deepEqual(describeEvent({ ...share, verdict: 'accepted' }), {
    level: 'info',
    text: 'share on chain 1-2 abababababababab… accepted after 29 ms',
  });
  // The pool's yes is to the share: what became of the block, it does not tell.
  assert.equal(
    describeEvent({ ...share, block: true, verdict: 'accepted', late: true }).text,
    'share that is a block on chain 1-2 abababababababab…: accepted by the pool after 29 ms (late)',
  );
  assert.deepEqual(
    describeEvent({ ...share, verdict: 'rejected', reason: 'stale', message: 'job not found' }),
    {
      level: 'warn',
      text: 'share on chain 1-2 abababababababab… refused by the pool after 29 ms: job not found',
    },
  );
  assert.match(describeEvent({ ...share, verdict: 'unanswered' }).text, /: no answer after 29 ms$/);
  assert.deepEqual([0.000123456, 0.5, 12, 999.96, 1024, 5e6].map(formatDifficulty), [
    '0.0001235',
    '0.5',
    '12',
    '1000',
    '1024',
    '5000000',
  ]);
});

test('what could not be sent, and why', () => {
  const find = { type: 'unsent', chain: 6, height: 9, hash: 'ab'.repeat(32), block: true } as const;
  const told = [
    describeEvent({ ...find, to: 'node', why: 'away' }),
    describeEvent({ ...find, to: 'pool', why: 'away' }),
    describeEvent({ ...find, to: 'pool', block: false, why: 'busy' }),
  ];
  assert.deepEqual(
    told.map(({ level, text }) => `${level} ${text}`),
    [
      'warn block on chain 1-2 abababababababab… could not be sent: its node is gone',
      'warn share that is a block on chain 1-2 abababababababab… could not be sent: the connection to its pool is gone',
      'warn share on chain 1-2 abababababababab… not sent: the pool has thousands to answer',
    ],
  );
});

test('the summary of a miner for a pool has its shares; that of one for a node has none', () => {
  const { shares } = summaryOf(POOLED);
  const { accepted, rejected, stale, unanswered, unsent, byReason } = SHARES;
  assert.deepEqual(
    { ...shares, hashesPerSecond: 0 },
    { accepted, rejected, stale, unanswered, unsent, byReason, hashesPerSecond: 0 },
  );
  assert.equal('shares' in summaryOf(STATUS), false);
});

test('the summary in words tells what Proof of Less Work took and gave, where it is known', () => {
  const polw = {
    blocks: 2,
    uncles: 0,
    open: 0,
    burnt: '94700000000000000',
    fund: '15999905300000000000000',
    netReward: '16800000000000000',
    void: 0,
  };
  const lineOf = (changes: Partial<typeof polw>): string | undefined =>
    describeSummary({ ...summaryOf(POOLED), polw: { ...polw, ...changes } }).find((line) =>
      line.startsWith('polw: '),
    );
  assert.equal(
    lineOf({}),
    'polw: 2 blocks burnt 0.0947 ALPH, net reward 0.0168 ALPH; 15,999.9053 ALPH in the fund',
  );
  assert.match(
    lineOf({ uncles: 1, open: 3, void: 1 })!,
    / \(1 uncle burnt none, 3 not known yet\), .*; 1 block void$/,
  );
  assert.equal(
    lineOf({ blocks: 0, burnt: '0', netReward: '0', fund: '0' }),
    'polw: no block has burnt coins; 0.0000 ALPH in the fund',
  );
});

test('the summary in words: what did not happen has no line', () => {
  const pooled = describeSummary(summaryOf(POOLED));
  assert.match(pooled[1]!, /^shares: 100 accepted: the pool credits \d/);
  assert.deepEqual(
    [pooled[0], ...pooled.slice(2)],
    [
      'mined for 1m 01s at 10.0 MH/s, on all 16 chains (most to least: 1.00)',
      'shares: 3 refused, 2 stale, 1 without an answer, 4 not sent (2 low difficulty, 1 duplicate, 1 stale)',
      'blocks: 3 found; by the pool: 2 accepted, 1 accepted as a side block',
      '3.1 % of the hashes were on templates that had just become stale',
    ],
  );
  const none = {
    found: 0,
    accepted: 0,
    side: 0,
    rejected: 0,
    unanswered: 0,
    surplus: 0,
    expired: 0,
    unsent: 0,
  };
  const quiet: MinerStatus = {
    ...POOLED,
    blocks: none,
    staleHashes: 0,
    shares: { ...SHARES, accepted: 7, rejected: 0, stale: 0, unanswered: 0, unsent: 0, byReason: {} },
  };
  assert.equal(describeSummary(summaryOf(quiet)).length, 2);
  assert.deepEqual(describeSummary(summaryOf({ ...quiet, shares: undefined })).slice(1), [
    'blocks: none found',
  ]);
  const lost = {
    ...quiet,
    shares: undefined,
    blocks: { ...none, found: 6, unsent: 3, surplus: 2, expired: 1 },
  };
  assert.deepEqual(describeSummary(summaryOf(lost)).slice(1), [
    'blocks: 6 found; 3 found while the node was away, could not be sent, 2 on templates that had their block already, 1 too late to be worth anything',
  ]);
  const idle = { ...quiet, totalHashes: 0, hashesByChain: new Array<number>(16).fill(0) };
  assert.equal(describeSummary(summaryOf(idle))[0], 'nothing mined in 1m 01s');
  const failing = { ...quiet, deviceErrors: 2, hashesByChain: [5, ...new Array<number>(15).fill(0)] };
  assert.match(describeSummary(summaryOf(failing))[0]!, /, on 1 of the 16 chains$/);
  assert.equal(describeSummary(summaryOf(failing)).at(-1), 'devices: 2 errors');
});

test('the way to a pool: the status tells its steps apart', () => {
  const state = (progress: NonNullable<MinerStatus['progress']>) =>
    describeStatus({ ...POOLED, source: undefined, progress }).split(' | ')[0];
  const name = 'pool:1';
  assert.equal(state({ name, state: 'connecting', failures: 0 }), 'connecting to pool:1');
  assert.equal(state({ name, state: 'connecting', failures: 2 }), 'connecting to pool:1, try 3');
  assert.equal(state({ name, state: 'authorized', failures: 0 }), 'pool:1: authorized');
  assert.equal(state({ name, state: 'waiting', failures: 0 }), 'pool:1: waiting for the first job');
  assert.equal(
    state({ name, state: 'away', failures: 3, reason: 'connection refused' }),
    'pool:1 away (3 tries): connection refused',
  );
  assert.match(
    state({ name, state: 'away', failures: 1, reason: 'x'.repeat(100) })!,
    /^pool:1 away: x{47}…$/,
  );
  const told = (['connecting', 'authorized', 'waiting', 'away'] as const).map((step) => {
    const { level, text } = describeEvent({ type: 'progress', name, state: step, failures: 0 });
    return `${level} ${text}`;
  });
  assert.deepEqual(told.slice(0, 3), [
    'info connecting to pool:1',
    'info pool:1: authorized',
    'info pool:1: waiting for the first job',
  ]);
  // A try after a failure is no news: that another follows was told with the failure.
  assert.equal(describeEvent({ type: 'progress', name, state: 'connecting', failures: 1 }).level, 'debug');
});

test('a line that stands for several says for how many', () => {
  let text = '';
  const output = {
    write: (part: string) => {
      text += part;
    },
  };
  const gathered = { count: 1203, overMs: 10_000 };
  const event = { type: 'difficulty', difficulty: 2 } as const;
  new TextReporter(output, 'info').event(event, gathered);
  assert.match(
    text,
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d share difficulty 2 \(the last of 1203 such in 10 s\)\n$/,
  );
  text = '';
  new JsonReporter(output).event(event, gathered);
  assert.deepEqual(JSON.parse(text).gathered, gathered);
});

test('JSON: work keeps its digits', () => {
  let text = '';
  const reporter = new JsonReporter({
    write: (part) => {
      text += part;
    },
  });
  reporter.hashrates(POOLED);
  assert.equal(JSON.parse(text).shares.acceptedWork, '18446744073709551617');
});

test('verdicts in words', () => {
  const event = {
    type: 'verdict',
    chain: 6,
    height: 12,
    hash: 'ab'.repeat(32),
    answerMs: 29.4,
    late: false,
  } as const;
  assert.equal(
    describeEvent({ ...event, verdict: 'accepted' }).text,
    'block on chain 1-2 at height 12 abababababababab… accepted after 29 ms',
  );
  assert.deepEqual(describeEvent({ ...event, verdict: 'rejected' }).level, 'warn');
});

test('plain lines where the output is no terminal: no control bytes, a status every 10 s', () => {
  let text = '';
  const reporter = new TextReporter(
    {
      write: (part) => {
        text += part;
      },
    },
    'info',
  );
  for (let i = 0; i < 20; i++) reporter.status(STATUS);
  reporter.event({ type: 'session', name: 'node' });
  assert.equal(text.split('\n').length, 4);
  assert.equal(text.includes('\x1b') || text.includes('\r'), false);
});

test('a terminal: the status line is rewritten, shortened to the width, and kept below other lines', () => {
  let text = '';
  const output = {
    columns: 30,
    write: (part: string) => {
      text += part;
    },
  };
  const reporter = new TextReporter(output, 'info', { live: true, colour: false });
  reporter.status(STATUS);
  assert.equal(text, '\r\x1b[2K8.40 MH/s | blocks A 2');
  text = '';
  reporter.event({ type: 'session', name: 'node' });
  assert.match(text, /mining for node\n8\.40 MH\/s \| blocks A 2$/);
  text = '';
  new TextReporter(output, 'info', { live: true, colour: true }).status(STATUS);
  assert.equal(text, '\r\x1b[2K8.40 MH/s | \x1b[32mblocks A 2\x1b[0m');
});

test('quiet tells warnings only', () => {
  let text = '';
  const reporter = new TextReporter(
    {
      write: (part) => {
        text += part;
      },
    },
    'warn',
  );
  reporter.event({ type: 'session', name: 'node' });
  for (let i = 0; i < 20; i++) reporter.status(STATUS);
  assert.equal(text, '');
  reporter.event({ type: 'notice', level: 'warn', name: 'node', message: 'gone' });
  assert.match(text, /warning: node: gone\n$/);
});

test('JSON: an object a line, each with its type', () => {
  let text = '';
  const reporter = new JsonReporter({
    write: (part) => {
      text += part;
    },
  });
  reporter.event({ type: 'session', name: 'node' });
  for (let i = 0; i < 10; i++) reporter.status(STATUS);
  reporter.summary(summaryOf(STATUS));
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  assert.deepEqual(
    lines.map((line) => line.type),
    ['session', 'status', 'summary'],
  );
  const summary = lines[2] as unknown as ReturnType<typeof summaryOf>;
  assert.equal(summary.chains['0-0'], 2);
  assert.equal(summary.hashes['3-3'], 10);
  assert.equal(summary.hashesPerSecond, 10_000_000);
});

test('finds are told at debug, warnings not at error', () => {
  let text = '';
  const output = {
    write: (part: string) => {
      text += part;
    },
  };
  const find = {
    type: 'find',
    chain: 1,
    height: 2,
    hash: 'cd'.repeat(32),
    device: 'cpu',
    stale: true,
  } as const;
  new TextReporter(output, 'info').event(find);
  new TextReporter(output, 'error').event({ type: 'notice', level: 'warn', name: 'node', message: 'gone' });
  assert.equal(text, '');
  new TextReporter(output, 'debug').event(find);
  assert.match(text, /found cdcdcdcdcdcdcdcd… on chain 0-1 by cpu, stale\n$/);
});

test('while nobody reads, only the summary is told', () => {
  let text = '';
  const output = {
    writableLength: 2 * 1024 * 1024,
    write: (part: string) => {
      text += part;
    },
  };
  for (const reporter of [new TextReporter(output, 'info'), new JsonReporter(output)]) {
    reporter.event({ type: 'session', name: 'node' });
    for (let i = 0; i < 20; i++) reporter.status(STATUS);
    assert.equal(text, '');
    reporter.summary(summaryOf(STATUS));
    assert.notEqual(text, '');
    text = '';
  }
});
