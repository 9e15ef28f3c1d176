import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Holds } from '../../../miner/core/holds.js';

test('a hold stands until its last reason is gone, and a change is told from none', () => {
  const holds = new Holds();
  assert.equal(holds.any, false);
  assert.equal(holds.set('battery', true), true);
  assert.equal(holds.set('battery', true), false);
  assert.equal(holds.set('user', true), true);
  assert.deepEqual(holds.reasons, ['user', 'battery']);
  assert.equal(holds.set('battery', false), true);
  assert.equal(holds.any, true);
  assert.equal(holds.set('user', false), true);
  assert.equal(holds.set('user', false), false);
  assert.equal(holds.any, false);
});

test('reasons of a device and of all are told once each, always in the same order', () => {
  const all = new Holds();
  const one = new Holds();
  all.set('schedule', true);
  all.set('temperature', true);
  one.set('temperature', true);
  one.set('user', true);
  assert.deepEqual(one.reasonsWith(all), ['user', 'temperature', 'schedule']);
  assert.deepEqual(all.reasonsWith(one), ['user', 'temperature', 'schedule']);
});
