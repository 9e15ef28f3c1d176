/**
 * Lines of stratum made up at random: good requests of every kind, and what becomes of them when they are spoilt.
 * @module
 */
import { ADDRESS, OTHER_ADDRESS } from './test-pool.js';

export type Random = () => number;

/** A request that must be answered, once, with its id as it stands here. */
export interface MadeRequest {
  /** JSON text. */
  readonly id: string;
  readonly line: string;
  /** `alph_submitHashrate` is not. */
  readonly answered: boolean;
}

const METHODS = [
  'mining.subscribe',
  'mining.authorize',
  'mining.submit',
  'mining.submit',
  'mining.submit',
  'mining.extranonce.subscribe',
  'mining.suggest_difficulty',
  'mining.hello',
  'mining.noop',
  'mining.configure',
  'connection.set_gzip',
  'alph_submitHashrate',
  'mining.unheard_of',
  '__proto__',
] as const;

const WORDS = [
  '',
  'x',
  '__proto__',
  'constructor',
  ADDRESS,
  `${OTHER_ADDRESS}.w`,
  `w.${ADDRESS}`,
  '0x1f',
  'd=64',
  'NaN',
];

export function pick<T>(random: Random, of: readonly T[]): T {
  return of[Math.floor(random() * of.length)]!;
}

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => pick(random, [...'0123456789abcdefABCDEF'])).join('');
}

/** JSON text. @param depth - brackets that it may open */
function value(random: Random, depth: number): string {
  const kind = Math.floor(random() * (depth > 0 ? 9 : 7));
  if (kind === 0) return pick(random, ['null', 'true', 'false']);
  if (kind === 1) return pick(random, ['0', '-0', '1e3', '1.50', '-1', '1e999', '12345678901234567890', '4']);
  if (kind === 2) return `"${hex(random, pick(random, [0, 1, 47, 48, 49, 300]))}"`;
  if (kind === 3)
    return pick(random, ['"\\u0000\\n"', '"\\ud800"', '"\xc3\xa4"', '"[[[[[[{"', '"\\"}"', '"\\\\"']);
  if (kind < 7) return JSON.stringify(pick(random, WORDS));
  const items = Array.from({ length: Math.floor(random() * 4) }, () => value(random, depth - 1));
  if (kind === 7) return `[${items.join(',')}]`;
  return `{${items.map((item) => `${JSON.stringify(pick(random, ['id', 'method', ...WORDS]))}:${item}`).join(',')}}`;
}

function paramsOf(random: Random, method: string, share: () => string): string {
  if (random() < 0.3) return value(random, 3);
  if (method === 'mining.authorize')
    return `["${pick(random, WORDS)}.w${Math.floor(random() * 9)}",${value(random, 1)}]`;
  if (method !== 'mining.submit') return `[${value(random, 2)},${value(random, 2)}]`;
  if (random() < 0.5) return share();
  const fields = ['jobId', 'fromGroup', 'toGroup', 'nonce', 'worker'].filter(() => random() < 0.9);
  return `{${fields.map((field) => `"${field}":${value(random, 1)}`).join(',')}}`;
}

/**
 * A request.
 * @param unique - a number that no other request has
 * @param share - JSON text of params that are a good share
 */
export function makeRequest(random: Random, unique: number, share: () => string): MadeRequest {
  const id = pick(random, [
    `${unique}`,
    `${unique}.0`,
    `-${unique}e-3`,
    `"${unique}"`,
    `"\\u0041 ${unique} \\"\\\\"`,
    `"\xff\xc3\xa4 ${unique}"`,
  ]);
  const method = pick(random, METHODS);
  const space = pick(random, ['', ' ', '\t', '  ']);
  const members = [
    `${space}"id"${space}:${space}${id}`,
    `"method":${space}"${method}"`,
    `"params":${paramsOf(random, method, share)}`,
    ...(random() < 0.2 ? [`"jsonrpc":"2.0"`] : []),
    ...(random() < 0.2 ? [`"more":${value(random, 3)}`] : []),
  ];
  members.sort(() => random() - 0.5);
  const line = `{${members.join(`${space},`)}${space}}${pick(random, ['\n', '\n', '\r\n', '\n\n'])}`;
  return { id, line, answered: method !== 'alph_submitHashrate' };
}

/** A request spoilt: bytes turned, taken out, put in, doubled; or nothing but bytes. Ends with a newline. */
export function spoil(random: Random, line: string): Buffer {
  let bytes: Buffer = Buffer.from(line, 'latin1').subarray(0, -1);
  const byte = (): number =>
    pick(random, [0, 10, 13, 34, 44, 58, 91, 92, 93, 123, 125, 127, 255, Math.floor(random() * 256)]);
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) {
    const [at, to] = [random(), random()]
      .map((part) => Math.floor(part * bytes.length))
      .sort((a, b) => a - b);
    const [before, between, behind] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    const what = Math.floor(random() * 6);
    if (what === 0) bytes = Buffer.concat([before, behind]);
    else if (what === 1) bytes = Buffer.concat([before, between, between, behind]);
    else if (what === 2) bytes = Buffer.concat([before, Uint8Array.of(byte()), between, behind]);
    else if (what === 3) bytes = Buffer.concat([before, Buffer.from([...between].map(() => byte())), behind]);
    else if (what === 4)
      bytes = Buffer.concat([bytes, Buffer.alloc(pick(random, [1, 100, 8_192, 20_000]), byte())]);
    else
      bytes = Buffer.concat([
        before,
        Buffer.from(pick(random, ['[[[[[', '{"a":', '"id":1,', '\\u']), 'latin1'),
        between,
        behind,
      ]);
  }
  return Buffer.concat([bytes, Uint8Array.of(10)]);
}
