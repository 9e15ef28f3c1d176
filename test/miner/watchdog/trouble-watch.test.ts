import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TroubleWatch } from '../../../miner/watchdog/trouble-watch.js';

const MINUTE = 60_000;

test('trouble is the breakdown after so many restarts, of one device, within an hour', () => {
  const watch = new TroubleWatch({ maxRestarts: 2 });
  assert.equal(watch.breakdown('a', 'lost', 0), undefined);
  assert.equal(watch.breakdown('b', 'lost', 0), undefined);
  assert.equal(watch.breakdown('a', 'lost', MINUTE), undefined);
  assert.deepEqual(watch.breakdown('a', 'hangs', 2 * MINUTE), {
    kind: 'restarts',
    device: 'a',
    restarts: 2,
    message: 'a has broken down after 2 restarts within an hour: hangs',
  });
  // Counted anew.
  assert.equal(watch.breakdown('a', 'lost', 3 * MINUTE), undefined);
  assert.equal(watch.breakdown('b', 'lost', 3 * MINUTE), undefined);
});

test('one breakdown an hour is none', () => {
  const watch = new TroubleWatch({ maxRestarts: 1 });
  for (let hour = 0; hour < 100; hour++)
    assert.equal(watch.breakdown('a', 'lost', hour * 60 * MINUTE), undefined);
  assert.equal(watch.breakdown('a', 'lost', 99 * 60 * MINUTE + 59 * MINUTE)?.kind, 'restarts');
});

test('without a restart the first breakdown is trouble; what is given up always is', () => {
  const watch = new TroubleWatch({ maxRestarts: 0 });
  assert.equal(watch.breakdown('a', 'lost', 0)?.kind, 'restarts');
  assert.deepEqual(watch.givenUp('a', 'wrong results'), {
    kind: 'given-up',
    device: 'a',
    message: 'a has been given up: wrong results',
  });
});

test('no work: after its time, and again after as much more', () => {
  const watch = new TroubleWatch({ maxRestarts: 0, noWorkMs: 10_000 });
  const troubles: number[] = [];
  for (let second = 0; second <= 25; second++)
    if (watch.look(0, false, second * 1_000) !== undefined) troubles.push(second);
  assert.deepEqual(troubles, [10, 20]);
});

test('hashes, and a hold, begin that time anew', () => {
  const watch = new TroubleWatch({ maxRestarts: 0, noWorkMs: 10_000 });
  for (let second = 0; second < 100; second++)
    assert.equal(watch.look(Math.floor(second / 9), false, second * 1_000), undefined);
  for (let second = 100; second < 200; second++)
    assert.equal(watch.look(11, true, second * 1_000), undefined);
  assert.equal(watch.look(11, false, 209_000), undefined);
});

test('a machine that slept for hours has not been without work for so long', () => {
  const watch = new TroubleWatch({ maxRestarts: 0, noWorkMs: 60_000 });
  watch.look(5, false, 0);
  assert.equal(watch.look(5, false, 8 * 3_600_000), undefined);
});

test('without its time no work is no trouble', () => {
  const watch = new TroubleWatch({ maxRestarts: 0 });
  for (let second = 0; second < 10_000; second++)
    assert.equal(watch.look(0, false, second * 1_000), undefined);
});
