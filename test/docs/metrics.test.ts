import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { metricsTable } from '../../pool/metrics/metrics-table.js';
import { createPoolMetrics } from '../../pool/metrics/prometheus.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { metricFacts } from '../support/metric-facts.js';

const document = readFileSync(join(PROJECT_ROOT, 'docs/METRICS.md'), 'utf8');

test('docs/METRICS.md ends with the catalogue (tools/api-docs.mjs writes it)', () => {
  assert.ok(document.endsWith(metricsTable()));
});

test('a scrape has every metric of the document, and no other of ours', async () => {
  const metrics = createPoolMetrics(() => metricFacts());
  metrics.noteStoreLatency(0.003);
  const text = await metrics.text();
  const scraped = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => `${name} ${kind}`);
  const documented = [...document.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(
    ([, name, kind]) => `${name} ${kind}`,
  );
  assert.ok(documented.length > 25);
  assert.deepEqual(scraped.filter((name) => name.startsWith('lesswork_')).toSorted(), documented.toSorted());
  for (const [, name] of document.matchAll(/`?(nodejs_\w*\w)\b(?!\*)/g))
    if (!name!.endsWith('_')) assert.ok(text.includes(`\n${name} `), name);
  // What alerts name is there.
  for (const [, name] of document.matchAll(/\b(lesswork_pool_\w+)/g)) assert.ok(text.includes(name!), name);
});
