/**
 * What a configuration refers to outside itself.
 * @module
 */

/** The outside, as far as a configuration may look at it. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file. @throws Error that says why it can't be read */
  readFile(path: string): string;
  /** A path of the configuration made absolute: relative ones begin at the configuration's own folder. */
  resolvePath(path: string): string;
}
