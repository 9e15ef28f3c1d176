// Authorizations out of the coinbases that the full node's own code signed, and what is wrong with altered ones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import {
  type Authorization,
  type Authorizations,
  isAuthorized,
} from '../../../polw/authorizations/authorization.js';
import {
  AuthorizationsError,
  parseAuthorizations,
} from '../../../polw/authorizations/parse-authorizations.js';
import {
  bigIntToBytes,
  bytesToBigInt,
  bytesToHex,
  concatBytes,
  hexToBytes,
} from '../../../protocol/bytes.js';
import { ALL_CHAINS, chainIndex, chainName } from '../../../protocol/chain.js';
import { polwDigest } from '../../../protocol/polw-coinbase.js';
import { type AuthorizationEntry, recordedEntries } from '../../support/polw-authorizations.js';

const entries = recordedEntries();

function faultsOf({ chains }: Authorizations): ReadonlyMap<string, string> {
  return new Map(
    chains.flatMap((chain) => (isAuthorized(chain) ? [] : [[chainName(chain.chain), chain.fault]])),
  );
}

function parse(list: readonly unknown[], networkId: unknown = 0): Authorizations {
  return parseAuthorizations(JSON.stringify({ networkId, authorizations: list }));
}

/** The recorded entries, one of them altered. */
function altered(index: number, change: Readonly<Record<string, unknown>>): unknown[] {
  return entries.map((entry, i) => (i === index ? { ...entry, ...change } : entry));
}

test('what the full node signed for each of the 16 chains is taken', () => {
  const { networkId, chains } = parse(entries, 2);
  assert.equal(networkId, 2);
  assert.equal(chains.length, 16);
  for (const chain of ALL_CHAINS) {
    const { from, to, burnPublicKey, burnAddress, rewardAddress, signature } = entries.find(
      (entry) => chainIndex(entry.from, entry.to) === chain,
    )!;
    const found = chains[chain] as Authorization;
    assert.deepEqual(
      [found.chain, found.burn.text, found.reward.text, found.burn.group, found.reward.group],
      [chain, burnAddress, rewardAddress, from, to],
    );
    assert.equal(bytesToHex(found.burnPublicKey), burnPublicKey);
    assert.equal(bytesToHex(found.signature), signature);
  }
});

test('entries may stand in any order, hex in any case, and other names are ignored', () => {
  const list = entries
    .toReversed()
    .map((entry) => ({ ...entry, signature: entry.signature.toUpperCase(), note: 'mine' }));
  assert.equal(faultsOf(parse(list)).size, 0);
});

test('a file of another network is refused as a whole', () => {
  const text = JSON.stringify({ networkId: 1, authorizations: entries });
  assert.throws(() => parseAuthorizations(text, 0), {
    name: 'AuthorizationsError',
    message: 'networkId: expected 0, that of the network that is mined on, got 1',
  });
  assert.equal(faultsOf(parseAuthorizations(text, 1)).size, 0);
});

for (const [text, message] of [
  ['', /^expected a JSON value at line 1, column 1, where the text ends$/],
  ['{"networkId": 0,\n "authorizations": [}', /^expected a JSON value at line 2, column 21$/],
  ['{"networkId": 0, "networkId": 1, "authorizations": []}', /did not stand in this object before/],
  ['[]', /^expected an object, got a list$/],
  ['null', /^expected an object, got null$/],
  ['"abandon ability able about"', /^expected an object, got a text$/],
  ['{}', /^networkId: expected a whole number from 0 to 255, got nothing$/],
  ['{"networkId": "0", "authorizations": []}', /^networkId: .* got "0"$/],
  ['{"networkId": 256, "authorizations": []}', /^networkId: .* got 256$/],
  ['{"networkId": -1, "authorizations": []}', /^networkId: .* got -1$/],
  ['{"networkId": 0.5, "authorizations": []}', /^networkId: .* got 0.5$/],
  ['{"networkId": 0}', /^authorizations: expected a list, got nothing$/],
  ['{"networkId": 0, "authorizations": {"0": 1}}', /^authorizations: expected a list, got an object$/],
] as const) {
  test(`no file of authorizations: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseAuthorizations(text),
      (error: Error) => {
        assert.ok(error instanceof AuthorizationsError);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

const at = (chain: string): number =>
  entries.findIndex((entry) => chainName(chainIndex(entry.from, entry.to)) === chain);
const of = (chain: string): AuthorizationEntry => entries[at(chain)]!;
const PUBLIC_KEY = of('1-2').burnPublicKey;
/** The same point, or the other one of the same x. */
const MIRRORED_KEY = (PUBLIC_KEY.startsWith('02') ? '03' : '02') + PUBLIC_KEY.slice(2);

for (const [what, change, fault] of [
  [
    'a key that is missing',
    { burnPublicKey: undefined },
    /burnPublicKey: expected 66 hex digits, got nothing$/,
  ],
  ['a key that is a number', { burnPublicKey: 2 }, /burnPublicKey: expected 66 hex digits, got 2$/],
  [
    'a key with 0x',
    { burnPublicKey: `0x${PUBLIC_KEY}` },
    /burnPublicKey: expected 66 hex digits, got a text of 68 characters, not all of them hex digits$/,
  ],
  [
    'a key of other letters',
    { burnPublicKey: 'z'.repeat(66) },
    /burnPublicKey: expected 66 hex digits, got a text of 66 characters, not all of them hex digits$/,
  ],
  [
    'a private key in its place, of which nothing is told',
    { burnPublicKey: 'ab'.repeat(32) },
    /burnPublicKey: expected 66 hex digits, got a text of 64 characters$/,
  ],
  ['a key that is no point', { burnPublicKey: `02${'f'.repeat(64)}` }, /expected a compressed secp256k1 key/],
  ['a key of zeros', { burnPublicKey: '0'.repeat(66) }, /expected a compressed secp256k1 key/],
  ["another chain's key", { burnPublicKey: of('1-3').burnPublicKey }, /burnAddress: expected \w+, the P2PKH/],
  [
    'the mirrored key',
    { burnPublicKey: MIRRORED_KEY },
    /burnAddress: expected \w+, the P2PKH address of burn/,
  ],
  [
    'a burn address that is none',
    { burnAddress: 'here' },
    /burnAddress: expected an Alephium address, got "here"$/,
  ],
  [
    'a burn address of another group',
    { burnAddress: of('0-2').burnAddress },
    /burnAddress: expected an address of group 1, got \w+ of group 0$/,
  ],
  [
    "another chain's burn address",
    { burnAddress: of('1-3').burnAddress },
    /burnAddress: expected \w+, the P2PKH/,
  ],
  [
    'a reward address of another group',
    { rewardAddress: of('1-3').rewardAddress },
    /rewardAddress: expected an address of group 2, got \w+ of group 3$/,
  ],
  [
    'a reward address that nobody signed',
    { rewardAddress: of('2-0').burnAddress },
    /signature: expected one by burnPublicKey/,
  ],
  ['a reward address that is long', { rewardAddress: 'x'.repeat(100_000) }, /got "x{59}\.\.\.$/],
  [
    'a signature of 63 bytes',
    { signature: of('1-2').signature.slice(2) },
    /signature: expected 128 hex digits/,
  ],
  [
    'a signature with one bit changed',
    { signature: flipLast(of('1-2').signature) },
    /signature: expected one by/,
  ],
  ["another chain's signature", { signature: of('1-3').signature }, /signature: expected one by/],
  ['a signature of zeros', { signature: '0'.repeat(128) }, /signature: expected one by/],
  [
    'a signature with its upper s',
    { signature: withUpperS(of('1-2').signature) },
    /with s in the lower half/,
  ],
] as const) {
  test(`only its chain is disabled by ${what}`, () => {
    const faults = faultsOf(parse(altered(at('1-2'), change)));
    assert.deepEqual([...faults.keys()], ['1-2']);
    assert.match(faults.get('1-2')!, fault);
    assert.ok(faults.get('1-2')!.startsWith(`authorizations[${at('1-2')}].`));
    assert.ok(faults.get('1-2')!.length < 300);
  });
}

test('the upper s verifies by the curve: it is refused for its form alone', () => {
  const { burnPublicKey, burn, reward } = parse(entries).chains[chainIndex(1, 2)] as Authorization;
  const digest = polwDigest(burn.lockupScript, reward.lockupScript);
  const upper = hexToBytes(withUpperS(of('1-2').signature));
  assert.ok(secp256k1.verify(upper, digest, burnPublicKey, { lowS: false, prehash: false }));
});

for (const [what, change, fault] of [
  [
    'no group',
    { from: 4 },
    /no entry for this chain; authorizations\[\d+\]\.from: expected a group, 0 to 3, got 4/,
  ],
  [
    'a group as text',
    { to: '2' },
    /no entry for this chain; authorizations\[\d+\]\.to: expected a group, 0 to 3, got "2"/,
  ],
] as const) {
  test(`an entry with ${what} is told by the chain that is missing`, () => {
    const faults = faultsOf(parse(altered(at('1-2'), change)));
    assert.deepEqual([...faults.keys()], ['1-2']);
    assert.match(faults.get('1-2')!, fault);
  });
}

test('entries that are no objects, and chains without one', () => {
  const faults = faultsOf(parse([null, 7, of('0-0')]));
  assert.equal(faults.size, 15);
  assert.equal(
    faults.get('3-3'),
    'no entry for this chain; authorizations[0]: expected an object, got null; authorizations[1]: expected an object, got 7',
  );
  assert.equal(faultsOf(parse([])).get('0-0'), 'no entry for this chain');
});

test('of many entries without a chain a few are told', () => {
  const fault = faultsOf(parse(Array.from({ length: 50_000 }, () => 7))).get('0-0')!;
  assert.match(fault, /authorizations\[3\]: expected an object, got 7$/);
});

test('a chain with two entries has none, even if they are the same', () => {
  const faults = faultsOf(parse([...entries, of('1-2')]));
  assert.deepEqual([...faults.keys()], ['1-2']);
  assert.match(faults.get('1-2')!, /^authorizations\[\d+\] and authorizations\[16\] are both of this chain/);
});

test('two chains that would spend the same coins: only the first does', () => {
  const key = of('1-0');
  const reward = of('1-3').rewardAddress;
  const list = altered(at('1-3'), {
    burnPublicKey: key.burnPublicKey,
    burnAddress: key.burnAddress,
    signature: key.sign(reward),
  });
  const faults = faultsOf(parse(list));
  assert.deepEqual([...faults.keys()], ['1-3']);
  assert.match(faults.get('1-3')!, /burnAddress: expected an address that no other chain burns from.* 1-0$/);
});

function flipLast(hex: string): string {
  const bytes = hexToBytes(hex);
  bytes[63]! ^= 1;
  return bytesToHex(bytes);
}

/** The other signature that every signature has: valid by the curve, refused by nodes. */
function withUpperS(hex: string): string {
  const bytes = hexToBytes(hex);
  const s = secp256k1.Point.Fn.ORDER - bytesToBigInt(bytes.subarray(32));
  return bytesToHex(concatBytes(bytes.subarray(0, 32), bigIntToBytes(s, 32)));
}
