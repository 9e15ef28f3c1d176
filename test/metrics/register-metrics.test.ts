import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import type { MetricValues } from '../../metrics/metric-definition.js';
import { registerMetric } from '../../metrics/register-metrics.js';

for (const kind of ['counter', 'gauge'] as const) {
  test(`a ${kind} is what is read at the moment, and nothing where that is unknown`, async () => {
    const registry = new Registry();
    let [plain, labelled]: (MetricValues | undefined)[] = [5, { a: 1, b: undefined }];
    registerMetric(registry, { name: 'plain', kind, help: 'x', read: () => plain }, () => 0);
    registerMetric(
      registry,
      { name: 'labelled', kind, help: 'x', label: 'of', read: () => labelled },
      () => 0,
    );
    const values = async (): Promise<string[]> =>
      (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(await values(), ['plain 5', 'labelled{of="a"} 1']);
    [plain, labelled] = [undefined, undefined];
    assert.deepEqual(await values(), []);
    [plain, labelled] = [0, { b: 3 }];
    assert.deepEqual(await values(), ['plain 0', 'labelled{of="b"} 3']);
  });
}
