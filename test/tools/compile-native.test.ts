import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { importTool } from '../support/import-tool.js';

interface Told {
  readonly built: boolean;
  readonly reason?: string;
}

const { compileHere } = await importTool<{
  compileHere(outFile: string, options: { command: string; limitMs?: number }): Promise<Told>;
}>('compile-native');

const folder = mkdtempSync(join(tmpdir(), 'lesswork-cc-'));
const outFile = join(folder, 'native.node');
after(() => rmSync(folder, { recursive: true, force: true }));

/** A stand-in for a compiler. @param script - of sh, once it was asked for its version */
function compiler(script: string): string {
  const path = join(folder, 'cc');
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && exec echo cc 1\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

for (const [what, command, reason] of [
  ['that is missing', () => join(folder, 'none'), /none" could not be used: it is not installed$/],
  [
    'that is broken',
    () => compiler('echo "cc: no headers" >&2; exit 1'),
    /cc" could not be used: cc: no headers$/,
  ],
  ['that makes nothing', () => compiler('exit 0'), /cc" could not be used: it made no file$/],
  [
    'that does not come to an end',
    () => compiler('exec sleep 60'),
    /cc" could not be used: it took too long$/,
  ],
] as const) {
  test(`a compiler ${what}: no native kernel, and why`, async () => {
    const told = await compileHere(outFile, { command: command(), limitMs: 1_500 });
    assert.equal(told.built, false);
    assert.match(told.reason!, reason);
    assert.ok(!existsSync(outFile));
  });
}
