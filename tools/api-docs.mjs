// Writes what the HTTP sides of pool and miner say of themselves into docs/: the OpenAPI document, the table of
// docs/METRICS.md, and those of docs/MINER-API.md.
// Needs a build. Tests compare them.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minerMetricsTable } from '../dist/miner/api/miner-metrics.js';
import { routesTable } from '../dist/miner/api/routes.js';
import { openApiDocument } from '../dist/pool/http/api/openapi.js';
import { metricsTable } from '../dist/pool/metrics/metrics-table.js';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
writeFileSync(join(docs, 'openapi.json'), `${JSON.stringify(openApiDocument(), null, 2)}\n`);

const path = join(docs, 'METRICS.md');
const [before] = readFileSync(path, 'utf8').split(/^\| metric \|/m);
writeFileSync(path, before + metricsTable());

const minerPath = join(docs, 'MINER-API.md');
const [minerBefore] = readFileSync(minerPath, 'utf8').split(/^\| request \|/m);
writeFileSync(minerPath, `${minerBefore}${routesTable()}\n## All metrics\n\n${minerMetricsTable()}`);
