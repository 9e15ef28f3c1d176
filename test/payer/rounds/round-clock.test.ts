import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoundClock } from '../../../payer/rounds/round-clock.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 1, 10, 30);

test('a round each hour, the first at once, the next an hour after the last one of any process', () => {
  const clock = new RoundClock({ everyMs: HOUR }, undefined, NOW);
  assert.ok(clock.isDue(NOW));
  clock.done(NOW + 5);
  assert.ok(!clock.isDue(NOW + HOUR));
  assert.ok(clock.isDue(NOW + HOUR + 5));
  const next = new RoundClock({ everyMs: HOUR }, NOW - HOUR / 2, NOW);
  assert.equal(next.nextMs(NOW), NOW + HOUR / 2);
});

test('a round at six, also one that was missed while nothing ran', () => {
  const six = { atMinutes: 360 };
  assert.equal(new RoundClock(six, undefined, NOW).nextMs(NOW), Date.UTC(2026, 2, 2, 6));
  assert.equal(
    new RoundClock(six, Date.UTC(2026, 2, 1, 6), NOW).nextMs(NOW),
    Date.UTC(2026, 2, 2, 6),
    'it was made today',
  );
  const missed = new RoundClock(six, Date.UTC(2026, 1, 25, 6), NOW);
  assert.ok(missed.isDue(NOW));
  missed.done(NOW);
  assert.equal(missed.nextMs(NOW), Date.UTC(2026, 2, 2, 6), 'one round for all that were missed');
});

for (const times of [{ everyMs: HOUR }, { atMinutes: 360 }])
  test(`a clock that jumps back a year keeps ${JSON.stringify(times)} off for a day at most`, () => {
    const clock = new RoundClock(times, NOW, NOW);
    const back = NOW - 365 * 24 * HOUR;
    assert.ok(clock.nextMs(back) > back && clock.nextMs(back) <= back + 24 * HOUR);
    if ('everyMs' in times) assert.equal(clock.nextMs(back), back + HOUR);
    // A last round in the future, as a clock that was ahead has noted it.
    const started = new RoundClock(times, NOW + 365 * 24 * HOUR, NOW);
    assert.ok(started.nextMs(NOW) <= NOW + 24 * HOUR);
  });

test('a clock that jumps forward brings one round', () => {
  const clock = new RoundClock({ everyMs: HOUR }, NOW, NOW);
  const later = NOW + 365 * 24 * HOUR;
  assert.ok(clock.isDue(later));
  clock.done(later);
  assert.equal(clock.nextMs(later), later + HOUR);
});

test('one that could not be made is tried again soon, and never later than the next one', () => {
  const clock = new RoundClock({ everyMs: HOUR }, undefined, NOW);
  clock.later(NOW, 30_000);
  assert.equal(clock.nextMs(NOW), NOW + 30_000);
  const quick = new RoundClock({ everyMs: 1_000 }, undefined, NOW);
  quick.later(NOW, 30_000);
  assert.equal(quick.nextMs(NOW), NOW + 1_000);
});
