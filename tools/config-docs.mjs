// Writes what the schemas of settings say into docs/: the JSON schemas, and the tables of docs/SETTINGS.md and
// docs/MINER-SETTINGS.md. Needs a build. Tests compare them.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MINER_SETTING_UNITS, minerConfigJsonSchema } from '../dist/miner/config/json-schema.js';
import { POOL_SETTING_UNITS, poolConfigJsonSchema } from '../dist/pool/config/json-schema.js';
import { settingsTable } from '../dist/settings/settings-table.js';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');

function write(schema, units, schemaName, tableName) {
  writeFileSync(join(docs, schemaName), `${JSON.stringify(schema, null, 2)}\n`);
  const path = join(docs, tableName);
  const [before] = readFileSync(path, 'utf8').split(/^\| setting \|/m);
  writeFileSync(path, before + settingsTable(schema, units));
}

write(poolConfigJsonSchema(), POOL_SETTING_UNITS, 'pool-config.schema.json', 'SETTINGS.md');
write(minerConfigJsonSchema(), MINER_SETTING_UNITS, 'miner-config.schema.json', 'MINER-SETTINGS.md');
