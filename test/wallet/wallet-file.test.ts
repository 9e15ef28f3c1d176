import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { scrypt as nobleScrypt } from '@noble/hashes/scrypt.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { deriveFileKey } from '../../wallet/derive-file-key.js';
import { openWallet, sealWallet } from '../../wallet/seal-wallet.js';
import { WalletError, type WalletErrorCode } from '../../wallet/wallet-error.js';
import { deriveWalletKeys } from '../../wallet/wallet-keys.js';
import { loadWallet, writeWallet } from '../../wallet/wallet-on-disk.js';
import { MNEMONICS, PASSWORD, quickKey, sealedWallet } from '../support/wallet-lab.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-wallet-'));
after(() => rmSync(folder, { recursive: true }));

const CODE =
  (...codes: readonly WalletErrorCode[]) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof WalletError, String(error));
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
    for (const secret of [PASSWORD, 'abandon', 'liar']) assert.ok(!error.message.includes(secret));
    return true;
  };

const text = await sealedWallet();
const open = (changed: string, password = PASSWORD, networkId?: number) =>
  openWallet(changed, password, quickKey, networkId);

/** The text with its checksum made right again, as somebody would who changes it on purpose. */
function forged(change: (file: Record<string, unknown>) => void): string {
  const { checksum: _, ...body } = JSON.parse(text) as Record<string, unknown>;
  change(body);
  const checksum = bytesToHex(blake2b256(Buffer.from(JSON.stringify(body))));
  return `${JSON.stringify({ ...body, checksum }, null, 2)}\n`;
}

for (const mnemonic of MNEMONICS) {
  test(`what was sealed is opened, and no secret is in the file: ${mnemonic.split(' ').length} words`, async () => {
    const sealed = await sealedWallet(0, mnemonic);
    const wallet = await open(sealed, PASSWORD, 0);
    assert.equal(wallet.networkId, 0);
    assert.deepEqual(wallet.keys, deriveWalletKeys(mnemonic));
    for (const { address, privateKey } of wallet.keys) {
      assert.ok(sealed.includes(address.text));
      assert.ok(!sealed.includes(bytesToHex(privateKey)));
    }
    for (const word of [...mnemonic.split(' '), PASSWORD])
      assert.doesNotMatch(sealed, new RegExp(`\\b${word}\\b`));
  });
}

test('the key of a file is what another scrypt gives', async () => {
  const salt = Uint8Array.from({ length: 32 }, (_, i) => i);
  const expected = nobleScrypt(new TextEncoder().encode(PASSWORD), salt, { N: 1024, r: 8, p: 1, dkLen: 32 });
  assert.equal(bytesToHex(await deriveFileKey(PASSWORD, salt, 1024)), bytesToHex(expected));
  // One letter, typed in two ways.
  const keys = await Promise.all(
    ['\u00e9', 'e\u0301'].map((password) => deriveFileKey(password, salt, 1024)),
  );
  assert.equal(bytesToHex(keys[0]!), bytesToHex(keys[1]!));
});

test('a file of 2^17 rounds of scrypt is opened by its password alone', async () => {
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
  const parts = { mnemonic: MNEMONICS[1], networkId: 1, password: PASSWORD, random };
  const sealed = await sealWallet({ ...parts, deriveKey: deriveFileKey });
  assert.match(sealed, /"n": 131072/);
  assert.equal((await openWallet(sealed, PASSWORD, deriveFileKey)).networkId, 1);
  await assert.rejects(openWallet(sealed, `${PASSWORD}.`, deriveFileKey), CODE('ERR_WALLET_PASSWORD'));
});

test('a wrong password is told from a damaged file', async () => {
  for (const wrong of ['', 'correct horsf', `${PASSWORD} `, PASSWORD.toUpperCase()])
    await assert.rejects(open(text, wrong), CODE('ERR_WALLET_PASSWORD'));
});

test('each byte that is another one is noticed, with the password at hand and without', async () => {
  const at = text.indexOf('"version": 1') + '"version": '.length;
  const expected = (i: number): ReturnType<typeof CODE> =>
    i === at ? CODE('ERR_WALLET_DAMAGED', 'ERR_WALLET_VERSION') : CODE('ERR_WALLET_DAMAGED');
  for (let i = 0; i < text.length; i++)
    for (const other of new Set(['0', 'a', ' ', '\n', '"', String.fromCharCode(text.charCodeAt(i) ^ 1)])) {
      if (other === text[i]) continue;
      const changed = text.slice(0, i) + other + text.slice(i + 1);
      await assert.rejects(open(changed, 'not the password'), expected(i), `${other} at ${i}`);
    }
});

test('a file that is cut short anywhere, or goes on, is damaged', async () => {
  for (let i = 0; i < text.length; i++)
    await assert.rejects(open(text.slice(0, i)), CODE('ERR_WALLET_DAMAGED'));
  for (const more of ['\n', ' ', text]) await assert.rejects(open(text + more), CODE('ERR_WALLET_DAMAGED'));
});

for (const [what, change] of [
  ['the network', (file: Record<string, unknown>) => (file.networkId = 0)],
  [
    'an address',
    (file: Record<string, unknown>) => ((file.addresses as { address: string }[])[2]!.address = '1x'),
  ],
  ['an index', (file: Record<string, unknown>) => ((file.addresses as { index: number }[])[0]!.index = 3)],
  ['the salt', (file: Record<string, unknown>) => ((file.kdf as { salt: string }).salt = '00'.repeat(32))],
  ['the rounds', (file: Record<string, unknown>) => ((file.kdf as { n: number }).n = 2 ** 18)],
  ['the iv', (file: Record<string, unknown>) => ((file.cipher as { iv: string }).iv = '00'.repeat(12))],
  ['the mnemonic', (file: Record<string, unknown>) => (file.ciphertext = '00'.repeat(232))],
] as const) {
  test(`who changes ${what} on purpose, and the checksum with it, gets no wallet`, async () => {
    await assert.rejects(open(forged(change)), CODE('ERR_WALLET_PASSWORD'));
  });
}

test('the checksum that is made right again is the right one', async () => {
  assert.equal(
    forged(() => undefined),
    text,
  );
});

for (const [what, change] of [
  ['too few rounds', (file: Record<string, unknown>) => ((file.kdf as { n: number }).n = 2 ** 16)],
  [
    'rounds for more memory than a machine has',
    (file: Record<string, unknown>) => ((file.kdf as { n: number }).n = 2 ** 30),
  ],
  [
    'rounds that are no power of two',
    (file: Record<string, unknown>) => ((file.kdf as { n: number }).n = 2 ** 17 + 1),
  ],
  [
    'another way to the key',
    (file: Record<string, unknown>) => ((file.kdf as { name: string }).name = 'none'),
  ],
  ['three addresses', (file: Record<string, unknown>) => (file.addresses as unknown[]).pop()],
  ['a network id beyond 255', (file: Record<string, unknown>) => (file.networkId = 256)],
  ['a name more', (file: Record<string, unknown>) => (file.more = 1)],
] as const) {
  test(`a file with ${what} is none that was written`, async () => {
    await assert.rejects(open(forged(change)), CODE('ERR_WALLET_DAMAGED'));
  });
}

test('a file of another version or network says so', async () => {
  await assert.rejects(open(forged((file) => (file.version = 2))), (error: Error) => {
    assert.match(error.message, /expected version 1 of a wallet's file, got 2/);
    return CODE('ERR_WALLET_VERSION')(error);
  });
  await assert.rejects(open(text, PASSWORD, 0), (error: Error) => {
    assert.equal(error.message, 'expected a wallet of network id 0, got one of 4');
    return CODE('ERR_WALLET_NETWORK')(error);
  });
});

for (const other of ['', '{}', '[]', 'null', '{"type":"polw-withdrawal"}', MNEMONICS[0]]) {
  test(`no wallet: ${JSON.stringify(other.slice(0, 20))}`, async () => {
    await assert.rejects(open(other), CODE('ERR_WALLET_DAMAGED'));
  });
}

test('a new password has 8 characters at least', async () => {
  await assert.rejects(sealedWallet(0, MNEMONICS[0], '1234567'), CODE('ERR_WALLET_PASSWORD'));
  await assert.rejects(sealedWallet(0, MNEMONICS[0], '😀'.repeat(7)), CODE('ERR_WALLET_PASSWORD'));
  await sealedWallet(0, MNEMONICS[0], '12345678');
});

test('a file is for its owner alone, and replaces nothing', async () => {
  const path = join(folder, 'wallet.json');
  await writeWallet(path, text);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const { wallet, warning } = await loadWallet(path, PASSWORD, quickKey, 4);
  assert.deepEqual([wallet.keys.length, warning], [4, undefined]);
  await assert.rejects(writeWallet(path, await sealedWallet(0)), (error: Error) => {
    assert.equal(error.message, `${path}: it is there already; a wallet replaces nothing`);
    return CODE('ERR_WALLET_FILE')(error);
  });
  assert.equal(readFileSync(path, 'utf8'), text);
  assert.deepEqual(readdirSync(folder), ['wallet.json']);
});

test('a file that others may read or write is warned of, and opened', async () => {
  const path = join(folder, 'open.json');
  writeFileSync(path, text);
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(path, mode);
    const { warning } = await loadWallet(path, PASSWORD, quickKey);
    assert.equal(
      warning,
      `${path}: other users of this machine may get at it (mode ${mode.toString(8)}): chmod 600 ${path}`,
    );
  }
});

test('what is wrong with a file is said with its path', async () => {
  const [none, long, other] = ['none', 'long', 'other'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(long, text + ' '.repeat(16_384));
  writeFileSync(other, text);
  for (const [path, password, code, words] of [
    [none, PASSWORD, 'ERR_WALLET_FILE', 'there is no such file or folder'],
    [folder, PASSWORD, 'ERR_WALLET_FILE', 'it is a folder'],
    [
      long,
      PASSWORD,
      'ERR_WALLET_DAMAGED',
      'expected at most 16384 bytes, got a longer file: it is no wallet',
    ],
    [other, 'another one', 'ERR_WALLET_PASSWORD', 'the password is not that of this wallet'],
  ] as const)
    await assert.rejects(loadWallet(path, password, quickKey), (error: Error) => {
      assert.ok(error.message.startsWith(`${path}: ${words}`), error.message);
      return CODE(code)(error);
    });
  await assert.rejects(writeWallet(join(folder, 'none', 'wallet'), text), CODE('ERR_WALLET_FILE'));
});
