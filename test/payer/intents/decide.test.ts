import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FollowedTransfer, follow, LOST_MS, NEW_TRANSFER } from '../../../node/follow.js';
import type { TransactionStatus } from '../../../node/rest-transactions.js';
import { decide, isHeldBack, type Seen } from '../../../payer/intents/decide.js';
import { jointOutputs, jointStatus } from '../../../payer/intents/joint-answers.js';

const DEPTHS = { confirmations: 3, recheck: 10 };
const UNKNOWN: TransactionStatus = { kind: 'unknown' };
const POOLED: TransactionStatus = { kind: 'pooled' };

function inBlock(deep: number, kind: 'confirmed' | 'conflicted' = 'confirmed', to = deep): TransactionStatus {
  return {
    kind,
    blockHash: '0a'.repeat(32),
    chainConfirmations: deep + 1,
    fromGroupConfirmations: deep,
    toGroupConfirmations: to,
  };
}

const conflicted = (deep: number): TransactionStatus => inBlock(deep, 'conflicted');

/** Handed in, then seen so. */
function seen(status: TransactionStatus): Seen {
  const followed = follow({ ...NEW_TRANSFER, submittedMs: 0 }, { kind: 'status', status }, 1, 3);
  return { status, followed };
}

const LOST: Seen = {
  status: UNKNOWN,
  followed: follow(
    { standing: { kind: 'submitted' }, submittedMs: 0, missingMs: 0 },
    { kind: 'status', status: UNKNOWN },
    LOST_MS,
    3,
  ),
};

for (const [what, target, isPaid, cancels, decision] of [
  ['unknown', seen(UNKNOWN), false, [], 'wait'],
  ['pooled', seen(POOLED), false, [], 'wait'],
  ['in a block', seen(inBlock(2)), false, [], 'wait'],
  ['deep enough', seen(inBlock(3)), false, [], 'paid'],
  ['booked', seen(inBlock(3)), true, [], 'wait'],
  ['booked, and less deep now', seen(inBlock(0)), true, [], 'wait'],
  ['booked, and deep', seen(inBlock(10)), true, [], 'end'],
  ['booked, and unknown', seen(UNKNOWN), true, [], 'fell-back'],
  ['booked, and pooled', seen(POOLED), true, [], 'fell-back'],
  ['booked, and without effect', seen(conflicted(0)), true, [seen(inBlock(12))], 'fell-back'],
  ['another one has won, perhaps', seen(conflicted(2)), false, [], 'wait'],
  ['another one has won', seen(conflicted(3)), false, [], 'cancel'],
  ['lost', LOST, false, [], 'cancel'],
  ['lost, and a cancel is on its way', LOST, false, [seen(POOLED)], 'wait'],
  ['lost, and its cancel is lost', LOST, false, [LOST], 'cancel'],
  ['lost, and one cancel of two lives', LOST, false, [LOST, seen(inBlock(1))], 'wait'],
  ['a cancel is not deep yet', LOST, false, [seen(inBlock(9))], 'wait'],
  ['a cancel is deep', LOST, false, [seen(inBlock(10))], 'return'],
  ['a cancel is deep, and it has no effect', seen(conflicted(12)), false, [seen(inBlock(10))], 'return'],
  ['a cancel is deep, and it waits for a block', seen(POOLED), false, [seen(inBlock(10))], 'wait'],
  ['it is in a block after all', seen(inBlock(3)), false, [LOST], 'paid'],
] as const)
  test(`${what}: ${decision}`, () =>
    assert.equal(decide({ ...target, isPaid, kind: 'payout' }, cancels, DEPTHS).kind, decision));

test('a move is paid when its coin has come, too', () => {
  const move = (to: number): string =>
    decide({ ...seen(inBlock(3, 'confirmed', to)), isPaid: false, kind: 'move' }, [], DEPTHS).kind;
  assert.deepEqual([move(0), move(1)], ['wait', 'paid']);
});

test('nothing is handed in that is in a block, or that is to stay dead', () => {
  const of = (status: TransactionStatus): FollowedTransfer => seen(status).followed;
  assert.ok(!isHeldBack(of(UNKNOWN), []));
  assert.ok(!isHeldBack(of(POOLED), [LOST.followed]));
  assert.ok(isHeldBack(of(inBlock(0)), []));
  assert.ok(isHeldBack(of(UNKNOWN), [LOST.followed, of(UNKNOWN)]));
});

for (const [what, answers, joint] of [
  ['one node', [inBlock(3)], inBlock(3)],
  ['as deep as for the last of them', [inBlock(5), inBlock(3)], inBlock(3)],
  ['one has no block with it', [inBlock(5), POOLED], { ...inBlock(0), chainConfirmations: 0 }],
  [
    'one does not know that it has lost',
    [UNKNOWN, conflicted(9)],
    { ...conflicted(0), chainConfirmations: 0 },
  ],
  ['they contradict each other', [inBlock(5), conflicted(5), POOLED], undefined],
  ['it waits somewhere', [UNKNOWN, POOLED], POOLED],
  ['nobody knows it', [UNKNOWN, UNKNOWN], UNKNOWN],
] as const)
  test(`nodes together: ${what}`, () => assert.deepEqual(jointStatus(answers), joint));

test('outputs are there if all nodes have them, and gone if none has one and no waiting transaction is the reason', () => {
  const has = (keys: readonly string[], onChain = true) => ({
    outputs: keys.map((key) => ({ key, amount: 1n, lockTimeMs: 0 })),
    complete: true,
    onChain,
  });
  const of = (...answers: ReturnType<typeof has>[]) => {
    const { there, allGone, noneSeen } = jointOutputs(['a', 'b'], answers);
    return [[...there].join(), allGone, noneSeen];
  };
  assert.deepEqual(of(has(['a', 'b', 'x']), has(['b'])), ['b', false, false]);
  assert.deepEqual(of(has(['a']), has(['b'])), ['', false, false]);
  assert.deepEqual(of(has(['x']), has([])), ['', true, true]);
  assert.deepEqual(of(has([]), has([], false)), ['', false, true]);
});
