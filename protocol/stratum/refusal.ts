/**
 * Why a pool refused something, out of the many forms in which pools say so.
 * @module
 */
import { cleanText } from './clean-text.js';

/** A closed set, so that refusals can be counted by reason. */
export const REFUSAL_REASONS = [
  'stale',
  'wrongChain',
  'unauthorized',
  'nonce',
  'duplicate',
  'lowDifficulty',
  'otherChain',
  'other',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** A pool's refusal. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** The pool's words, cleaned and cut; a made-up line if it gave none. */
  readonly message: string;
}

/**
 * Words before codes: Bitcoin's numbers (21 for stale, 22 for duplicate) live on in pools that also serve other coins,
 * and mean something else in the dialect of Alephium.
 */
const WORDS: readonly (readonly [RegExp, RefusalReason])[] = [
  [/stale|job.{0,12}not found|unknown job|no such job|expired/i, 'stale'],
  [/duplicate/i, 'duplicate'],
  [/low.{0,4}diff|above.{0,8}target/i, 'lowDifficulty'],
  [/unauthori|not authorized|not subscribed|worker|address/i, 'unauthorized'],
  [/hash.{0,16}another chain|chain ?index|invalid.{0,8}chain/i, 'otherChain'],
  [/chain|group/i, 'wrongChain'],
  [/nonce/i, 'nonce'],
];

const CODES: Readonly<Record<number, RefusalReason>> = {
  20: 'stale',
  21: 'wrongChain',
  22: 'unauthorized',
  23: 'nonce',
  24: 'duplicate',
  25: 'lowDifficulty',
  26: 'otherChain',
};

/**
 * The refusal that an `error` member stands for: an object `{code, message}`, an array `[code, message, ...]`, a text,
 * a number, or nothing of use. Takes any value.
 */
export function parseRefusal(error: unknown): Refusal {
  const [code, words] = partsOf(error);
  const message = words === undefined ? '' : cleanText(words);
  const byWords = WORDS.find(([pattern]) => pattern.test(message))?.[1];
  const reason = byWords ?? (code === undefined ? 'other' : (CODES[code] ?? 'other'));
  if (message !== '') return { reason, message };
  return { reason, message: code === undefined ? 'no reason given' : `error ${code}` };
}

function partsOf(error: unknown): [code: number | undefined, words: string | undefined] {
  if (typeof error === 'string') return [undefined, error];
  if (typeof error === 'number') return [error, undefined];
  if (typeof error !== 'object' || error === null) return [undefined, undefined];
  const [code, words] = Array.isArray(error)
    ? [error[0] as unknown, error[1] as unknown]
    : [(error as { code?: unknown }).code, (error as { message?: unknown }).message];
  return [typeof code === 'number' ? code : undefined, typeof words === 'string' ? words : undefined];
}
