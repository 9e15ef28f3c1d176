/**
 * The one request of the API that writes: a miner sets from which balance on it is paid, signed by the key of its address.
 * @module
 */
import { z } from 'zod';
import { alphText, parseAlph } from '../../../protocol/alph-text.js';
import { hexToBytes } from '../../../protocol/bytes.js';
import { fullBucket, takeToken } from '../../../protocol/token-bucket.js';
import { parseAccount } from '../../domain/account.js';
import {
  GREATEST_MINIMUM,
  type MinimumOutcome,
  minimumMessage,
  SIGNED_WITHIN_MS,
} from '../../money/minimums.js';
import { ApiError } from './api-error.js';
import type { PathParameters, RouteContext } from './api-routes.js';
import { minerSettings } from './money-answers.js';
import type { MinerSettings } from './money-schemas.js';

/** Longest body, bytes: one has some 250. */
export const MAX_SETTINGS_BYTES = 2_048;

/** Signatures that are looked at, of all remote addresses: each takes some 5 ms. */
const SIGNATURES = { perSecond: 5, burst: 20 } as const;

const AMOUNT = 'expected ALPH as text such as "1.5", or as a number; "0" for the minimum of the pool';

export const settingsRequestSchema = z.strictObject({
  paymentThreshold: z
    .union([z.string(), z.number()], { error: AMOUNT })
    .describe('ALPH from which on to pay, at least the minimum of the pool, as text or number; 0 for that.'),
  timestamp: z
    .int({ error: 'expected ms since 1970' })
    .min(0)
    .describe(
      'When it was signed, ms since 1970: ten minutes ago at most, and later than that of any request before.',
    ),
  signature: z
    .string()
    .regex(/^[0-9a-fA-F]{128}$/, { error: 'expected 64 bytes as hex' })
    .describe('Of the message that docs/API.md names, by the key of the address: 64 bytes as hex.'),
});

/** Sets. @param body - what came @throws ApiError */
export type SetSettings = (path: PathParameters, body: string) => Promise<MinerSettings>;

export function createSettingsSetter(context: RouteContext): SetSettings {
  const { pool, now, money } = context;
  const bucket = fullBucket(SIGNATURES, now());
  return async ({ poolId, address: text }, body) => {
    if (poolId !== pool.id) throw new ApiError(404, 'unknownPool', `no such pool: this is "${pool.id}"`);
    const account = parseAccount(text ?? '');
    if (account === undefined) throw new ApiError(400, 'invalidAddress', 'expected an Alephium address');
    if (money === undefined || pool.payouts === undefined)
      throw new ApiError(404, 'noPayouts', 'this pool pays nobody: nothing can be set');
    const { paymentThreshold, timestamp, signature } = requestOf(body);
    const amount = amountOf(paymentThreshold, pool.payouts.minimum);
    const { canSign, hasSigned } = await import('../../money/signed-message.js');
    const { key, address } = account;
    if (!canSign(key))
      throw new ApiError(
        400,
        'noKey',
        'no signature can speak for this address: it is of several keys or of a script, or its key signs no messages. ' +
          'Its minimum is set by the operator (lesswork pool minimum)',
      );
    const nowMs = await context.store.now();
    if (Math.abs(nowMs - timestamp) > SIGNED_WITHIN_MS)
      throw new ApiError(
        400,
        'badTime',
        `timestamp: expected within ten minutes of ${nowMs}, got ${timestamp}`,
      );
    if (!takeToken(bucket, SIGNATURES, now()))
      throw new ApiError(503, 'busy', 'too much is asked for at the moment: try again');
    const message = minimumMessage(pool.id, address, amount, timestamp);
    if (!hasSigned(key, message, hexToBytes(signature.toLowerCase())))
      throw new ApiError(
        403,
        'badSignature',
        `signature: expected that of the address's key for: ${message}`,
      );
    const known = await context.minerMoney(key);
    const { workers } = await context.accountSums(key);
    if (workers === 0 && known?.days === 0)
      throw new ApiError(404, 'unknownMiner', 'this address has not mined here');
    refuse(await money.setMinimum({ key, amount, signedMs: timestamp }));
    return minerSettings(pool, amount);
  };
}

function requestOf(body: string): z.output<typeof settingsRequestSchema> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new ApiError(400, 'invalidBody', 'expected JSON');
  }
  const parsed = settingsRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new ApiError(400, 'invalidBody', [...new Set(problems)].join('; '));
}

/** @returns undefined for the minimum of the pool @throws ApiError */
function amountOf(value: string | number, minimum: bigint): bigint | undefined {
  const amount = parseAlph(String(value));
  if (amount === 0n) return undefined;
  if (amount === undefined || amount < minimum || amount > GREATEST_MINIMUM)
    throw new ApiError(
      400,
      'invalidBody',
      `paymentThreshold: expected ${alphText(minimum)} to ${alphText(GREATEST_MINIMUM)} ALPH, or 0, got ${JSON.stringify(value).slice(0, 60)}`,
    );
  return amount;
}

function refuse(outcome: MinimumOutcome): void {
  if (outcome === 'busy')
    throw new ApiError(503, 'busy', 'the books are being written to: try again in a minute');
  if (outcome === 'late')
    throw new ApiError(409, 'late', 'timestamp: expected later than that of the request before');
  if (outcome === 'often')
    throw new ApiError(429, 'tooOften', 'once a minute is enough: wait, and sign anew');
}
