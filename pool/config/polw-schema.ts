/**
 * Settings of Proof of Less Work.
 * @module
 */
import { z } from 'zod';
import { text, whole } from '../../settings/fields.js';
import type { ConfigSources } from '../../settings/sources.js';

/** Most bits by which a test network may lower its thresholds. */
const MAX_SHIFT = 50;

const EXPECTED_DATE = 'expected a day such as "2026-03-01", or a time such as "2026-03-01T12:00:00Z"';
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/;

export function polwSchema(sources: ConfigSources) {
  return z.strictObject({
    authorizations: text('a path')
      .transform((path) => sources.resolvePath(path))
      .describe('File of authorizations to burn, one a chain, as `lesswork polw authorize` writes it.'),
    since: z
      .string({ error: EXPECTED_DATE })
      .regex(DATE, { error: EXPECTED_DATE })
      .transform((date, context): number => {
        const ms = Date.parse(date);
        if (!Number.isNaN(ms)) return ms;
        context.addIssue(EXPECTED_DATE);
        return z.NEVER;
      })
      .describe(
        'A day (UTC) before the first deposit at a burn address: a fund that begins anew reads blocks from there on.',
      ),
    shift: whole(0, MAX_SHIFT)
      .default(0)
      .describe('Bits by which the network has lowered its hashrate thresholds; 0 but on test networks.'),
  });
}
