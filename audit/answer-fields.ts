/**
 * Values in an audit's answers, as their reader takes them: each has one text alone, since hashes are of these texts.
 * @module
 */

/** An answer is not what an audit can be made of. */
export class AuditAnswerError extends Error {
  override readonly name = 'AuditAnswerError';
  readonly code = 'ERR_AUDIT_ANSWER';
}

const HASH = /^[0-9a-f]{64}$/;
const AMOUNT = /^(0|[1-9]\d{0,38})$/;

export function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new AuditAnswerError(`${what} is no object`);
}

export function listOf(value: unknown, name: string, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw new AuditAnswerError(`"${name}" expected a list of at most ${most}`);
}

export function textOf(value: unknown, form: RegExp, name: string): string {
  if (typeof value === 'string' && form.test(value)) return value;
  throw new AuditAnswerError(`"${name}" expected ${form.source}, got ${shown(value)}`);
}

export function hashOf(value: unknown, name: string): string {
  if (typeof value === 'string' && HASH.test(value)) return value;
  throw new AuditAnswerError(`"${name}" expected 64 hex digits, got ${shown(value)}`);
}

export function countOf(value: unknown, name: string, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most)
    return value as number;
  throw new AuditAnswerError(`"${name}" expected a whole number from 0 to ${most}, got ${shown(value)}`);
}

export function amountOf(value: unknown, name: string): bigint {
  if (typeof value === 'string' && AMOUNT.test(value)) return BigInt(value);
  throw new AuditAnswerError(`"${name}" expected a whole number as text, got ${shown(value)}`);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}
