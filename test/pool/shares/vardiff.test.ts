import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  estimatedRate,
  firstShareMs,
  noteDifficulty,
  noteShare,
  proposedWork,
  startVardiff,
  type VardiffSettings,
} from '../../../pool/shares/vardiff.js';
import { seededRandom } from '../../support/seeded-random.js';
import { type Play, play } from './vardiff-play.js';

const settings: VardiffSettings = { sharesPerMinute: 6, minWork: 16n, maxWork: 2n ** 84n };
const IDEAL = 2 ** 40;
/** Hashes a ms for which IDEAL is right. */
const RATE = (IDEAL * settings.sharesPerMinute) / 60_000;
const MINUTE = 60_000;

const base: Play = {
  settings,
  startWork: BigInt(IDEAL),
  rateAt: () => RATE,
  headerMs: 10_000,
  endMs: 30 * MINUTE,
};

/** How many of `runs` were settled from `fromMs` to the end, and how often the difficulty changed in that time. */
function settled(runs: number, p: Play, fromMs: number, ideal = IDEAL) {
  let well = 0;
  let changes = 0;
  for (let run = 0; run < runs; run++) {
    let atStart = false;
    let stayed = true;
    play(p, seededRandom(run), (work, nowMs) => {
      const near = work >= ideal / 2 && work <= ideal * 2;
      if (nowMs < fromMs) atStart = near;
      else {
        changes++;
        stayed &&= near;
      }
    });
    if (atStart && stayed) well++;
  }
  return { well: well / runs, changesAnHour: (changes / runs / (p.endMs - fromMs)) * 60 * MINUTE };
}

for (const [what, off] of [
  ['a thousandth', 1 / 1000],
  ['a thirtieth', 1 / 30],
  ['what is right', 1],
  ['thirty times', 30],
  ['a thousand times', 1000],
] as const) {
  for (const headerMs of [10_000, 64_000]) {
    test(`from ${what}, with a header every ${headerMs / 1000} s, settled after 3 minutes and from then on`, () => {
      const startWork = BigInt(Math.round(IDEAL * off));
      const { well, changesAnHour } = settled(1000, { ...base, startWork, headerMs }, 3 * MINUTE);
      assert.ok(well >= 0.95, `${well}`);
      assert.ok(changesAnHour < 3, `${changesAnHour}`);
    });
  }
}

test('a miner whose rate changes a hundredfold is followed', () => {
  for (const factor of [100, 1 / 100]) {
    const rateAt = (nowMs: number) => (nowMs < 20 * MINUTE ? RATE : RATE * factor);
    const { well } = settled(200, { ...base, rateAt, endMs: 40 * MINUTE }, 26 * MINUTE, IDEAL * factor);
    assert.ok(well >= 0.9, `${factor}: ${well}`);
  }
});

test('a miner that loses half its rate is followed', () => {
  const rateAt = (nowMs: number) => (nowMs < 20 * MINUTE ? RATE : RATE / 2);
  const { well } = settled(200, { ...base, rateAt, endMs: 60 * MINUTE }, 35 * MINUTE, IDEAL / 2);
  assert.ok(well >= 0.95, `${well}`);
});

test('shares that a proxy hands in together every 30 s unsettle nothing', () => {
  const { well } = settled(200, { ...base, flushMs: 30_000 }, 3 * MINUTE);
  assert.ok(well >= 0.9, `${well}`);
});

test('a gap of two minutes, and then all its shares at once, is over soon', () => {
  for (let run = 0; run < 50; run++) {
    const vardiff = startVardiff(BigInt(IDEAL), 0);
    for (let nowMs = 10_000; nowMs <= 600_000; nowMs += 10_000) noteShare(vardiff, IDEAL, nowMs);
    for (let nowMs = 610_000; nowMs <= 720_000; nowMs += 5_000) {
      const proposed = proposedWork(vardiff, settings, nowMs);
      if (proposed !== undefined) noteDifficulty(vardiff, proposed, nowMs);
    }
    for (let i = 0; i < 12; i++) noteShare(vardiff, vardiff.work, 720_000);
    const after = Number(proposedWork(vardiff, settings, 720_000) ?? vardiff.work);
    assert.ok(after > IDEAL / 4 && after < IDEAL * 4, `${after / IDEAL}`);
  }
});

test('silence lowers the difficulty again and again, down to the least', () => {
  const vardiff = startVardiff(2n ** 60n, 0);
  const least = { ...settings, minWork: 1_000_000n };
  let falls = 0;
  for (let nowMs = 5_000; nowMs < 20 * MINUTE; nowMs += 5_000) {
    const proposed = proposedWork(vardiff, least, nowMs);
    if (proposed === undefined) continue;
    assert.ok(Number(proposed) < vardiff.work);
    noteDifficulty(vardiff, proposed, nowMs);
    falls++;
  }
  assert.equal(vardiff.work, 1_000_000);
  assert.ok(falls > 10);
});

test('bounds hold, and a difficulty beyond them is brought back at once', () => {
  const narrow = { ...settings, minWork: 1000n, maxWork: 2000n };
  assert.equal(proposedWork(startVardiff(16n, 0), narrow, 0), 1000n);
  assert.equal(proposedWork(startVardiff(10n ** 9n, 0), narrow, 0), 2000n);
  const flood = startVardiff(1500n, 0);
  for (let i = 0; i < 1000; i++) noteShare(flood, 1500, 1000);
  assert.equal(proposedWork(flood, narrow, 1000), 2000n);
  noteDifficulty(flood, 2000n, 1000);
  assert.equal(proposedWork(flood, narrow, 1000), undefined);
});

test('shares of an older, easier header count for less', () => {
  const [full, part] = [startVardiff(1n << 20n, 0), startVardiff(1n << 20n, 0)];
  for (let i = 1; i <= 100; i++) {
    noteShare(full, 2 ** 20, i * 1000);
    noteShare(part, 2 ** 19, i * 1000);
  }
  const ratio = estimatedRate(full, 6, 100_000) / estimatedRate(part, 6, 100_000);
  assert.ok(Math.abs(ratio - 2) < 0.02, `${ratio}`);
});

test('the rate is what the difficulty says until shares tell better, also at a fixed difficulty', () => {
  const idle = startVardiff(BigInt(IDEAL), 0);
  assert.equal(Math.round(estimatedRate(idle, 6, 0) / (RATE * 1000)), 1);
  for (const off of [1 / 100, 1, 10]) {
    const work = BigInt(Math.round(IDEAL * off));
    const fixed = { ...settings, minWork: work, maxWork: work };
    const state = play({ ...base, startWork: work, settings: fixed }, seededRandom(7), () => {});
    const ratio = estimatedRate(state, 6, state.atMs) / (RATE * 1000);
    assert.equal(BigInt(state.work), work);
    assert.ok(ratio > 0.5 && ratio < 1.6, `${off}: ${ratio}`);
  }
});

test('a clock that goes back changes nothing', () => {
  const vardiff = startVardiff(1000n, 50_000);
  noteShare(vardiff, 1000, 40_000);
  assert.ok(Number.isFinite(estimatedRate(vardiff, 6, 0)));
  assert.equal(vardiff.atMs, 50_000);
  proposedWork(vardiff, settings, 60_000);
  assert.ok([...Object.values(vardiff)].every(Number.isFinite));
});

test('the time for a first share is what silence takes down to the least difficulty, and a dozen share times', () => {
  const settings = { sharesPerMinute: 15, minWork: 1_000_000n, maxWork: 10n ** 18n };
  const ms = firstShareMs({ ...settings, startWork: 4_000_000_000n });
  assert.ok(ms >= 80_000 && ms <= 180_000, `${ms}`);
  assert.equal(firstShareMs({ ...settings, startWork: 1_000_000n }), 48_000);
  assert.ok(
    firstShareMs({ ...settings, startWork: 10n ** 18n, minWork: 1n, sharesPerMinute: 0.1 }) <= 10_800_000,
  );
});
