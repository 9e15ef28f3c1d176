import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnergyCounter } from '../../../miner/sensors/energy-counter.js';

test('power is what a counter of energy gains', () => {
  const counter = new EnergyCounter();
  assert.equal(counter.power(5_000_000, 0), undefined);
  assert.equal(counter.power(305_000_000, 2_000), 150);
  assert.equal(counter.power(305_000_000, 4_000), 0);
});

test('a counter that begins anew says nothing, unless its range is known', () => {
  const counter = new EnergyCounter();
  counter.power(900, 0, 1_000);
  assert.equal(counter.power(100, 1_000, 1_000), 200 / 1_000 / 1_000);
  const unknown = new EnergyCounter();
  unknown.power(900, 0);
  assert.equal(unknown.power(100, 1_000), undefined);
  assert.equal(unknown.power(1_100, 2_000), 0.001);
});

test('looks that are too close together are one', () => {
  const counter = new EnergyCounter();
  counter.power(0, 0);
  assert.equal(counter.power(1, 5), undefined);
  assert.equal(counter.power(1_000_000, 1_000), 1);
});
