import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockVerdicts } from '../../polw/block-verdicts.js';

const open = (sessions: readonly number[]): BlockVerdicts<string> => {
  const verdicts = new BlockVerdicts<string>();
  verdicts.sent('aa', 'block', sessions, 1_000);
  return verdicts;
};
const accepted = { hash: 'aa', accepted: true, block: 'block' };
const refused = { hash: 'aa', accepted: false, block: 'block' };

test('any node that takes it is told at once, and once', () => {
  const verdicts = open([1, 2, 3]);
  assert.equal(verdicts.take('aa', 2, false), undefined);
  assert.deepEqual(verdicts.take('aa', 3, true), accepted);
  assert.equal(verdicts.take('aa', 1, true), undefined);
  assert.equal(verdicts.take('aa', 1, false), undefined);
  assert.deepEqual(verdicts.due(100_000), []);
});

test('a refusal is told when all have refused', () => {
  const verdicts = open([1, 2]);
  assert.equal(verdicts.take('aa', 1, false), undefined);
  // The same node twice is one, and one that was never asked is none.
  assert.equal(verdicts.take('aa', 1, false), undefined);
  assert.equal(verdicts.take('aa', 9, false), undefined);
  assert.deepEqual(verdicts.take('aa', 2, false), refused);
  assert.deepEqual(verdicts.due(100_000), []);
});

test('a refusal is told when time is up, and silence is not', () => {
  const verdicts = open([1, 2]);
  verdicts.take('aa', 1, false);
  assert.deepEqual(verdicts.due(3_999), []);
  assert.deepEqual(verdicts.due(4_000), [refused]);
  assert.ok(!verdicts.has('aa'));
  assert.deepEqual(open([1, 2]).due(4_000), []);
});

test('one that was sent again may be taken after it was refused, and not the other way round', () => {
  const verdicts = open([1]);
  assert.deepEqual(verdicts.take('aa', 1, false), refused);
  verdicts.sent('aa', 'block', [2], 2_000);
  assert.deepEqual(verdicts.take('aa', 2, true), accepted);
  verdicts.sent('aa', 'block', [2], 2_000);
  assert.equal(verdicts.take('aa', 2, false), undefined);
});

test('a block that was not sent has no verdicts', () => {
  const verdicts = open([1]);
  assert.ok(verdicts.has('aa') && !verdicts.has('bb'));
  assert.equal(verdicts.take('bb', 1, true), undefined);
});
