import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distinctNames, MINER_METRICS } from '../../../miner/api/miner-metrics.js';
import { createMinerMetrics } from '../../../miner/api/prometheus.js';
import { REFUSAL_REASONS } from '../../../protocol/stratum/refusal.js';
import { CARD, ON_POOL } from '../../support/miner-status.js';

test('two cards of one kind are told apart', async () => {
  assert.deepEqual(distinctNames(['a', 'b', 'a', 'a']), ['a', 'b', 'a #2', 'a #3']);
  const hot = { ...CARD, sensors: { temperatureC: 70 } };
  const text = await createMinerMetrics().text({ ...ON_POOL, devices: [CARD, hot] });
  assert.match(text, /^lesswork_miner_device_temperature_celsius\{device="RTX 4090"\} 61\.4$/m);
  assert.match(text, /^lesswork_miner_device_temperature_celsius\{device="RTX 4090 #2"\} 70$/m);
});

test('names are those of Prometheus: counters end in _total, nothing else does; each unit is a base unit', () => {
  for (const { name, kind, help } of MINER_METRICS) {
    assert.match(name, /^lesswork_miner_[a-z_]+$/);
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
    assert.doesNotMatch(name, /_(ms|mhz|percent|milliseconds)\b/);
    assert.match(help, /^[A-Z1].*\.$/, name);
  }
  assert.equal(new Set(MINER_METRICS.map(({ name }) => name)).size, MINER_METRICS.length);
});

test('each reason to refuse a share has its series from the start, with a pool alone', async () => {
  const { shares, ...onNodes } = ON_POOL;
  const reasons = (text: string): string[] =>
    [...text.matchAll(/^lesswork_miner_shares_rejected_total\{reason="(\w+)"\} (\d+)$/gm)].map(
      ([, reason, count]) => `${reason} ${count}`,
    );
  const text = await createMinerMetrics().text({
    ...onNodes,
    shares: { ...shares!, byReason: { nonce: 2 } },
  });
  assert.deepEqual(
    reasons(text),
    REFUSAL_REASONS.map((reason) => `${reason} ${reason === 'nonce' ? 2 : 0}`),
  );
  assert.deepEqual(reasons(await createMinerMetrics().text({ ...onNodes, shares: undefined })), []);
});

test('a name of a device can say nothing but itself', async () => {
  const text = await createMinerMetrics().text({
    ...ON_POOL,
    devices: [{ ...CARD, name: 'x"} 1\nlesswork_miner_connected 7\n' }],
  });
  assert.match(text, /^lesswork_miner_connected 1$/m);
  assert.doesNotMatch(text, /^lesswork_miner_connected 7$/m);
});
