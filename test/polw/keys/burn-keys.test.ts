// Keys and signatures of the project's own wallet library are the oracle: recorded ones, and those of the SDK.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFromPublicKey, groupOfAddress, publicKeyFromPrivateKey, sign } from '@alephium/web3';
import { isAuthorized } from '../../../polw/authorizations/authorization.js';
import { authorizationsText, nodeSettingsText } from '../../../polw/authorizations/authorizations-text.js';
import { parseAuthorizations } from '../../../polw/authorizations/parse-authorizations.js';
import { authorize } from '../../../polw/keys/authorize.js';
import { type BurnKey, deriveBurnKeys } from '../../../polw/keys/burn-keys.js';
import { type Address, parseAddress } from '../../../protocol/address.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS, chainIndex, fromGroupOf, toGroupOf } from '../../../protocol/chain.js';
import { polwDigest } from '../../../protocol/polw-coinbase.js';
import { readVectors } from '../../support/vectors.js';

interface RecordedWallet {
  readonly mnemonic: string;
  readonly keys: readonly { index: number; publicKey: string; address: string; group: number }[];
  readonly signature: { index: number; digest: string; signature: string };
}

const { wallets } = readVectors<{ wallets: RecordedWallet[] }>('polw-keys');
const indexOf = ({ index }: BurnKey): number => index;

for (const { mnemonic, keys: recorded } of wallets) {
  const keys = deriveBurnKeys(mnemonic);

  test(`keys are those of a wallet: ${mnemonic.split(' ').length} words`, () => {
    assert.equal(keys.length, 16);
    for (const key of keys) {
      const expected = recorded[indexOf(key)]!;
      assert.equal(key.path, `m/44'/1234'/0'/0/${expected.index}`);
      assert.deepEqual(
        [bytesToHex(key.publicKey), key.address.text, key.address.group],
        [expected.publicKey, expected.address, expected.group],
      );
      const publicKey = publicKeyFromPrivateKey(bytesToHex(key.privateKey));
      assert.equal(publicKey, expected.publicKey);
      assert.equal(groupOfAddress(addressFromPublicKey(publicKey)), key.address.group);
    }
  });

  test(`each chain has the first key of its group that no chain before it has: ${mnemonic.split(' ').length} words`, () => {
    const taken = new Set<number>();
    for (const chain of ALL_CHAINS) {
      const first = recorded.find(({ index, group }) => group === fromGroupOf(chain) && !taken.has(index))!;
      assert.deepEqual([keys[chain]!.chain, indexOf(keys[chain]!)], [chain, first.index]);
      taken.add(first.index);
    }
    assert.equal(taken.size, 16);
  });

  test(`signatures are those of the SDK, and close the loop: ${mnemonic.split(' ').length} words`, () => {
    const authorizations = authorize(keys);
    for (const { chain, burn, reward, signature, burnPublicKey } of authorizations) {
      assert.deepEqual([burn, burnPublicKey], [keys[chain]!.address, keys[chain]!.publicKey]);
      assert.equal(reward.text, keys[chainIndex(toGroupOf(chain), fromGroupOf(chain))]!.address.text);
      const digest = bytesToHex(polwDigest(burn.lockupScript, reward.lockupScript));
      assert.equal(bytesToHex(signature), sign(digest, bytesToHex(keys[chain]!.privateKey)));
    }
    const text = authorizationsText(4, authorizations);
    const { networkId, chains } = parseAuthorizations(text, 4);
    assert.equal(networkId, 4);
    assert.ok(chains.every(isAuthorized));
    assert.deepEqual(chains, authorizations);
    for (const { privateKey } of keys) assert.ok(!text.includes(bytesToHex(privateKey)));
  });
}

test('the SDK signs as its recorded version did', () => {
  for (const { mnemonic, signature } of wallets) {
    const key = deriveBurnKeys(mnemonic).find((each) => indexOf(each) === signature.index)!;
    assert.equal(sign(signature.digest, bytesToHex(key.privateKey)), signature.signature);
  }
});

const keys = deriveBurnKeys(wallets[0]!.mnemonic);
const [anotherOfGroup0, anotherOfGroup2] = [0, 2].map((group) =>
  parseAddress(wallets[1]!.keys.find((key) => key.group === group)!.address),
) as [Address, Address];

test('reward addresses of some groups are paid instead', () => {
  const authorizations = authorize(keys, [undefined, undefined, anotherOfGroup2]);
  for (const { chain, reward } of authorizations) {
    const looped = keys[chainIndex(toGroupOf(chain), fromGroupOf(chain))]!.address.text;
    assert.equal(reward.text, toGroupOf(chain) === 2 ? anotherOfGroup2.text : looped);
  }
  const { chains } = parseAuthorizations(authorizationsText(0, authorizations));
  assert.ok(chains.every(isAuthorized));
});

test('a reward address of another group is refused', () => {
  assert.throws(() => authorize(keys, [undefined, anotherOfGroup0]), {
    name: 'RangeError',
    message: '"rewards" expected an address of group 1, got one of 0',
  });
});

test("a node's settings hold the same, by chain", () => {
  const authorizations = authorize(keys);
  const settings = JSON.parse(nodeSettingsText(authorizations)) as Record<string, string>[];
  assert.deepEqual(
    settings,
    authorizations.map(({ burnPublicKey, reward, signature }) => ({
      'burn-public-key': bytesToHex(burnPublicKey),
      'reward-address': reward.text,
      signature: bytesToHex(signature),
    })),
  );
});
