/**
 * What files of values are made of, and how a wrong value is told.
 * @module
 */

/** Longest text of a wrong value that is shown, characters. */
const MAX_SHOWN_CHARS = 60;

/** Whether a value is an object with names, no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a whole number from 0 to `most`. */
export function isWhole(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

/** A wrong value, cut short. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN_CHARS ? text : `${text.slice(0, MAX_SHOWN_CHARS)}...`;
}

/** A wrong value where a secret may stand by mistake, a private key for a public one: what it is, and nothing of it. */
export function outlined(value: unknown): string {
  if (typeof value !== 'string') return shown(value);
  const characters = `a text of ${value.length} characters`;
  return /^[0-9a-fA-F]*$/.test(value) ? characters : `${characters}, not all of them hex digits`;
}
