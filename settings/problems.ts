/**
 * What is wrong with a configuration, in words: one line a problem, each with the path of the setting.
 * @module
 */
import type { z } from 'zod';
import { nearestName } from './nearest-name.js';
import { type JsonSchema, settingNames } from './setting-list.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Longest text of a wrong value that is shown, characters. */
const MAX_SHOWN_CHARS = 60;

/** Names of settings that hold secrets: what was put there instead of a reference may be the secret itself. */
const SECRET_NAME = /pass|secret|key$|token/i;

/** The problems that a schema found, each `path: expected ..., got ...`; none twice. */
export function problemsOf(issues: readonly Issue[], config: unknown, schema: JsonSchema): string[] {
  return [...new Set(issues.flatMap((issue) => describe(issue, [], config, schema)))];
}

function describe(issue: Issue, above: Path, config: unknown, schema: JsonSchema): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = settingNames(schema, path);
    return issue.keys.map(
      (key) => `${pathText([...path, key])}: unknown setting; ${nearestName(key, known)}`,
    );
  }
  if (issue.code === 'invalid_union') {
    // The kind that was meant is the one whose outermost form fits.
    const meant = issue.errors.filter((branch) => !branch.some(isOfWhole));
    if (meant.length === 1) return meant[0]!.flatMap((inner) => describe(inner, path, config, schema));
  }
  const expected = issue.message.startsWith('expected ') ? issue.message : expectedOf(issue);
  const got = expected.includes(', got ') ? '' : `, got ${shown(path, config)}`;
  return [`${pathText(path)}: ${expected}${got}`];
}

/** Whether an issue says that the whole of a value is of another kind. */
function isOfWhole(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union')
    return issue.errors.length > 0 && issue.errors.every((branch) => branch.some(isOfWhole));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** For what the schema has no words of its own: the shape of a section. */
function expectedOf(issue: Issue): string {
  if (issue.code !== 'invalid_type') return `expected another value (${issue.message})`;
  if (issue.expected === 'object') return 'expected an object';
  if (issue.expected === 'array') return 'expected a list';
  return issue.expected === 'string' ? 'expected text' : `expected ${issue.expected}`;
}

/** `listeners[0].port`; the whole configuration is `configuration`. */
function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[$\w-]+$/.test(String(part))) text += `${text === '' ? '' : '.'}${String(part)}`;
    else text += `[${JSON.stringify(String(part).slice(0, MAX_SHOWN_CHARS))}]`;
  }
  return text === '' ? 'configuration' : text;
}

/** A wrong value as it may be shown: cut short, and not at all where it may be a secret. */
function shown(path: Path, config: unknown): string {
  let value: unknown = config;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  if (typeof value !== 'string') return String(value);
  const secret = path.some((part) => SECRET_NAME.test(String(part))) || /:\/\/[^/]*@/.test(value);
  if (secret) return 'text that is not shown';
  const whole = JSON.stringify(value);
  return whole.length <= MAX_SHOWN_CHARS ? whole : `${whole.slice(0, MAX_SHOWN_CHARS)}...`;
}
