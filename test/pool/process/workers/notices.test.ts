import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Notices } from '../../../../pool/process/workers/notices.js';

const notice = (message: string) => ({ type: 'notice', level: 'warn', name: 'recording', message }) as const;

test('what several say within some seconds is news once', () => {
  const notices = new Notices();
  assert.deepEqual(
    [0, 1, 9_999, 10_000, 10_001].map((nowMs) => notices.isNews(notice('the store is away'), nowMs)),
    [true, false, false, true, false],
  );
  assert.equal(notices.isNews(notice('another thing'), 10_001), true);
});

test('only so much is remembered', () => {
  const notices = new Notices();
  for (let i = 0; i <= 100; i++) assert.equal(notices.isNews(notice(`${i}`), 0), true);
  assert.equal(notices.isNews(notice('1'), 0), false);
  assert.equal(notices.isNews(notice('0'), 0), true);
});
