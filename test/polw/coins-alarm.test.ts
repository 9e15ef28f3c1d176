import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoinsAlarm, lastsText } from '../../polw/coins-alarm.js';
import type { ChainForecast } from '../../polw/fund/forecast.js';

const ALPH = 10n ** 18n;
const HOUR_MS = 3_600_000;
const LOCK_MS = 8 * HOUR_MS;

const forecast = (lastsMs: number | undefined): ChainForecast => ({
  coins: 1,
  unlocked: 2n * ALPH,
  locked: 0n,
  needed: 8n * ALPH,
  outPerHour: ALPH,
  inPerHour: 0n,
  lastsMs,
});

test('a chain whose coins run out is told once, with where to send coins, and once when it is over', () => {
  const told: string[] = [];
  const alarm = new CoinsAlarm({
    addresses: Array.from({ length: 16 }, (_, chain) => `burn-${chain}`),
    lockMs: LOCK_MS,
    onNotice: ({ level, message }) => told.push(`${level}: ${message}`),
  });
  const look = (lastsMs: number | undefined) =>
    alarm.look(Array.from({ length: 16 }, (_, chain) => forecast(chain === 6 ? lastsMs : undefined)));
  look(Number.POSITIVE_INFINITY);
  look(LOCK_MS);
  assert.deepEqual(told, []);
  for (const lastsMs of [LOCK_MS - 1, 2 * HOUR_MS, LOCK_MS + HOUR_MS]) look(lastsMs);
  assert.deepEqual(told.splice(0), [
    'warn: chain 1-2: at the present rate its coins last 8.0 h, and then it is not mined until what it has burnt comes back: ' +
      '2.0000 ALPH are unlocked, 8.0000 needed: send coins to burn-6',
  ]);
  look(10 * HOUR_MS);
  assert.deepEqual(told.splice(0), ['info: chain 1-2: its coins last again']);
  look(0);
  look(undefined);
  assert.equal(told.length, 2);
});

test('how long, in words', () => {
  const of = [undefined, Number.POSITIVE_INFINITY, 0, 0.25 * HOUR_MS, 9.96 * HOUR_MS, 100.9 * HOUR_MS];
  assert.deepEqual(of.map(lastsText), ['-', 'endless', '0.0 h', '0.3 h', '10.0 h', '100 h']);
});
