import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStoreProbe } from '../../../pool/metrics/store-probe.js';
import { waitFor } from '../../support/wait.js';

test('it tells whether the store answers, and how fast', async () => {
  let away = false;
  const latencies: number[] = [];
  const probe = startStoreProbe(
    { now: async () => (away ? Promise.reject(new Error('away')) : 1) },
    (seconds) => latencies.push(seconds),
    5,
  );
  await waitFor('answers', () => latencies.length >= 2);
  assert.ok(probe.up);
  assert.ok(latencies.every((seconds) => seconds >= 0 && seconds < 5));
  away = true;
  await waitFor('its absence', () => !probe.up);
  away = false;
  await waitFor('its return', () => probe.up);
  probe.close();
});
