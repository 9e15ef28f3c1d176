import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type FollowedTransfer,
  follow,
  isDue,
  isInBlock,
  isSettled,
  LOST_MS,
  NEW_TRANSFER,
  RESUBMIT_MS,
} from '../../node/follow.js';
import type { TransactionStatus } from '../../node/rest-transactions.js';

const CONFIRMATIONS = 3;
const UNKNOWN: TransactionStatus = { kind: 'unknown' };
const POOLED: TransactionStatus = { kind: 'pooled' };
const inBlock = (fromGroupConfirmations: number): TransactionStatus => ({
  kind: 'confirmed',
  blockHash: '0a'.repeat(32),
  chainConfirmations: 9,
  fromGroupConfirmations,
  toGroupConfirmations: 9,
});
const conflicted = (fromGroupConfirmations: number): TransactionStatus => ({
  ...(inBlock(fromGroupConfirmations) as TransactionStatus & { kind: 'confirmed' }),
  kind: 'conflicted',
});

/** What was heard and done, and when. */
type Step = readonly [nowMs: number, heard: TransactionStatus | 'submitted'];

function after(...steps: readonly Step[]): FollowedTransfer {
  return steps.reduce(
    (state, [nowMs, heard]) =>
      follow(
        state,
        heard === 'submitted' ? { kind: 'submitted' } : { kind: 'status', status: heard },
        nowMs,
        CONFIRMATIONS,
      ),
    NEW_TRANSFER,
  );
}

for (const [what, steps, kind, settled] of [
  ['nothing was done', [], 'new', false],
  ['a node that was not asked to does not know it', [[0, UNKNOWN]], 'new', false],
  ['it was handed in', [[0, 'submitted']], 'submitted', false],
  [
    'handed in, and not known',
    [
      [0, 'submitted'],
      [1, UNKNOWN],
    ],
    'submitted',
    false,
  ],
  [
    'it waits for a block',
    [
      [0, 'submitted'],
      [1, POOLED],
    ],
    'pooled',
    false,
  ],
  ['an earlier run handed it in', [[0, POOLED]], 'pooled', false],
  [
    'in a block that no block of (f, f) has taken in',
    [
      [0, 'submitted'],
      [1, inBlock(0)],
    ],
    'in-block',
    false,
  ],
  [
    'one confirmation too few',
    [
      [0, 'submitted'],
      [1, inBlock(2)],
    ],
    'in-block',
    false,
  ],
  [
    'confirmations enough',
    [
      [0, 'submitted'],
      [1, inBlock(2)],
      [2, inBlock(3)],
    ],
    'paid',
    true,
  ],
  ['an earlier run was nearly done', [[0, inBlock(3)]], 'paid', true],
  [
    'another one has won',
    [
      [0, inBlock(0)],
      [1, conflicted(1)],
    ],
    'conflicted',
    false,
  ],
  [
    'another one has won for good',
    [
      [0, inBlock(0)],
      [1, conflicted(3)],
    ],
    'conflicted',
    true,
  ],
  [
    'the winner was reorganised away',
    [
      [0, conflicted(2)],
      [1, inBlock(1)],
    ],
    'in-block',
    false,
  ],
  [
    'its block was reorganised away',
    [
      [0, 'submitted'],
      [1, inBlock(2)],
      [2, UNKNOWN],
    ],
    'submitted',
    false,
  ],
  [
    'dropped from the pool',
    [
      [0, 'submitted'],
      [1, POOLED],
      [63_000, UNKNOWN],
    ],
    'submitted',
    false,
  ],
  [
    'unknown for nearly half an hour',
    [
      [0, 'submitted'],
      [5, UNKNOWN],
      [LOST_MS + 4, UNKNOWN],
    ],
    'submitted',
    false,
  ],
  [
    'unknown for half an hour',
    [
      [0, 'submitted'],
      [5, UNKNOWN],
      [LOST_MS + 5, UNKNOWN],
    ],
    'lost',
    true,
  ],
  [
    'known again in between',
    [
      [0, 'submitted'],
      [5, UNKNOWN],
      [9, POOLED],
      [LOST_MS + 5, UNKNOWN],
    ],
    'submitted',
    false,
  ],
  [
    'lost, and found',
    [
      [0, 'submitted'],
      [0, UNKNOWN],
      [LOST_MS, UNKNOWN],
      [LOST_MS + 1, POOLED],
    ],
    'pooled',
    false,
  ],
] as const satisfies readonly (readonly [string, readonly Step[], string, boolean])[]) {
  test(`${what}: ${kind}`, () => {
    const state = after(...steps);
    assert.equal(state.standing.kind, kind);
    assert.equal(isSettled(state), settled);
  });
}

test('it is handed in at once, and every minute as long as no block has it', () => {
  assert.ok(isDue(NEW_TRANSFER, 0));
  for (const heard of [UNKNOWN, POOLED]) {
    const state = after([1000, 'submitted'], [1001, heard]);
    assert.ok(!isDue(state, 999 + RESUBMIT_MS));
    assert.ok(isDue(state, 1000 + RESUBMIT_MS));
    assert.ok(
      !isDue(
        after([1000, 'submitted'], [1001, heard], [1000 + RESUBMIT_MS, 'submitted']),
        1001 + RESUBMIT_MS,
      ),
    );
  }
  for (const heard of [inBlock(0), inBlock(3), conflicted(1)]) {
    const state = after([0, 'submitted'], [1, heard]);
    assert.ok(isInBlock(state));
    assert.ok(!isDue(state, 10 * RESUBMIT_MS));
    const lost = follow(state, { kind: 'status', status: UNKNOWN }, 10 * RESUBMIT_MS, CONFIRMATIONS);
    assert.ok(isDue(lost, 10 * RESUBMIT_MS), 'its block was reorganised away');
  }
});

test('one that an earlier run handed in, and whose block is reorganised away, is handed in again', () => {
  const state = after([0, inBlock(3)], [1, UNKNOWN]);
  assert.equal(state.standing.kind, 'new');
  assert.ok(isDue(state, 1));
});

test('confirmations come along', () => {
  const { standing } = after([0, inBlock(2)]);
  assert.deepEqual(standing, { ...inBlock(2), kind: 'in-block' });
});
