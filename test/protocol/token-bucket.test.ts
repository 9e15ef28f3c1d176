import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullBucket, returnTokens, takeToken } from '../../protocol/token-bucket.js';

const settings = { perSecond: 10, burst: 30 };

test('a bucket gives what is in it at once, and then what flows in', () => {
  const bucket = fullBucket(settings, 0);
  for (let i = 0; i < 30; i++) assert.ok(takeToken(bucket, settings, 0));
  assert.ok(!takeToken(bucket, settings, 99));
  assert.ok(takeToken(bucket, settings, 100));
  assert.ok(!takeToken(bucket, settings, 100));
  for (let i = 0; i < 30; i++) assert.ok(takeToken(bucket, settings, 1e9));
  assert.ok(!takeToken(bucket, settings, 1e9));
  assert.ok(!takeToken(bucket, settings, 0), 'a clock that goes back');
});

test('a dear event takes all its tokens, or none', () => {
  const bucket = fullBucket(settings, 0);
  assert.ok(takeToken(bucket, settings, 0, 20));
  assert.ok(!takeToken(bucket, settings, 0, 20));
  assert.equal(bucket.tokens, 10);
  returnTokens(bucket, settings, 100);
  assert.equal(bucket.tokens, 30);
});
