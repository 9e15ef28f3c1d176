import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MINER_METRICS, minerMetricsTable } from '../../miner/api/miner-metrics.js';
import { createMinerMetrics } from '../../miner/api/prometheus.js';
import { routesTable } from '../../miner/api/routes.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { ON_POOL } from '../support/miner-status.js';

const document = readFileSync(join(PROJECT_ROOT, 'docs/MINER-API.md'), 'utf8');

test('docs/MINER-API.md has the tables of routes and metrics (tools/api-docs.mjs writes them)', () => {
  assert.ok(document.includes(routesTable()));
  assert.ok(document.endsWith(minerMetricsTable()));
});

test('a scrape has every metric of the document, and what alerts name is there', async () => {
  const text = await createMinerMetrics().text(ON_POOL);
  const scraped = [...text.matchAll(/^# TYPE (lesswork_\S+) (\S+)$/gm)].map(
    ([, name, kind]) => `${name} ${kind}`,
  );
  assert.deepEqual(scraped.toSorted(), MINER_METRICS.map(({ name, kind }) => `${name} ${kind}`).toSorted());
  for (const [, name] of document.matchAll(/\b(lesswork_miner_\w+)/g)) assert.ok(text.includes(name!), name);
});
