import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoticeFilter } from '../../../miner/sources/notice-filter.js';

test('the same notice once a minute', () => {
  const filter = new NoticeFilter();
  assert.deepEqual(
    [0, 1, 59_999, 60_000, 60_001].map((ms) => filter.passes('wrong', ms)),
    [true, false, false, true, false],
  );
});

test('ten of any kind a minute', () => {
  const filter = new NoticeFilter();
  const passed = Array.from({ length: 100 }, (_, i) => filter.passes(`wrong ${i}`, i)).filter(Boolean);
  assert.equal(passed.length, 10);
  assert.equal(filter.passes('later', 60_050), true);
});
