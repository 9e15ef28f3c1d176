/**
 * What an output can show, and styles for it.
 * @module
 */

/** What can be written to an output. */
export interface TerminalTraits {
  /** Whether a line can be rewritten. */
  readonly live: boolean;
  readonly colour: boolean;
}

/** A file, a pipe, or a terminal that is told to be dumb. */
export const PLAIN_OUTPUT: TerminalTraits = { live: false, colour: false };

/**
 * What an output can show. `TERM=dumb` and no `TERM` (but on Windows, which has none) mean no escape codes at all;
 * `NO_COLOR` that is not empty means no colours.
 */
export function terminalTraits(
  output: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): TerminalTraits {
  const { TERM: term = '', NO_COLOR: noColour = '' } = env;
  const capable = term === '' ? platform === 'win32' : term !== 'dumb';
  if (output.isTTY !== true || !capable) return PLAIN_OUTPUT;
  return { live: true, colour: noColour === '' };
}

/** How a piece of text stands out. */
export type Style = 'good' | 'bad' | 'warning' | 'strong' | 'faint';

const CODES: Readonly<Record<Style, string>> = {
  good: '32',
  bad: '31',
  warning: '33',
  strong: '1',
  faint: '2',
};

/** A text in a style, where there is one and colours are wanted. */
export function styled(text: string, style: Style | undefined, colour: boolean): string {
  return style === undefined || !colour ? text : `\x1b[${CODES[style]}m${text}\x1b[0m`;
}
