import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readImports } from '../support/import-graph.js';
import { readSources, withoutCommentsAndStrings } from '../support/sources.js';

/** What reaches out of pure code: the platform, clocks, randomness, logs, timers, the network. */
const IMPURE =
  /\b(Buffer|process|require|global|globalThis|console|performance|crypto|fetch|set(?:Timeout|Interval|Immediate)|Date|Math\s*\.\s*random)\b/;

/** The first impure thing that a source names, if any. */
function impurityOf(text: string): string | undefined {
  const platform = readImports(text).find(({ specifier }) => /^node:/.test(specifier));
  return platform?.specifier ?? IMPURE.exec(withoutCommentsAndStrings(text))?.[0];
}

for (const folder of ['protocol/', 'polw/builder/'])
  for (const [path, text] of readSources(folder)) {
    test(`${path} is pure`, () => {
      assert.equal(impurityOf(text), undefined);
    });
  }

test('an impure source is seen, and words in comments and strings are not', () => {
  for (const [text, impurity] of [
    ["import { readFileSync } from 'node:fs';", 'node:fs'],
    ['const bytes = Buffer.from(hex);', 'Buffer'],
    ['const now = Date.now();', 'Date'],
    ['const now = new Date();', 'Date'],
    ['const nonce = Math.random();', 'Math.random'],
    ['if (process.env.X) {}', 'process'],
    ["const fs = require('fs');", 'require'],
    ["// Buffer, process\nconst text = 'Date.now'; /* Math.random */", undefined],
    ['const processed = required(updated);', undefined],
  ] as const) {
    assert.equal(impurityOf(text), impurity, text);
  }
});
