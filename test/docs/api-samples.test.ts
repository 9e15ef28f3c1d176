import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { API_ROUTES } from '../../pool/http/api/api-routes.js';
import {
  minerMoneySchema,
  paymentProcessingSchema,
  poolMoneySchema,
} from '../../pool/http/api/money-schemas.js';
import { PROJECT_ROOT } from '../support/lesswork.js';

const document = readFileSync(join(PROJECT_ROOT, 'docs/API.md'), 'utf8');

/** Answers of a part of a route's: what is of money. */
const PARTS: Readonly<Record<string, z.ZodType>> = {
  '/api/pools/{poolId}': z.strictObject({ paymentProcessing: paymentProcessingSchema, ...poolMoneySchema }),
  '/api/pools/{poolId}/miners/{address}': z.strictObject({ miner: z.string(), ...minerMoneySchema }),
};

test('the samples of docs/API.md are answers that the API gives', () => {
  const samples = [...document.matchAll(/^(?:Of )?`(\/api\/[^`]+)`[^`\n]*\n\n```json\n([^`]+)```$/gm)];
  assert.equal(samples.length, 7);
  for (const [, path, text] of samples) {
    const route = API_ROUTES.find((one) => one.path.replaceAll(/:(\w+)/g, '{$1}') === path);
    const schema = PARTS[path!] ?? route?.answer;
    assert.ok(schema !== undefined, path);
    assert.deepEqual(schema.parse(JSON.parse(text!)), JSON.parse(text!), path);
  }
});
