import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';

const text = readFileSync(join(PROJECT_ROOT, 'docs/POLW.md'), 'utf8');

test('the sample of docs/POLW.md is what the program prints', async () => {
  const [, args, sample] = /^\$ lesswork (polw simulate [^\n]+)\n([\s\S]+?)^```$/m.exec(text)!;
  const { code, stdout } = await inOneProcess(args!.split(' '));
  assert.equal(code, 0);
  assert.equal(sample, stdout);
});

test('docs/POLW.md names only commands and options that are there', async () => {
  const mentions = [...text.matchAll(/lesswork ((?:polw|devnet)(?: [a-z]+)?)((?: [^\s`]+)*)/g)];
  const named = new Map<string, Set<string>>();
  for (const [, command, rest] of mentions) {
    const options = named.get(command!) ?? new Set();
    for (const [option] of rest!.matchAll(/--[a-z-]+/g)) options.add(option);
    named.set(command!, options);
  }
  assert.deepEqual([...named.keys()].sort(), [
    'devnet',
    'polw authorize',
    'polw cancel',
    'polw keys',
    'polw sign',
    'polw simulate',
    'polw status',
    'polw submit',
    'polw verify',
    'polw withdraw',
  ]);
  for (const [command, options] of named) {
    const { code, stdout } = await inOneProcess([...command.split(' '), '--help']);
    assert.equal(code, 0, command);
    for (const option of options) assert.ok(stdout.includes(` ${option}`), `${command} has no ${option}`);
  }
});
