/**
 * The project's own TypeScript sources as text, for tests that read them.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of the project: the tests run from dist/test. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The folders that hold sources. Tests are left out: they may import anything. */
const ROOMS = [
  'cli',
  'protocol',
  'shaders',
  'node',
  'files',
  'http',
  'settings',
  'wallet',
  'audit',
  'ledger',
  'metrics',
  'payer',
  'polw',
  'miner',
  'pool',
  'devnet',
  'bench',
  'web',
];

/** Sources in another language than TypeScript, in spite of their ending. */
const ASSEMBLYSCRIPT = 'shaders/cpu/assembly/';

/**
 * Text of every source by its path, `/` between folders.
 * @param within - only of paths that begin so
 */
export function readSources(within = ''): Map<string, string> {
  const sources = new Map<string, string>();
  const rooms = readdirSync(ROOT).filter((name) => ROOMS.includes(name));
  for (const room of rooms) {
    for (const name of readdirSync(`${ROOT}${room}`, { recursive: true, encoding: 'utf8' }).sort()) {
      const path = `${room}/${name.replaceAll('\\', '/')}`;
      if (!/\.tsx?$/.test(path) || path.startsWith(ASSEMBLYSCRIPT) || !path.startsWith(within)) continue;
      sources.set(path, readFileSync(`${ROOT}${path}`, 'utf8'));
    }
  }
  return sources;
}

/** Strings, whole, and comments. A regular expression with a quote in it may confuse this: none here has one. */
const STRING_OR_COMMENT =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** A source without its comments. */
export function withoutComments(text: string): string {
  return text.replace(STRING_OR_COMMENT, (_, string: string | undefined) => string ?? ' ');
}

/** A source without its comments, and with nothing between the quotes of its strings. */
export function withoutCommentsAndStrings(text: string): string {
  return text.replace(STRING_OR_COMMENT, (_, string: string | undefined) =>
    string === undefined ? ' ' : "''",
  );
}
