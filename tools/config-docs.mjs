// Writes what the pool's configuration schema says into docs/: the JSON schema, and the tables of docs/SETTINGS.md.
// Needs a build. A test compares them.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { poolConfigJsonSchema } from '../dist/pool/config/json-schema.js';
import { settingsTable } from '../dist/pool/config/settings-table.js';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
const schema = poolConfigJsonSchema();
writeFileSync(join(docs, 'pool-config.schema.json'), `${JSON.stringify(schema, null, 2)}\n`);

const path = join(docs, 'SETTINGS.md');
const [before] = readFileSync(path, 'utf8').split(/^\| setting \|/m);
writeFileSync(path, before + settingsTable(schema));
