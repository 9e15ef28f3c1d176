import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../support/lesswork.js';

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

test('every limit that the code names so is in the document', () => {
  const documented = new Set(rows.map(([, , , path, name]) => `${path} ${name}`));
  for (const path of new Set(rows.map(([, , , file]) => file!))) {
    for (const [, name] of read(path).matchAll(/^(?:export )?const (MAX_\w+) = /gm)) {
      if (path === 'miner/backends/cpu/tuning.ts') continue; // Clamps of a measured size, not limits of a queue.
      assert.ok(documented.has(`${path} ${name}`), `${path} ${name} is not in docs/LIMITS.md`);
    }
  }
});
