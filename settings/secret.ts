/**
 * What must not be printed: the configuration names where it is, never what it is.
 * @module
 */
import { inspect } from 'node:util';
import { z } from 'zod';
import { systemErrorText } from '../protocol/system-error-text.js';
import { EXPECTED_NO_CONTROL_CHARACTERS, NO_CONTROL_CHARACTERS } from './control-characters.js';
import type { ConfigSources } from './sources.js';

/** Where a secret stands. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** A secret. It shows where it comes from, however it is printed. */
export class Secret {
  readonly #value: string;
  readonly #shown: SecretReference | string;

  /** @param shown - what may be printed instead of it */
  constructor(value: string, shown: SecretReference | string) {
    this.#value = value;
    this.#shown = shown;
  }

  /** The secret itself, for whom it is meant. */
  reveal(): string {
    return this.#value;
  }

  toJSON(): SecretReference | string {
    return this.#shown;
  }

  toString(): string {
    return JSON.stringify(this.#shown);
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

const reference = z.union(
  [
    z.strictObject({
      env: z
        .string()
        .min(1, 'expected the name of an environment variable')
        .describe('Name of an environment variable.'),
    }),
    z.strictObject({
      file: z
        .string()
        .min(1, 'expected a path')
        .regex(NO_CONTROL_CHARACTERS, EXPECTED_NO_CONTROL_CHARACTERS)
        .describe('Path of a file; a line end behind it is left out.'),
    }),
  ],
  { error: 'expected {"env": "NAME"} or {"file": "PATH"}' },
);

/** Schema of a secret: `{"env": "NAME"}` or `{"file": "PATH"}`, read at once. */
export function secretSchema(sources: ConfigSources) {
  return reference.transform((where, context): Secret => {
    try {
      return new Secret(secretAt(where, sources), where);
    } catch (error) {
      context.addIssue((error as Error).message);
      return z.NEVER;
    }
  });
}

/** @throws Error that says what was expected, and nothing of the secret */
function secretAt(where: SecretReference, sources: ConfigSources): string {
  if ('env' in where) {
    const value = sources.env[where.env];
    if (value === undefined || value === '')
      throw new Error(`expected the environment variable ${where.env} to be set, got nothing`);
    return value;
  }
  const path = sources.resolvePath(where.file);
  let text: string;
  try {
    text = sources.readFile(path);
  } catch (error) {
    throw new Error(`expected a file that can be read, got ${path}: ${systemErrorText(error)}`);
  }
  const value = text.replace(/\r?\n$/, '');
  if (value === '') throw new Error(`expected a secret in ${path}, got an empty file`);
  return value;
}
