/**
 * The JSON schema of a configuration, for editors and other programs. docs/pool-config.schema.json is this.
 * @module
 */
import { z } from 'zod';
import { poolConfigSchema } from './schema.js';
import type { JsonSchema } from './settings.js';

/** Looked at by the schema's making only: nothing is read. */
const NO_SOURCES = { env: {}, readFile: () => '', resolvePath: (path: string) => path };

/** The schema of what a configuration file may hold. */
export function poolConfigJsonSchema(): JsonSchema {
  return z.toJSONSchema(poolConfigSchema(NO_SOURCES), { io: 'input' }) as JsonSchema;
}
