import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isAuthorized } from '../../polw/authorizations/authorization.js';
import { parseAuthorizations } from '../../polw/authorizations/parse-authorizations.js';
import { parseMnemonic } from '../../wallet/mnemonic.js';
import { lesswork, lessworkReading } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
import { recordedEntries } from '../support/polw-authorizations.js';
import { readVectors } from '../support/vectors.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-polw-'));
after(() => rmSync(folder, { recursive: true }));

const { wallets } = readVectors<{
  wallets: { mnemonic: string; keys: { address: string; group: number }[] }[];
}>('polw-keys');
const { mnemonic, keys: walletKeys } = wallets[0]!;
const another = (group: number): string => wallets[1]!.keys.find((key) => key.group === group)!.address;

interface KeysJson {
  readonly type: string;
  readonly mnemonic?: string;
  readonly keys: readonly {
    from: number;
    to: number;
    path: string;
    burnPublicKey: string;
    burnAddress: string;
  }[];
}

test('keys makes a mnemonic that gives the same addresses again, and is shown once', async () => {
  const made = await lesswork('polw', 'keys');
  assert.equal(made.code, 0, made.stderr);
  const words = /^ {2}((?:[a-z]+ ){23}[a-z]+)$/m.exec(made.stdout)![1]!;
  assert.equal(parseMnemonic(words), words);
  const table = made.stdout.slice(made.stdout.indexOf('chain'));
  assert.equal([...table.matchAll(/^[0-3]-[0-3] {4}1\w+ +m\/44'\/1234'\/0'\/0\/\d+$/gm)].length, 16);
  const again = await lessworkReading(words, 'polw', 'keys', '--stdin');
  assert.deepEqual([again.code, again.stdout, again.stderr], [0, table, '']);
});

test('no two mnemonics are the same', async () => {
  const [a, b] = await Promise.all([lesswork('polw', 'keys', '--json'), lesswork('polw', 'keys', '--json')]);
  const [one, other] = [a, b].map(({ stdout }) => JSON.parse(stdout) as KeysJson);
  assert.notEqual(one!.mnemonic, other!.mnemonic);
  assert.equal(new Set([...one!.keys, ...other!.keys].map(({ burnAddress }) => burnAddress)).size, 32);
});

test('keys --stdin --json names path, key and address of each chain, and no mnemonic', async () => {
  const { code, stdout } = await lessworkReading(`${mnemonic}\n`, 'polw', 'keys', '--stdin', '--json');
  assert.equal(code, 0);
  assert.equal(stdout.trim().split('\n').length, 1);
  const { type, keys, ...rest } = JSON.parse(stdout) as KeysJson;
  assert.deepEqual([type, keys.length, rest], ['polw-keys', 16, {}]);
  for (const [chain, { from, to, path, burnAddress }] of keys.entries()) {
    assert.equal(from * 4 + to, chain);
    const { address, group } = walletKeys[Number(path.split('/').at(-1))]!;
    assert.deepEqual([burnAddress, from], [address, group]);
  }
  for (const word of ['privateKey', 'mnemonic', 'liar']) assert.ok(!stdout.includes(word));
});

test('authorize writes a file for its owner alone, which verify finds good; it is replaced with --force only', async () => {
  const out = join(folder, 'authorizations.json');
  const args = ['polw', 'authorize', '--network', 'devnet', '--out', out];
  const made = await lessworkReading(mnemonic, ...args);
  assert.deepEqual(
    [made.code, made.stdout, made.stderr],
    [0, `${out}: authorizations of 16 chains, network id 4\n`, ''],
  );
  assert.equal(statSync(out).mode & 0o777, 0o600);
  const text = readFileSync(out, 'utf8');
  for (const word of mnemonic.split(' ')) assert.doesNotMatch(text, new RegExp(`\\b${word}\\b`));
  const verified = await lesswork('polw', 'verify', out, '--network', '4');
  assert.equal(verified.code, 0, verified.stderr);
  assert.match(verified.stdout, /^ok {6}0-0 {2}burns from 1\w+, pays 1\w+\n/);
  assert.match(verified.stdout, /\nnetwork id 4: 16 of 16 chains are authorized\n$/);

  const reward = ['--reward-address', another(1)];
  const refused = await lessworkReading(mnemonic, ...args, ...reward);
  assert.deepEqual(
    [refused.code, refused.stdout, refused.stderr],
    [1, '', `lesswork: ${out}: it is there already; --force replaces it\n`],
  );
  assert.equal(readFileSync(out, 'utf8'), text);
  const replaced = await lessworkReading(mnemonic, ...args, ...reward, '--force');
  assert.equal(replaced.code, 0, replaced.stderr);
  const { chains } = parseAuthorizations(readFileSync(out, 'utf8'), 4);
  for (const [chain, authorization] of chains.entries()) {
    assert.ok(isAuthorized(authorization));
    assert.equal(authorization.reward.text === another(1), chain % 4 === 1);
  }
  assert.deepEqual(readdirSync(folder), ['authorizations.json']);
});

test('authorize without --out prints what the file would hold; --format node a list for a node', async () => {
  const [file, node] = await Promise.all([
    inOneProcess(['polw', 'authorize', '--network', 'mainnet'], mnemonic),
    inOneProcess(['polw', 'authorize', '--network', '0', '--format', 'node'], mnemonic),
  ]);
  const { chains, networkId } = parseAuthorizations(file.stdout);
  assert.equal(networkId, 0);
  const settings = JSON.parse(node.stdout) as { 'burn-public-key': string; 'reward-address': string }[];
  assert.deepEqual(
    settings.map((entry) => entry['reward-address']),
    chains.map((chain) => (isAuthorized(chain) ? chain.reward.text : chain.fault)),
  );
});

test('verify tells the chains with a fault, in words and as one JSON object, and ends with 1', async () => {
  const [first, ...others] = recordedEntries();
  const path = join(folder, 'one-bad.json');
  const authorizations = [{ ...first, rewardAddress: 'nobody' }, ...others];
  writeFileSync(path, JSON.stringify({ networkId: 0, authorizations }));
  const words = await inOneProcess(['polw', 'verify', path]);
  assert.equal(words.code, 1);
  assert.match(words.stdout, /^FAILED {2}0-0 {2}authorizations\[0\]\.rewardAddress: expected .*"nobody"$/m);
  assert.match(words.stdout, /network id 0: 15 of 16 chains are authorized\n$/);
  const json = await inOneProcess(['polw', 'verify', path, '--json']);
  assert.equal(json.code, 1);
  const result = JSON.parse(json.stdout) as { type: string; outcome: string; chains: { fault?: string }[] };
  assert.deepEqual([result.type, result.outcome, result.chains.length], ['polw-verify', 'failed', 16]);
  assert.deepEqual(
    result.chains.flatMap(({ fault }, chain) => (fault === undefined ? [] : [chain])),
    [0],
  );
  const otherNetwork = await inOneProcess(['polw', 'verify', path, '--network', 'testnet']);
  assert.deepEqual(
    [otherNetwork.code, otherNetwork.stdout, otherNetwork.stderr],
    [1, '', `lesswork: ${path}: networkId: expected 1, that of the network that is mined on, got 0\n`],
  );
});

const wrong: readonly (readonly [readonly string[], string, RegExp])[] = [
  [['authorize'], mnemonic, /required option '--network <id>' not specified/],
  [
    ['authorize', '--network', 'main'],
    mnemonic,
    /expected mainnet, testnet, devnet, or a number from 0 to 255, got "main"/,
  ],
  [['authorize', '--network', '256'], mnemonic, /expected a whole number from 0 to 255, got "256"/],
  [['authorize', '--network', '-1'], mnemonic, /got "-1"/],
  [['authorize', '--network', '0', '--force'], mnemonic, /--force is for --out/],
  [['authorize', '--network', '0', '--out', '--force'], mnemonic, /expected a path, got "--force"/],
  [['authorize', '--network', '0', '--format', 'xml'], mnemonic, /lesswork, node/],
  [
    ['authorize', '--network', '0', '--reward-address', 'me'],
    mnemonic,
    /expected an Alephium address, got "me"/,
  ],
  [
    ['authorize', '--network', '0', '--reward-address', another(2), '--reward-address', another(2)],
    mnemonic,
    /expected one address a group, got \w+ and \w+, both of group 2/,
  ],
  [['authorize', '--network', '0', ...mnemonic.split(' ')], '', /too many arguments/],
  [['authorize', '--network', '0'], '', /^lesswork: mnemonic: expected 12, 15, 18, 21 or 24 words, got 0\n$/],
  [['authorize', '--network', '0'], 'x '.repeat(4000), /^lesswork: mnemonic: expected at most 4096 bytes/],
  [
    ['authorize', '--network', '0'],
    mnemonic.replace('liar', 'lair'),
    /^lesswork: mnemonic: word 3 is none of the/,
  ],
  [['keys', '--stdin'], `${mnemonic} more`, /^lesswork: mnemonic: expected 12, .* got 25\n$/],
  [['keys', 'abandon'], '', /too many arguments/],
  [['verify'], '', /missing required argument 'file'/],
  [['sing'], '', /unknown command 'sing' of lesswork polw: did you mean "sign"\?/],
  [
    ['burn'],
    '',
    /unknown command 'burn' of lesswork polw: known are keys, authorize, verify, status, simulate, withdraw, sign, submit, cancel/,
  ],
  [[], '', /Usage: lesswork polw/],
];

for (const [args, input, expected] of wrong) {
  const shown = args.join(' ').slice(0, 100);
  test(`wrong usage is said and ends with 2: polw ${shown}, ${input.split(' ').length} words`, async () => {
    const { code, stdout, stderr } = await inOneProcess(['polw', ...args], input);
    assert.equal(code, 2, stderr);
    assert.match(stderr, expected);
    assert.equal(stdout, '');
    assert.ok(!stderr.includes('lair'), 'a word of the mnemonic is told');
  });
}
