import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MinerStatus } from '../../../miner/core/events.js';
import { JsonReporter, TextReporter } from '../../../miner/report/reporter.js';
import { describeSummary, summaryOf } from '../../../miner/report/summary.js';
import {
  describeEvent,
  describeHashrates,
  describeStatus,
  formatDifficulty,
} from '../../../miner/report/words.js';

const RATES = { over10s: 8.4e6, over60s: 8.3e6, over15min: 8.2e6, highest: 9e6 };
const STATUS: MinerStatus = {
  paused: false,
  source: '127.0.0.1:10973',
  uptimeMs: 61_000,
  hashrates: RATES,
  devices: [{ name: 'cpu', kind: 'cpu', state: 'mining', hashrates: RATES, errors: 0 }],
  blocks: { found: 3, accepted: 2, side: 1, rejected: 0, unanswered: 0, surplus: 0, expired: 0 },
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
    '127.0.0.1:10973 | 8.40 MH/s | 60s 8.30 MH/s | blocks 2 + 1 side | up 1m 01s',
  );
  assert.match(
    describeStatus({ ...STATUS, source: undefined, deviceErrors: 4 }),
    /^no node .*device errors 4/,
  );
  assert.match(describeStatus({ ...STATUS, paused: true }), /^paused /);
});

const SHARES: NonNullable<MinerStatus['shares']> = {
  found: 110,
  accepted: 100,
  rejected: 3,
  stale: 2,
  unanswered: 1,
  unsent: 4,
  byReason: { duplicate: 1, lowDifficulty: 2, stale: 1 },
  acceptedWork: 2n ** 64n + 1n,
  credited: { hashesPerSecond: 8.1e6, error: 0.258 },
  answerMs: 12.34,
};
const POOLED: MinerStatus = { ...STATUS, source: 'pool:1', shares: SHARES, difficulty: 0.03125 };

test('a status of a miner for a pool: what the pool credits beside what is measured here', () => {
  assert.equal(
    describeStatus(POOLED),
    'pool:1 | 8.40 MH/s | 60s 8.30 MH/s | pool 8.10 MH/s ±26 % | shares 100 | refused 3 | stale 2 | lost 5 | blocks 3 | 12 ms | up 1m 01s',
  );
  assert.match(describeStatus({ ...POOLED, source: undefined }), /^no pool \|/);
  assert.equal(
    describeHashrates(POOLED).at(-1),
    'pool 8.10 MH/s ±26 % over 15 min (99 %), answers in 12.3 ms, difficulty 0.03125 (refused: 2 low difficulty, 1 duplicate, 1 stale)',
  );
  const fresh = { ...SHARES, accepted: 0, credited: { hashesPerSecond: 0, error: undefined } };
  assert.match(describeStatus({ ...POOLED, shares: fresh }), /\| pool - \|/);
});

test('shares and difficulties in words', () => {
  const share = {
    type: 'share',
    chain: 6,
    height: 0,
    hash: 'ab'.repeat(32),
    difficulty: 1,
    block: false,
    answerMs: 29.4,
    late: false,
  } as const;
  assert.deepEqual(describeEvent({ ...share, verdict: 'accepted' }), {
    level: 'info',
    text: 'share on chain 1-2 abababababababab… accepted after 29 ms',
  });
  assert.equal(
    describeEvent({ ...share, block: true, verdict: 'accepted', late: true }).text,
    'block on chain 1-2 abababababababab… accepted after 29 ms (late)',
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

test('the summary of a miner for a pool has its shares; that of one for a node has none', () => {
  const { shares } = summaryOf(POOLED);
  const { accepted, rejected, stale, unanswered, unsent, byReason } = SHARES;
  assert.deepEqual(
    { ...shares, hashesPerSecond: 0 },
    { accepted, rejected, stale, unanswered, unsent, byReason, hashesPerSecond: 0 },
  );
  assert.equal('shares' in summaryOf(STATUS), false);
  const lines = describeSummary(summaryOf(POOLED));
  assert.match(lines[0]!, /^shares: 100 accepted, 3 refused, 2 stale, 1 unanswered, 4 not sent \(refused: /);
  assert.match(lines[1]!, /^credited by the pool: /);
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

test('a terminal: the status line is rewritten, cut to the width, and kept below other lines', () => {
  let text = '';
  const reporter = new TextReporter(
    {
      isTTY: true,
      columns: 30,
      write: (part) => {
        text += part;
      },
    },
    'info',
  );
  reporter.status(STATUS);
  assert.equal(text, '\r\x1b[2K127.0.0.1:10973 | 8.40 MH/s |');
  text = '';
  reporter.event({ type: 'session', name: 'node' });
  assert.match(text, /mining for node\n127\.0\.0\.1:10973/);
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
