/**
 * The query of a request, behind its `?`. Names and words may be in any case, as Miningcore takes them. A query that can't
 * be understood is answered in our own words.
 * @module
 */
import { z } from 'zod';
import type { Page } from '../../ports/store.js';
import { ApiError } from './api-error.js';
import { BLOCK_STATUSES, type BlockStatus } from './block-answers.js';
import type { ChartRange } from './charts.js';

/** Values by name, unparsed. */
export type QueryTexts = Readonly<Record<string, readonly string[]>>;

/** Last page that is shown: a store walks through all entries before it. */
export const MAX_PAGE = 1_000;

/** Longest text of a wrong value that is shown, characters. */
const MAX_SHOWN_CHARS = 60;

const RANGES = ['Hour', 'Day', 'Month'] as const;
/** Intervals of charts. */
const INTERVALS = ['TenMinutes', 'Hour', 'Day'] as const;
const STATUSES = Object.keys(BLOCK_STATUSES) as [BlockStatus, ...BlockStatus[]];

/** Words that values may be, by their lower case. */
const WORDS = new Map([...RANGES, ...INTERVALS, ...STATUSES].map((word) => [word.toLowerCase(), word]));

export const page = wholeFrom(0, MAX_PAGE).default(0).describe('Page to show; the first is 0.');

/** @param most - is given if more is asked for @param usual - the default */
export const pageSize = (most: number, usual: number) =>
  wholeFrom(0)
    .default(usual)
    .describe(`Entries of a page. Where more than ${most} are asked for, it is ${most}.`)
    .transform((asked) => Math.min(asked, most));

const range = () => oneOf(RANGES);

export const chart = {
  r: range().default('Day').describe('Range to show.'),
  i: oneOf(INTERVALS)
    .default('Hour')
    .describe('Length of its intervals. Those of ten minutes reach back for a day at most.'),
};

/** A range that implies its intervals: a month is shown by the day, all else by the hour. */
export const mode = (what: string) =>
  range().optional().describe(`${what} by one word: \`Month\` by the day, others by the hour.`);

export const state = z
  .array(oneOf(STATUSES))
  .optional()
  .describe('Only those of this status; may stand several times.');

/** @param asked - undefined for the last day by the hour */
export function modeRange(asked: ChartRange['range'] | undefined): ChartRange {
  return { range: asked ?? 'Day', interval: asked === 'Month' ? 'Day' : 'Hour' };
}

export function pageOf({ page, pageSize }: { readonly page: number; readonly pageSize: number }): Page {
  return { offset: page * pageSize, limit: pageSize };
}

/** Parses a query. Unknown names are ignored. @throws ApiError that says what was expected */
export function parseQuery<Q extends z.ZodObject>(schema: Q, texts: QueryTexts): z.output<Q> {
  const values: Record<string, unknown> = {};
  const known = new Map(Object.keys(schema.shape).map((name) => [name.toLowerCase(), name]));
  for (const [name, all] of Object.entries(texts)) {
    const knownName = known.get(name.toLowerCase());
    if (knownName === undefined) continue;
    const words = all.map((text) => WORDS.get(text.toLowerCase()) ?? text);
    values[knownName] = knownName === 'state' ? words : words[0];
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: [name], message }) => {
    const value = values[String(name)];
    const got = JSON.stringify(
      (Array.isArray(value) ? value.join(', ') : String(value)).slice(0, MAX_SHOWN_CHARS),
    );
    return `${String(name)}: ${message}, got ${got}`;
  });
  throw new ApiError(400, 'invalidQuery', [...new Set(problems)].join('; '));
}

function wholeFrom(least: number, most = Number.MAX_SAFE_INTEGER) {
  const error =
    most === Number.MAX_SAFE_INTEGER
      ? `expected a whole number from ${least} on`
      : `expected a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `expected ${words.join(' or ')}` });
}
