import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import { readNewPassword, readPassword } from '../../cli/read-password.js';
import { SecretInput, SecretTooLongError } from '../../cli/secret-input.js';
import { WalletError, type WalletErrorCode } from '../../wallet/wallet-error.js';
import { FakeTerminal } from '../support/fake-terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-password-'));
after(() => rmSync(folder, { recursive: true }));

const CODE = (code: WalletErrorCode, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof WalletError && error.code === code, String(error));
  assert.match(error.message, words);
  return true;
};

function onTerminal() {
  const input = new FakeTerminal();
  const told: string[] = [];
  return { input, told, secrets: new SecretInput({ input, prompt: (text) => told.push(text) }) };
}

function piped(text: string): SecretInput {
  const input = new PassThrough();
  input.end(text);
  return new SecretInput({ input, prompt: () => assert.fail('asked') });
}

const fromInput = (secrets: SecretInput) => ({ file: undefined, secrets, warn: () => assert.fail('warned') });

test('a new password is typed twice, and nothing of it is shown; both lines may come at once', async () => {
  const { input, told, secrets } = onTerminal();
  const read = readNewPassword(fromInput(secrets));
  input.write('correct horse\rcorrect horse\r');
  assert.equal(await read, 'correct horse');
  assert.deepEqual(told, [
    'new password for the file of the wallet (what you type is not shown): ',
    '\n',
    'the same password again (what you type is not shown): ',
    '\n',
  ]);
  assert.deepEqual(input.modes, [true]);
  secrets.close();
  assert.deepEqual(input.modes, [true, false]);
});

test('two that differ are none; one that is too short is asked for once', async () => {
  const differing = onTerminal();
  differing.input.write('correct horse\rcorrect house\r');
  await assert.rejects(
    readNewPassword(fromInput(differing.secrets)),
    CODE('ERR_WALLET_PASSWORD', /the same one twice/),
  );
  const short = onTerminal();
  short.input.write('1234567\r');
  await assert.rejects(
    readNewPassword(fromInput(short.secrets)),
    CODE('ERR_WALLET_PASSWORD', /at least 8 .* got 7/),
  );
  for (const { secrets } of [differing, short]) secrets.close();
});

test('a terminal that ends gives no password', async () => {
  const { input, secrets } = onTerminal();
  const read = readPassword(fromInput(secrets));
  input.end();
  await assert.rejects(read, CODE('ERR_WALLET_PASSWORD', /got nothing/));
});

test('elsewhere it is a line, and what follows is left for the next question', async () => {
  const secrets = piped('the mnemonic\r\ncorrect horse\nmore\nand more');
  assert.equal(await secrets.line('mnemonic'), 'the mnemonic');
  assert.equal(await readNewPassword(fromInput(secrets)), 'correct horse');
  assert.equal(await secrets.all('rest'), 'more\nand more');
  await assert.rejects(
    readPassword(fromInput(secrets)),
    CODE('ERR_WALLET_PASSWORD', /on standard input, .* got nothing/),
  );
});

test('endless input is not read to its end', async () => {
  const input = new PassThrough();
  const secrets = new SecretInput({ input, prompt: () => assert.fail('asked') });
  const read = readPassword(fromInput(secrets));
  input.write('x'.repeat(5000));
  await assert.rejects(read, SecretTooLongError);
});

test('a file holds a password on its only line; that others may read it is warned of', async () => {
  const path = join(folder, 'password');
  const warnings: string[] = [];
  const source = { file: path, secrets: piped(''), warn: (message: string) => void warnings.push(message) };
  for (const text of ['correct horse', 'correct horse\n', 'correct horse\r\n']) {
    writeFileSync(path, text, { mode: 0o600 });
    assert.equal(await readPassword(source), 'correct horse');
  }
  assert.deepEqual(warnings, []);
  chmodSync(path, 0o644);
  assert.equal(await readNewPassword(source), 'correct horse');
  assert.deepEqual(warnings, [
    `${path}: other users of this machine may get at it (mode 644): chmod 600 ${path}`,
  ]);
});

for (const [what, text, words] of [
  ['two lines', 'one line\nanother one', /: expected one line of at most 1024 bytes, got more$/],
  ['a line too long', 'x'.repeat(1025), /: expected one line of at most 1024 bytes, got more$/],
  ['nothing', '', /: expected a password, got nothing$/],
  ['an empty line', '\n', /: expected a password, got nothing$/],
] as const) {
  test(`a file with ${what} holds no password`, async () => {
    const path = join(folder, what.replaceAll(' ', '-'));
    writeFileSync(path, text, { mode: 0o600 });
    const source = { file: path, secrets: piped('another password'), warn: () => assert.fail('warned') };
    await assert.rejects(readPassword(source), CODE('ERR_WALLET_PASSWORD', words));
  });
}

test('a file that can not be read is said with its path', async () => {
  const file = join(folder, 'none');
  await assert.rejects(
    readPassword({ file, secrets: piped(''), warn: () => assert.fail('warned') }),
    CODE('ERR_WALLET_PASSWORD', /none: there is no such file or folder$/),
  );
});
