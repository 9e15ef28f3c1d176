/**
 * The Vulkan layer's machine code over a driver of its own, with what compilers have that finds faults of memory and of threads.
 * @module
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skipWhen } from '../../../support/requirement.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lesswork-layer-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const [compiler = 'cc', ...first] = (process.env.CC ?? 'cc').split(' ').filter((part) => part !== '');

/** @returns what is wrong with the compiler here, or undefined */
function compile(file: string, sanitizers: readonly string[]): string | undefined {
  const { status, error, stderr } = spawnSync(
    compiler,
    [
      ...first,
      ...['-g', '-O1', '-Wall', '-Wextra', '-Werror', '-fno-builtin', '-pthread', ...sanitizers],
      ...[
        '-I',
        'shaders/cpu/native',
        'shaders/cpu/native/layer.c',
        'test/support/layer-driver.c',
        '-o',
        file,
      ],
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return status === 0 ? undefined : (error?.message ?? stderr);
}

const missing =
  process.platform !== 'linux'
    ? 'the layer is for Linux'
    : spawnSync(compiler, ['--version']).status === 0
      ? undefined
      : `there is no C compiler ${JSON.stringify(compiler)}`;

for (const [name, sanitizers] of [
  ['as it is', []],
  ['with looks at memory', ['-fsanitize=address,undefined', '-fno-sanitize-recover=all']],
  ['with looks at threads', ['-fsanitize=thread']],
] as const) {
  test(`a driver may ask the layer, and wait for others, while it is asked; ${name}`, {
    skip: skipWhen(missing),
    timeout: 120_000,
  }, (t) => {
    const file = join(folder, `driver-${sanitizers.length}`);
    const fault = compile(file, sanitizers);
    if (fault !== undefined && sanitizers.length > 0) return t.skip(`the compiler has none: ${fault}`);
    assert.equal(fault, undefined);
    const { status, signal, stdout, stderr } = spawnSync(file, { encoding: 'utf8' });
    // Kernels lay memory out in ways that some versions of compilers do not know.
    if (stderr.includes('unexpected memory mapping')) return t.skip(stderr.trim());
    assert.deepEqual({ status, signal, said: stdout + stderr }, { status: 0, signal: null, said: '' });
  });
}
