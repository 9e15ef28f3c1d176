import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateAndTime } from '../../protocol/local-time.js';

test('a time is that of the machine: date, hours, minutes and seconds of two digits', () => {
  assert.equal(dateAndTime(new Date(2026, 2, 1, 9, 5, 7, 999)), '2026-03-01 09:05:07');
  assert.equal(dateAndTime(new Date(2026, 11, 31, 23, 59, 0)), '2026-12-31 23:59:00');
});
