import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultRows, sourceRows, standing } from '../../../web/rig/rig-words.js';
import { ON_NODE, ON_POOL } from '../../support/miner-status.js';

test('how a rig stands: what holds it, else whom it lacks, else whether it has work', () => {
  const away = { ...ON_POOL, source: undefined };
  const progress = { name: 'pool:1', state: 'away', reason: 'nobody listens there', failures: 1 } as const;
  assert.deepEqual(
    [
      standing({ ...away, held: ['user', 'schedule'] }),
      standing({ ...away, held: [], progress: undefined }),
      standing({ ...away, held: [], progress }),
      standing({ ...ON_POOL, held: [], idle: undefined }),
    ],
    [
      ['Paused, Off schedule', 'held'],
      ['Connecting', 'bad'],
      ['pool:1: nobody listens there', 'bad'],
      ['Mining', 'well'],
    ],
  );
});

test('shares for a pool: what was refused by its reason, what came to nothing where it did', () => {
  const shares = {
    ...ON_POOL.shares!,
    ...{ accepted: 1_000, stale: 3, unanswered: 0, unsent: 1, byReason: { stale: 1, lowDifficulty: 2 } },
  };
  const rows = resultRows({ ...ON_POOL, shares });
  assert.deepEqual(rows.slice(0, -1), [
    ['Accepted', '1,000', ''],
    ['Refused: stale', '1', 'bad'],
    ['Refused: low difficulty', '2', 'bad'],
    ['Stale, not sent', '2', ''],
    ['Not sent', '1', ''],
  ]);
  assert.equal(rows.at(-1)![0], 'Blocks');
  assert.deepEqual(resultRows({ ...ON_POOL, shares: { ...shares, byReason: {} } })[1], ['Refused', '0', '']);
});

test('blocks for a node: three that are always told, and others where there are some', () => {
  const blocks = {
    ...ON_NODE.blocks,
    found: 4,
    accepted: 2,
    side: 1,
    rejected: 1,
    unanswered: 0,
    surplus: 3,
  };
  assert.deepEqual(resultRows({ ...ON_NODE, blocks }), [
    ['Found', '4', ''],
    ['Accepted', '2', ''],
    ['Side blocks', '1', ''],
    ['Refused', '1', 'bad'],
    ['Template had its block', '3', ''],
  ]);
});

test('a pool has a difficulty and what it credits, a node has neither; what JSON lacks is no number', () => {
  const credited = { hashesPerSecond: 8.4e6, error: null as unknown as undefined };
  const rows = sourceRows({ ...ON_POOL, difficulty: 0.12345, shares: { ...ON_POOL.shares!, credited } });
  assert.deepEqual(
    rows.filter(([name]) => name === 'Difficulty' || name === 'Credited').map(([, text]) => text),
    ['0.1235', '8.40 MH/s'],
  );
  assert.deepEqual(
    sourceRows(ON_NODE).map(([name]) => name),
    ['Host', 'Connected', 'Connections lost'],
  );
});
