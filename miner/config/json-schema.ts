/**
 * The JSON schema of a miner's settings, for editors and other programs. docs/miner-config.schema.json is this.
 * @module
 */
import { z } from 'zod';
import type { JsonSchema } from '../../settings/setting-list.js';
import type { Units } from '../../settings/settings-table.js';
import { minerConfigSchema } from './schema.js';

/** Looked at by the schema's making only: nothing is read. */
const NO_SOURCES = { env: {}, readFile: () => '', resolvePath: (path: string) => path, cpuThreads: 1 };

/** The schema of what a configuration file may hold. */
export function minerConfigJsonSchema(): JsonSchema {
  return z.toJSONSchema(minerConfigSchema(NO_SOURCES), { io: 'input' }) as JsonSchema;
}

/** Units of the settings, for docs/MINER-SETTINGS.md. */
export const MINER_SETTING_UNITS: Units = [
  [/Megabytes$/, 'MB'],
  [/\.shift$/, 'bits'],
  [/\.temperature$/, '°C'],
  [/Percent$/, '%'],
  [/Seconds$/, 's'],
];
