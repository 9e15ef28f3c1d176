import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bytesToHex } from '../../protocol/bytes.js';
import { parseMnemonic } from '../../wallet/mnemonic.js';
import { deriveWalletKeys } from '../../wallet/wallet-keys.js';
import { LessworkRun, lesswork, lessworkReading } from '../support/lesswork.js';
import { MNEMONICS, PASSWORD } from '../support/wallet-lab.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-wallet-'));
after(() => rmSync(folder, { recursive: true }));
const passwordFile = join(folder, 'password');
writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });

const [mnemonic] = MNEMONICS;
const addresses = deriveWalletKeys(mnemonic).map(({ address }) => address.text);

/** The rows of the table, as they are shown. */
const tableOf = (words: string): string =>
  deriveWalletKeys(words)
    .map(({ address, path }) => `${address.group}      ${address.text.padEnd(46)} ${path}\n`)
    .join('');

test('create shows a mnemonic once and keeps it under the password: import and addresses tell the same addresses', async () => {
  const out = join(folder, 'created.json');
  const made = await lessworkReading(
    `${PASSWORD}\n`,
    'wallet',
    'create',
    '--network',
    'devnet',
    '--out',
    out,
  );
  assert.deepEqual([made.code, made.stderr], [0, '']);
  const words = /^ {2}((?:[a-z]+ ){23}[a-z]+)$/m.exec(made.stdout)![1]!;
  assert.equal(parseMnemonic(words), words);
  assert.ok(made.stdout.includes(`${out}: written, under your password\n\nnetwork id 4 (devnet)\n`));
  assert.ok(made.stdout.includes(tableOf(words)));
  assert.equal(statSync(out).mode & 0o777, 0o600);
  const text = readFileSync(out, 'utf8');
  // A single word may stand there by chance: some are names of the file's fields.
  const pairs = words.split(' ').map((word, i, all) => `${all[i - 1] ?? ''} ${word}`);
  for (const secret of [...pairs.slice(1), PASSWORD]) assert.ok(!text.includes(secret));

  const shown = await lesswork('wallet', 'addresses', out, '--password-file', passwordFile);
  assert.deepEqual([shown.code, shown.stderr], [0, '']);
  assert.equal(shown.stdout, made.stdout.slice(made.stdout.indexOf('network id')));
});

test('import takes a mnemonic and a password from standard input; --json tells keys and no secret', async () => {
  const out = join(folder, 'imported.json');
  const args = ['wallet', 'import', '--network', '0', '--out', out];
  const made = await lessworkReading(`${mnemonic}\n${PASSWORD}\n`, ...args, '--json');
  assert.deepEqual([made.code, made.stderr, made.stdout.split('\n').length], [0, '', 2]);
  assert.deepEqual(JSON.parse(made.stdout), {
    type: 'wallet',
    file: out,
    networkId: 0,
    keys: deriveWalletKeys(mnemonic).map(({ path, publicKey, address }, group) => ({
      group,
      path,
      publicKey: bytesToHex(publicKey),
      address: address.text,
    })),
  });
  const before = readFileSync(out, 'utf8');
  // Whatever is typed: nobody is asked for anything.
  const again = await lessworkReading('', ...args);
  assert.deepEqual(
    [again.code, again.stdout, again.stderr],
    [1, '', `lesswork: ${out}: it is there already; a wallet replaces nothing\n`],
  );
  assert.equal(readFileSync(out, 'utf8'), before);

  const settings = await lessworkReading(PASSWORD, 'wallet', 'addresses', out, '--network', 'mainnet');
  const list = addresses.map((address) => `  "${address}"`).join(',\n');
  assert.ok(settings.stdout.endsWith(`\nalephium.mining.miner-addresses = [\n${list}\n]\n`), settings.stdout);

  const [wrong, network] = await Promise.all([
    lessworkReading('another one', 'wallet', 'addresses', out),
    lessworkReading(PASSWORD, 'wallet', 'addresses', out, '--network', 'testnet'),
  ]);
  assert.deepEqual(
    [wrong.code, wrong.stdout, wrong.stderr],
    [
      2,
      '',
      `lesswork: ${out}: the password is not that of this wallet, or somebody has changed the file on purpose\n`,
    ],
  );
  assert.deepEqual(
    [network.code, network.stdout, network.stderr],
    [1, '', `lesswork: ${out}: expected a wallet of network id 1, got one of 0\n`],
  );
  writeFileSync(out, before.replace(addresses[0]!, addresses[1]!));
  const damaged = await lessworkReading(PASSWORD, 'wallet', 'addresses', out);
  assert.deepEqual(
    [damaged.code, damaged.stdout, damaged.stderr],
    [1, '', `lesswork: ${out}: damaged: it is not what was written\n`],
  );
  const none = join(folder, 'none.json');
  const missing = await lessworkReading('', 'wallet', 'addresses', none);
  assert.deepEqual(
    [missing.code, missing.stderr],
    [1, `lesswork: ${none}: there is no such file or folder\n`],
    'before a password is asked for',
  );
});

test('with --password-file the mnemonic may stand on as many lines as people write', async () => {
  const out = join(folder, 'lines.json');
  const args = ['wallet', 'import', '--network', 'testnet', '--out', out, '--password-file', passwordFile];
  const { code, stdout, stderr } = await lessworkReading(mnemonic.replaceAll(' ', '\n'), ...args);
  assert.deepEqual([code, stderr], [0, '']);
  assert.ok(stdout.includes(tableOf(mnemonic)));
  for (const word of mnemonic.split(' ')) assert.doesNotMatch(stdout, new RegExp(`\\b${word}\\b`));
});

const out = join(folder, 'never.json');
const to = ['--network', 'devnet', '--out', out];
const wrong: readonly (readonly [readonly string[], string, number, RegExp])[] = [
  [['create', '--out', out], '', 2, /required option '--network <id>' not specified/],
  [['create', ...to, 'liar'], '', 2, /too many arguments/],
  [['create', ...to, '--password', 'liar'], '', 2, /unknown option '--password'/],
  [['create', ...to], '1234567\n', 2, /^lesswork: password: expected at least 8 characters, got 7\n$/],
  [
    ['create', ...to],
    '',
    2,
    /^lesswork: password: expected it on standard input, or in a file .*, got nothing\n$/,
  ],
  [
    ['import', ...to],
    `${mnemonic.replace('liar', 'lair')}\n${PASSWORD}\n`,
    2,
    /^lesswork: mnemonic: word 3 is none of/,
  ],
  [['import', ...to], `${mnemonic}\n`, 2, /^lesswork: password: .* got nothing\n$/],
  [
    ['import', ...to],
    'x'.repeat(5000),
    2,
    /^lesswork: expected at most 4096 bytes on standard input, got more\n$/,
  ],
  [
    ['create', '--network', 'devnet', '--out', join(folder, 'none', 'wallet')],
    PASSWORD,
    1,
    /wallet: there is no such file or folder\n$/,
  ],
  [
    ['addresses', passwordFile],
    PASSWORD,
    1,
    /damaged: it is cut short, or was never the file of a wallet\n$/,
  ],
];

for (const [args, input, expected, words] of wrong) {
  test(`refused, and nothing is written: wallet ${args.join(' ').replaceAll(folder, '')}, ${input.length} characters`, async () => {
    const { code, stdout, stderr } = await lessworkReading(input, 'wallet', ...args);
    assert.match(stderr, words);
    assert.deepEqual([code, stdout], [expected, '']);
    assert.ok(!stderr.includes('lair'), 'a word of the mnemonic is told');
    assert.ok(!existsSync(out));
  });
}

test('a mnemonic that can not be shown is that of no wallet', {
  skip: existsSync('/dev/full') ? false : 'this system has no /dev/full',
}, async () => {
  const full = openSync('/dev/full', 'w');
  try {
    const args = ['wallet', 'create', ...to, '--password-file', passwordFile];
    const { code, stderr } = await new LessworkRun(args, {}, undefined, full).end();
    assert.equal(code, 1);
    assert.match(stderr, /^lesswork: the mnemonic could not be shown, and .*never\.json was not written$/m);
    assert.ok(!existsSync(out));
  } finally {
    closeSync(full);
  }
});

test('nothing is left beside the files that were asked for', () => {
  assert.deepEqual(readdirSync(folder).sort(), ['created.json', 'imported.json', 'lines.json', 'password']);
});
