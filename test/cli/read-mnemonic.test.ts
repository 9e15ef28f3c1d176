import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readMnemonic } from '../../cli/read-mnemonic.js';
import { FakeTerminal } from '../support/fake-terminal.js';

const MNEMONIC = `${'abandon '.repeat(11)}about`;

test('on a terminal one line is read, without an echo, after a prompt', async () => {
  const input = new FakeTerminal();
  const told: string[] = [];
  const read = readMnemonic({ input, prompt: (text) => told.push(text) });
  input.write(`${MNEMONIC}x\u007f\r`);
  assert.equal(await read, MNEMONIC);
  assert.deepEqual(told, ['mnemonic (what you type is not shown): ', '\n']);
  // Raw mode keeps the terminal from showing what is typed, and ends with the line.
  assert.deepEqual(input.modes, [true, false]);
});

test('a terminal that ends without a line gives no mnemonic', async () => {
  const input = new FakeTerminal();
  const read = readMnemonic({ input, prompt: () => {} });
  input.end();
  await assert.rejects(read, { name: 'MnemonicError', message: /got 0$/ });
  assert.deepEqual(input.modes, [true, false]);
});

test('elsewhere all is read, and nothing is asked', async () => {
  const input = new PassThrough();
  input.write(MNEMONIC.slice(0, 20));
  input.end(`${MNEMONIC.slice(20)}\n\n`);
  assert.equal(await readMnemonic({ input, prompt: () => assert.fail('asked') }), MNEMONIC);
});

test('endless input is not read to its end', async () => {
  const input = new PassThrough();
  const read = readMnemonic({ input, prompt: () => {} });
  input.write('x'.repeat(5000));
  await assert.rejects(read, /expected at most 4096 bytes on standard input, got more/);
});
