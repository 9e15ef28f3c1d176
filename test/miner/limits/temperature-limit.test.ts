import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FIRST_READING_MS,
  SILENT_HOLD_MS,
  TemperatureLimit,
} from '../../../miner/limits/temperature-limit.js';

test('held at the limit, let go ten degrees below', () => {
  const limit = new TemperatureLimit();
  const told = [84.9, 85, 90, 76, 75.1, 75, 84, 85].map((degrees, i) => limit.update(degrees, 85, i * 1_000));
  assert.deepEqual(told, [
    undefined,
    { held: true, temperatureC: 85 },
    undefined,
    undefined,
    undefined,
    { held: false, temperatureC: 75 },
    undefined,
    { held: true, temperatureC: 85 },
  ]);
});

test('a limit that is moved holds from the next look on', () => {
  const limit = new TemperatureLimit();
  assert.equal(limit.update(80, 85, 0), undefined);
  assert.deepEqual(limit.update(80, 75, 1_000), { held: true, temperatureC: 80 });
  assert.deepEqual(limit.update(80, 90, 2_000), { held: false, temperatureC: 80 });
});

test('a device without a sensor is told of once, after a minute', () => {
  const limit = new TemperatureLimit();
  assert.equal(limit.update(undefined, 85, 1_000), undefined);
  assert.equal(limit.update(undefined, 85, 1_000 + FIRST_READING_MS - 1), undefined);
  assert.deepEqual(limit.update(undefined, 85, 1_000 + FIRST_READING_MS), { held: undefined });
  assert.equal(limit.update(undefined, 85, 1e9), undefined);
  // It is there after all, and goes again.
  assert.deepEqual(limit.update(86, 85, 1e9 + 1_000), { held: true, temperatureC: 86 });
});

test('a sensor that falls silent while hot holds for two minutes, not for ever; that is told', () => {
  const limit = new TemperatureLimit();
  limit.update(90, 85, 0);
  assert.equal(limit.update(undefined, 85, SILENT_HOLD_MS - 1), undefined);
  assert.equal(limit.hot, true);
  assert.deepEqual(limit.update(undefined, 85, SILENT_HOLD_MS), { held: false, temperatureC: undefined });
  assert.equal(limit.hot, false);
  assert.equal(limit.update(undefined, 85, 1e9), undefined);
});

test('one that is silent for a moment goes on where it was', () => {
  const limit = new TemperatureLimit();
  limit.update(90, 85, 0);
  limit.update(undefined, 85, 30_000);
  assert.equal(limit.update(80, 85, 60_000), undefined);
  assert.equal(limit.update(undefined, 85, 60_000 + SILENT_HOLD_MS - 1), undefined);
});

test('one that falls silent while cool is told of after a minute', () => {
  const limit = new TemperatureLimit();
  limit.update(60, 85, 0);
  assert.equal(limit.update(undefined, 85, FIRST_READING_MS - 1), undefined);
  assert.deepEqual(limit.update(undefined, 85, FIRST_READING_MS), { held: undefined });
});
