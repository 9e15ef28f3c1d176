/**
 * What is to be done when a miner is in trouble, as users write it: `restart`, `exit`, `run COMMAND ARGUMENT...`. Pure.
 * @module
 */

/** Longest command, characters. */
const MAX_COMMAND_CHARS = 4_096;

/**
 * `restart`: devices are started again, as always. `exit`: the miner ends with exit code 42, and whoever watches it starts it
 * again. `run`: a command is run, and mining goes on.
 */
export type OnTrouble =
  | { readonly kind: 'restart' }
  | { readonly kind: 'exit' }
  | { readonly kind: 'run'; readonly words: readonly [string, ...string[]] };

const EXPECTED = 'expected restart, exit, or "run COMMAND"';

/**
 * The command is no shell's: it is cut into words at blanks, quotes of either kind keep a word together, and nothing else has a
 * meaning. A backslash is a backslash.
 * @throws RangeError that says what would have been right
 */
export function parseOnTrouble(text: string): OnTrouble {
  const given = text.trim();
  if (given === 'restart' || given === 'exit') return { kind: given };
  if (!/^run(\s|$)/.test(given)) throw new RangeError(`${EXPECTED}, got ${JSON.stringify(shortened(text))}`);
  if (given.length > MAX_COMMAND_CHARS)
    throw new RangeError(
      `expected a command of at most ${MAX_COMMAND_CHARS} characters, got ${given.length}`,
    );
  if (given.includes('\0')) throw new RangeError('expected a command without a zero byte in it');
  const [program, ...args] = wordsOf(given.slice('run'.length));
  if (program === undefined || program === '')
    throw new RangeError(`${EXPECTED}, got "run" without a command`);
  return { kind: 'run', words: [program, ...args] };
}

function wordsOf(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const character of command) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== '')
    throw new RangeError(`expected a quote ${quote} that ends, in the command ${JSON.stringify(command)}`);
  if (word !== undefined) words.push(word);
  return words;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
