import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockTracker, type LookUpAnswer } from '../../node/block-tracker.js';

/** Looks a block up whenever that is due, always with the same answer. @returns how it ended, when, and the look-ups */
function lookUpUntilTheEnd(tracker: BlockTracker, answer: LookUpAnswer) {
  const times: number[] = [];
  for (let turn = 0; turn < 1_000; turn++) {
    const nowMs = tracker.nextDueMs();
    if (nowMs === undefined) throw new Error('nothing is due, and it has not ended');
    for (const hash of tracker.due(nowMs).lookUps) {
      times.push(nowMs);
      const end = tracker.answered(hash, answer, nowMs);
      if (end !== undefined) return { end, nowMs, times };
    }
  }
  throw new Error('no end');
}

test('a verdict ends it; one of a block that is not followed says nothing', () => {
  const tracker = new BlockTracker();
  tracker.sent('a', 1, 0);
  tracker.sent('b', 1, 0);
  assert.equal(tracker.waiting, 2);
  assert.equal(tracker.verdict('a', true), 'accepted');
  assert.equal(tracker.verdict('b', false), 'refused');
  assert.equal(tracker.verdict('a', true), undefined);
  assert.equal(tracker.verdict('c', true), undefined);
  assert.equal(tracker.waiting, 0);
  assert.equal(tracker.nextDueMs(), undefined);
});

test('no verdict within 5 s: unanswered once, looked up; a late verdict still counts', () => {
  for (const accepted of [true, false]) {
    const tracker = new BlockTracker();
    tracker.sent('a', 1, 1_000);
    assert.deepEqual(tracker.due(5_999), { unanswered: [], lookUps: [] });
    assert.equal(tracker.nextDueMs(), 6_000);
    assert.deepEqual(tracker.due(6_000), { unanswered: ['a'], lookUps: ['a'] });
    assert.equal(tracker.waiting, 0);
    assert.equal(tracker.answered('a', 'unknown', 6_100), undefined);
    assert.deepEqual(tracker.due(7_100), { unanswered: [], lookUps: ['a'] });
    assert.equal(tracker.verdict('a', accepted), accepted ? 'accepted' : 'refused');
    assert.equal(tracker.answered('a', 'found', 7_200), undefined, 'told once');
  }
});

test('the end of its session, or none at all, makes it unanswered at once', () => {
  const tracker = new BlockTracker();
  tracker.sent('a', 1, 0);
  tracker.sent('b', 2, 0);
  tracker.sent('c', undefined, 0);
  tracker.sessionEnded(1, 10);
  assert.deepEqual(tracker.due(10).unanswered, ['a', 'c']);
  assert.equal(tracker.waiting, 1);
});

test('found: accepted; the waits between look-ups grow to a minute', () => {
  const tracker = new BlockTracker();
  tracker.lookUp('a', 0);
  assert.deepEqual(tracker.due(0), { unanswered: [], lookUps: ['a'] });
  assert.equal(tracker.answered('a', 'found', 0), 'accepted');
  tracker.lookUp('b', 0);
  const { times } = lookUpUntilTheEnd(tracker, 'unknown');
  assert.deepEqual(times.slice(0, 8), [0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 123_000]);
});

for (const [answer, end, afterMs] of [
  ['absent', 'missing', 60_000],
  ['absentHere', 'missing', 600_000],
  ['unknown', 'givenUp', 3_600_000],
] as const) {
  test(`${answer} for long enough: ${end}`, () => {
    const tracker = new BlockTracker();
    tracker.sent('a', undefined, 5);
    const result = lookUpUntilTheEnd(tracker, answer);
    assert.equal(result.end, end);
    assert.ok(result.nowMs >= 5 + afterMs && result.nowMs < 5 + afterMs + 65_000, `${result.nowMs}`);
    assert.equal(tracker.nextDueMs(), undefined);
  });
}

test('sent twice: a refusal says nothing any more, an acceptance does', () => {
  const tracker = new BlockTracker();
  tracker.sent('a', undefined, 0);
  tracker.due(0);
  tracker.resent('a');
  assert.equal(tracker.verdict('a', false), undefined);
  assert.equal(tracker.verdict('a', true), 'accepted');
});

test('8 look-ups at a time; the others have their turn when one ends', () => {
  const tracker = new BlockTracker();
  for (let i = 0; i < 20; i++) tracker.lookUp(`${i}`, 0);
  assert.equal(tracker.due(0).lookUps.length, 8);
  assert.equal(tracker.nextDueMs(), undefined);
  assert.deepEqual(tracker.due(1_000).lookUps, []);
  tracker.answered('3', 'found', 1_000);
  tracker.verdict('4', true);
  assert.equal(tracker.nextDueMs(), 0);
  assert.deepEqual(tracker.due(1_000).lookUps, ['8', '9']);
});

test('at 4,096 blocks the oldest is let go, unanswered', () => {
  const tracker = new BlockTracker();
  for (let i = 0; i < 4_096; i++) tracker.sent(`${i}`, 1, 0);
  assert.equal(tracker.nextDueMs(), 5_000);
  tracker.sent('last', 1, 0);
  assert.equal(tracker.nextDueMs(), 0);
  assert.deepEqual(tracker.due(0), { unanswered: ['0'], lookUps: [] });
  assert.equal(tracker.has('0'), false);
  assert.equal(tracker.waiting, 4_096);
});
