import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressFromLockupScript,
  addressFromPublicKey,
  codec,
  groupOfAddress,
  isAssetAddress,
} from '@alephium/web3';
import fc from 'fast-check';
import {
  type Address,
  addressOfLockupScript,
  addressOfPublicKey,
  parseAddress,
} from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { DecodeError } from '../../protocol/decode-error.js';
import { damaged } from '../support/arbitraries.js';
import { decodesOrRefuses } from '../support/decoding.js';
import { readVectors } from '../support/vectors.js';

interface AddressCase {
  readonly type?: string;
  readonly publicKey?: string;
  readonly address: string;
  readonly group?: number;
  readonly valid?: false;
}

const { cases } = readVectors<{ cases: AddressCase[] }>('address');
const { lockupScriptCodec } = codec.lockupScript;

for (const row of cases) {
  if (row.valid === false) {
    test(`${JSON.stringify(row.address)} is no address`, () => {
      assert.equal(parseAddress(row.address), undefined);
    });
    continue;
  }
  test(`${row.type} ${row.address} is in group ${row.group}`, () => {
    const address = parseAddress(row.address);
    assert.equal(address?.group, row.group);
    assert.deepEqual(addressOfLockupScript(address!.lockupScript), address);
    const publicKey = hexToBytes(row.publicKey!);
    if (row.type === 'P2PKH') {
      assert.equal(address?.text, row.address);
      assert.deepEqual(addressOfPublicKey(publicKey), address);
    } else {
      assert.equal(address?.text, `${row.address}:${row.group}`);
      assert.ok(bytesToHex(address!.lockupScript).includes(row.publicKey!));
    }
  });
}

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const key = fc.uint8Array({ minLength: 33, maxLength: 33 });
const group = fc.integer({ min: 0, max: 3 });
const publicKeyLike = fc.oneof(
  key.map((value) => ({ kind: 'SecP256K1', value }) as const),
  key.map((value) => ({ kind: 'SecP256R1', value }) as const),
  hash.map((value) => ({ kind: 'ED25519', value }) as const),
  key.map((value) => ({ kind: 'WebAuthn', value }) as const),
);
/** Every kind of lockup script that can be paid, as the official SDK has them. */
const sdkScript = fc.oneof(
  hash.map((value) => ({ kind: 'P2PKH', value }) as const),
  hash.map((value) => ({ kind: 'P2SH', value }) as const),
  fc
    .array(hash, { minLength: 1, maxLength: 20 })
    .chain((publicKeyHashes) =>
      fc
        .integer({ min: 1, max: publicKeyHashes.length })
        .map((m) => ({ kind: 'P2MPKH', value: { publicKeyHashes, m } }) as const),
    ),
  fc.record({ publicKeyLike, group }).map((value) => ({ kind: 'P2PK', value }) as const),
  fc.record({ hash, group }).map((value) => ({ kind: 'P2HMPK', value }) as const),
);

test('every kind of lockup script has the text and group that the official SDK gives it', () => {
  fc.assert(
    fc.property(sdkScript, (script) => {
      const text = addressFromLockupScript(script);
      const expected: Address = {
        text,
        lockupScript: lockupScriptCodec.encode(script),
        group: groupOfAddress(text),
      };
      assert.deepEqual(parseAddress(text), expected);
      assert.deepEqual(addressOfLockupScript(expected.lockupScript), expected);
    }),
  );
});

test('a bare groupless address is in the group that the official SDK gives it', () => {
  for (const keyType of ['gl-secp256k1', 'gl-ed25519'] as const) {
    fc.assert(
      fc.property(keyType === 'gl-ed25519' ? hash : key, (publicKey) => {
        const text = addressFromPublicKey(bytesToHex(publicKey), keyType);
        assert.equal(parseAddress(text)?.group, groupOfAddress(text));
      }),
      { numRuns: 30 },
    );
  }
});

test('a changed letter is refused where there is a checksum, and never crashes', () => {
  fc.assert(
    fc.property(sdkScript, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (script, at, letter) => {
      const text = addressFromLockupScript(script);
      const index = at % text.length;
      const changed = text.slice(0, index) + letter + text.slice(index + 1);
      const address = parseAddress(changed);
      if (address === undefined) return;
      assert.equal(address.text.split(':')[0], changed.split(':')[0]);
      assert.ok(isAssetAddress(changed));
    }),
    { numRuns: 300 },
  );
});

test('any text is an address or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{0,80}(:\d)?$/)), (text) => {
      const address = parseAddress(text);
      if (address !== undefined) assert.equal(parseAddress(address.text)?.text, address.text);
    }),
    { numRuns: 500 },
  );
  assert.equal(parseAddress('1'.repeat(10_000_000)), undefined);
});

test('random and damaged lockup scripts: an address or a DecodeError', () => {
  const good = sdkScript.map((script) => lockupScriptCodec.encode(script));
  fc.assert(
    fc.property(fc.oneof(good.chain(damaged), fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const address = decodesOrRefuses(addressOfLockupScript, bytes) as Address | undefined;
      if (address !== undefined) assert.deepEqual(parseAddress(address.text), address);
    }),
    { numRuns: 500 },
  );
});

test('contracts, groups that do not belong, and more signatures than keys are refused', () => {
  const p2pkh = cases[0]!.address;
  const groupless = cases.find((row) => row.type?.startsWith('P2PK '))!.address;
  for (const text of [
    `${p2pkh}:2`,
    `${groupless}:4`,
    `${groupless}:`,
    `${groupless}:00`,
    `:${groupless}`,
    ':0',
  ]) {
    assert.equal(parseAddress(text), undefined, text);
  }
  const contract = Uint8Array.of(3, ...new Uint8Array(32));
  assert.throws(
    () => addressOfLockupScript(contract),
    new DecodeError('address type: expected 0, 1, 2, 4 or 5, got 3', 0),
  );
  for (const m of [0, 2]) {
    const script = lockupScriptCodec.encode({
      kind: 'P2MPKH',
      value: { publicKeyHashes: [new Uint8Array(32)], m },
    });
    assert.throws(() => addressOfLockupScript(script), DecodeError);
  }
});
