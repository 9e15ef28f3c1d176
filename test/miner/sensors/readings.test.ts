import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Readings, STALE_MS } from '../../../miner/sensors/readings.js';

test('a reading is shown until it is stale', () => {
  const readings = new Readings();
  readings.add('0000:01:00.0', 'card', { temperatureC: 60 }, 1_000);
  assert.deepEqual(readings.at('0000:01:00.0', 1_000 + STALE_MS - 1), { sensors: { temperatureC: 60 } });
  assert.deepEqual(readings.at('0000:01:00.0', 1_000 + STALE_MS), {});
  assert.deepEqual(readings.at('0000:02:00.0', 1_000), {});
});

test('a card that tells nothing any more has no sensors, not those of before', () => {
  const readings = new Readings();
  readings.add('a', 'card', { temperatureC: 60, powerW: 100 }, 0);
  readings.add('a', 'card', {}, 2_000);
  assert.deepEqual(readings.at('a', 2_000), {});
});

test('power is the mean of the last minute', () => {
  const readings = new Readings();
  for (let second = 0; second < 100; second += 2)
    readings.add('a', 'card', { powerW: second < 40 ? 1_000 : 200 }, second * 1_000);
  assert.equal(readings.at('a', 98_000).meanPowerW, 200);
  readings.add('a', 'card', { powerW: 231 }, 100_000);
  assert.ok(Math.abs(readings.at('a', 100_000).meanPowerW! - (29 * 200 + 231) / 30) < 1e-9);
});

test('a name finds its card where no other has it, with or without the maker in front', () => {
  const readings = new Readings();
  readings.add('a', 'NVIDIA GeForce RTX 3080', {}, 0);
  readings.add('b', 'NVIDIA GeForce RTX 3070', {}, 0);
  assert.equal(readings.placeOf('GeForce RTX 3080'), 'a');
  assert.equal(readings.placeOf('nvidia geforce rtx 3070'), 'b');
  assert.equal(readings.placeOf('GeForce'), undefined);
  readings.add('c', 'NVIDIA GeForce RTX 3070', {}, 0);
  assert.equal(readings.placeOf('NVIDIA GeForce RTX 3070'), undefined);
});

test('cards of one name are as hot as the hottest that tells, and one alone is none of several', () => {
  const readings = new Readings();
  readings.add('a', 'NVIDIA GeForce RTX 3070', { temperatureC: 60 }, 0);
  assert.equal(readings.among('GeForce RTX 3070', 0), undefined);
  readings.add('b', 'NVIDIA GeForce RTX 3070', { temperatureC: 71 }, 0);
  readings.add('c', 'NVIDIA GeForce RTX 3070', { powerW: 100 }, 0);
  readings.add('d', 'NVIDIA GeForce RTX 3080', { temperatureC: 90 }, 0);
  assert.deepEqual(readings.among('GeForce RTX 3070', 0), { cards: 3, hottestC: 71 });
  readings.add('a', 'NVIDIA GeForce RTX 3070', { temperatureC: 61 }, STALE_MS);
  assert.deepEqual(readings.among('GeForce RTX 3070', STALE_MS), { cards: 3, hottestC: 61 });
  assert.deepEqual(readings.among('GeForce RTX 3070', 2 * STALE_MS), { cards: 3 });
});

test('a tool that makes cards up fills no memory', () => {
  const readings = new Readings();
  for (let i = 0; i < 10_000; i++) readings.add(`card ${i}`, '', { temperatureC: 1 }, 0);
  assert.deepEqual(readings.at('card 255', 0), { sensors: { temperatureC: 1 } });
  assert.deepEqual(readings.at('card 256', 0), {});
});
