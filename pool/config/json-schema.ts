/**
 * The JSON schema of a configuration, for editors and other programs. docs/pool-config.schema.json is this.
 * @module
 */
import { z } from 'zod';
import type { JsonSchema } from '../../settings/setting-list.js';
import type { Units } from '../../settings/settings-table.js';
import { poolConfigSchema } from './schema.js';

/** Looked at by the schema's making only: nothing is read. */
const NO_SOURCES = { env: {}, readFile: () => '', resolvePath: (path: string) => path };

/** The schema of what a configuration file may hold. */
export function poolConfigJsonSchema(): JsonSchema {
  return z.toJSONSchema(poolConfigSchema(NO_SOURCES), { io: 'input' }) as JsonSchema;
}

/** Units of the settings, for docs/SETTINGS.md. */
export const POOL_SETTING_UNITS: Units = [
  [/Ms$/, 'ms'],
  [/Bytes$/, 'bytes'],
  [/PerSecond$/, '1/s'],
  [/PerMinute$/, '1/min'],
  [/\.(?:start|min|max)$/, 'd, or hashes'],
  [/\.(?:minimum|inactiveMinimum)$|\.most\./, 'ALPH'],
  [/^payouts\.fee$/, '%'],
  [/Days$/, 'days'],
];
