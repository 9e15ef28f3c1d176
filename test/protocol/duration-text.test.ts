import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '../../protocol/duration-text.js';

test('a time span has a unit, and nothing else', () => {
  for (const [text, ms] of [
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    [' 250 ms ', 250],
    ['90', undefined],
    ['1h30m', undefined],
    ['-1s', undefined],
  ] as const)
    assert.equal(durationMs(text), ms, text);
});
