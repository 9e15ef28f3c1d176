import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { generateKey } from '../../../devnet/coins/keys.js';
import { createRandom } from '../../../devnet/random.js';
import { GROUPS } from '../../../protocol/chain.js';

test('a key is of its group, the same for the same seed, and signs for its public key', () => {
  const digest = new Uint8Array(32).fill(9);
  for (let group = 0; group < GROUPS; group++) {
    const [key, twin] = [generateKey(group, createRandom(group)), generateKey(group, createRandom(group))];
    assert.equal(key.address.group, group);
    assert.deepEqual(key.publicKey, twin.publicKey);
    assert.equal(key.publicKey.length, 33);
    const signature = key.sign(digest);
    assert.equal(signature.length, 64);
    assert.ok(secp256k1.verify(signature, digest, key.publicKey, { prehash: false }));
  }
});
