// Writes what the pool's HTTP side says of itself into docs/: the OpenAPI document, and the table of docs/METRICS.md.
// Needs a build. Tests compare them.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../dist/pool/http/api/openapi.js';
import { metricsTable } from '../dist/pool/metrics/metrics-table.js';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
writeFileSync(join(docs, 'openapi.json'), `${JSON.stringify(openApiDocument(), null, 2)}\n`);

const path = join(docs, 'METRICS.md');
const [before] = readFileSync(path, 'utf8').split(/^\| metric \|/m);
writeFileSync(path, before + metricsTable());
