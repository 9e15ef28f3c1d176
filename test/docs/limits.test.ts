import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { readSources } from '../support/sources.js';

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');

/** The number that a source file gives a name: a product or power of literals. */
function valueInCode(path: string, name: string): number {
  const source = read(path);
  const match =
    new RegExp(`\\b${name}(?:: \\w+)?(?: =|:) ([\\d_ */n]+?)[,;}]`).exec(source) ??
    new RegExp(`\\b${name}: ([\\d_]+)\\b`).exec(source);
  assert.ok(match, `${path} gives ${name} no number`);
  const factors = match[1]!.replaceAll('_', '').split(/(?<!\*)\*(?!\*)/);
  return factors
    .map((factor) =>
      factor
        .split('**')
        .map(Number)
        .reduceRight((exponent, base) => base ** exponent),
    )
    .reduce((a, b) => a * b);
}

const rows = [
  ...read('docs/LIMITS.md').matchAll(/^\| ([^|]+) \| (\d+) \| `([^`]+)` `([^`]+)` \| ([^|]+) \|$/gm),
];

test('the document has its rows', () => {
  assert.ok(rows.length >= 25);
  const all = read('docs/LIMITS.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| what'));
  assert.equal(rows.length, all.length, 'a row has another form');
});

for (const [, what, value, path, name, reason] of rows) {
  test(`${what}: ${value}`, () => {
    assert.equal(valueInCode(path!, name!), Number(value));
    assert.ok(reason!.trim().length > 0);
  });
}

/** Constants that are named like limits and are bounds of a formula or of a measured size. */
const NO_LIMITS = new Set([
  'miner/backends/cpu/tuning.ts MAX_SLICE_NONCES',
  'miner/backends/cpu/tuning.ts MAX_TASK_NONCES',
  'shaders/cpu/wasm-ceiling.ts MAX_CHAINS',
  'protocol/emission.ts MAX_UNCLES',
  'protocol/emission.ts MAX_UNCLE_AGE',
  'protocol/coinbase.ts MAX_ADDITIONAL_DATA_BYTES',
  'protocol/transaction.ts MAX_INPUTS',
  'devnet/coins/transaction-rules.ts MAX_TOKENS',
  'protocol/transfer.ts MAX_OUTPUTS',
]);

test('every limit that a source names so is in the document', () => {
  const documented = new Set(rows.map(([, , , path, name]) => `${path} ${name}`));
  const found: string[] = [];
  for (const [path, text] of readSources()) {
    if (path.startsWith('bench/') || path.startsWith('test/')) continue;
    for (const [, name] of text.matchAll(/^(?:export )?const (MAX_\w+)(?:: \w+)? = [\d_ *]+;/gm))
      found.push(`${path} ${name}`);
  }
  assert.ok(found.length > 15);
  assert.deepEqual(
    found.filter((limit) => !documented.has(limit) && !NO_LIMITS.has(limit)),
    [],
  );
});
