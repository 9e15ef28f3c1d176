import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadPacer } from '../../../miner/core/load-pacer.js';

function pacer(load: number): LoadPacer {
  const made = new LoadPacer();
  made.load = load;
  return made;
}

test('without a limit nothing is rested', () => {
  const free = new LoadPacer();
  free.worked(1e9);
  assert.equal(free.restMs, 0);
});

test('at 60 % three ms of work make two of rest', () => {
  const limited = pacer(0.6);
  limited.worked(30);
  assert.ok(Math.abs(limited.restMs - 20) < 1e-9);
  limited.rested(15);
  assert.ok(Math.abs(limited.restMs - 5) < 1e-9);
});

test('rests that are not worth a timer are kept until they are', () => {
  const limited = pacer(0.9);
  let rested = 0;
  for (let i = 0; i < 100; i++) {
    limited.worked(4.5);
    const ms = limited.restMs;
    assert.ok(ms === 0 || ms >= 1);
    limited.rested(ms);
    rested += ms;
  }
  assert.ok(Math.abs(rested - 50) <= 1);
});

test('what is slept too long is worked off, but hours of sleep are no licence', () => {
  const limited = pacer(0.5);
  limited.worked(10);
  limited.rested(12);
  limited.worked(10);
  assert.ok(Math.abs(limited.restMs - 8) < 1e-9);
  limited.rested(3_600_000);
  limited.worked(30);
  assert.ok(Math.abs(limited.restMs - 10) < 1e-9);
});

test('a device that was slow for once does not stand for long', () => {
  const limited = pacer(0.05);
  limited.worked(60_000);
  assert.equal(limited.restMs, 1_000);
});

test('in a hurry the rest comes after the next piece; in many hurries it does not grow without end', () => {
  const limited = pacer(0.5);
  limited.worked(40);
  limited.hurry();
  assert.equal(limited.restMs, 0);
  limited.worked(40);
  assert.ok(Math.abs(limited.restMs - 80) < 1e-9);
  for (let i = 0; i < 1000; i++) {
    limited.hurry();
    limited.worked(40);
  }
  assert.equal(limited.restMs, 1_000);
});

test('a limit that is lifted forgets what is owed', () => {
  const limited = pacer(0.1);
  limited.worked(40);
  limited.load = 1;
  assert.equal(limited.restMs, 0);
});
