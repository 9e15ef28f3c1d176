import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codec } from '@alephium/web3';
import fc from 'fast-check';
import { endOfBytecode } from '../../../polw/builder/bytecode.js';
import { concatBytes } from '../../../protocol/bytes.js';
import { DecodeError } from '../../../protocol/decode-error.js';
import { endOfScript } from '../../../protocol/transaction-decoder.js';
import { damaged } from '../../support/arbitraries.js';
import { TEST_SCRIPT } from '../../support/test-script.js';

type Part = 'script' | 'unlockScript';

/** What the SDK says; undefined where it refuses. */
function oracle(part: Part, bytes: Uint8Array, position: number): number | undefined {
  try {
    return endOfScript(part, bytes, position);
  } catch (error) {
    assert.ok(error instanceof DecodeError || error instanceof Error);
    return undefined;
  }
}

/** One public method without arguments, of so many instructions. */
const scriptOf = (count: number, instructions: Iterable<number>): Uint8Array =>
  Uint8Array.from([1, 1, 0, 0, 0, 0, count, ...instructions]);

/** Something before and behind a part: neither is its own. */
const around = (part: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(7, 7), part, new Uint8Array(50));

test('every instruction that the SDK knows, and none that it does not', () => {
  let known = 0;
  for (let code = 0; code < 256; code++) {
    const bytes = around(scriptOf(2, [code]));
    const expected = oracle('script', bytes, 2);
    assert.equal(endOfBytecode('script', bytes, 2), expected, `0x${code.toString(16)}`);
    if (expected !== undefined) known++;
  }
  assert.ok(known > 190);
});

test('operands of every length', () => {
  const hash = new Uint8Array(32).fill(5);
  const numbers = [
    0n,
    31n,
    32n,
    63n,
    64n,
    2n ** 13n,
    2n ** 14n,
    2n ** 29n,
    2n ** 30n,
    2n ** 64n,
    2n ** 255n - 1n,
  ];
  for (const instruction of [
    ...numbers.flatMap((value) => [
      codec.U256Const(value),
      codec.I256Const(value),
      codec.I256Const(-value - 1n),
    ]),
    codec.U256Const(2n ** 256n - 1n),
    ...[0, 1, 31, 32, 100, 9_000].map((length) => codec.BytesConst(new Uint8Array(length).fill(1))),
    ...[0, -1, 40, -40, 9_000, -9_000, 2 ** 31 - 1, -(2 ** 31)].map((offset) => codec.Jump(offset)),
    ...(['P2PKH', 'P2SH', 'P2C'] as const).map((kind) => codec.AddressConst({ kind, value: hash })),
    codec.DEBUG([new Uint8Array(3), new Uint8Array(0), new Uint8Array(70)]),
    codec.CreateMapEntry(1, 2),
    codec.MethodSelector(-5),
    codec.CallExternalBySelector(2 ** 31 - 1),
  ]) {
    const method = {
      isPublic: false,
      usePreapprovedAssets: true,
      useContractAssets: true,
      usePayToContractOnly: true,
      argsLength: 100,
      localsLength: 0,
      returnLength: 20_000,
      instrs: [instruction, codec.Return],
    };
    const script = codec.script.scriptCodec.encode({ methods: [method, method] });
    assert.equal(endOfBytecode('script', around(script), 2), 2 + script.length, instruction.name);
    for (let length = 0; length < Math.min(script.length, 200); length++)
      assert.equal(endOfBytecode('script', script.subarray(0, length), 0), undefined);
  }
});

test('unlock scripts with parameters', () => {
  const { unlockScriptCodec } = codec.unlockScript;
  const script = codec.script.scriptCodec.decode(TEST_SCRIPT);
  const encoded = unlockScriptCodec.encode({
    kind: 'P2SH',
    value: {
      script,
      params: [
        { kind: 'Bool', value: true },
        { kind: 'I256', value: -(2n ** 100n) },
        { kind: 'U256', value: 2n ** 100n },
        { kind: 'ByteVec', value: new Uint8Array(90) },
        { kind: 'Address', value: { kind: 'P2C', value: new Uint8Array(32) } },
      ],
    },
  });
  assert.equal(endOfBytecode('unlockScript', around(encoded), 2), 2 + encoded.length);
  const other = unlockScriptCodec.encode({ kind: 'P2PKH', value: new Uint8Array(33) });
  assert.equal(endOfBytecode('unlockScript', around(other), 2), undefined);
});

test('what is found is what the SDK finds, whatever the bytes are', () => {
  let found = 0;
  const check = (part: Part, bytes: Uint8Array): void => {
    const end = endOfBytecode(part, bytes, 0);
    if (end === undefined) return;
    found++;
    assert.equal(end, oracle(part, bytes, 0));
  };
  const code = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0, 1, 0x12, 0x13, 0x14, 0x15, 0x16, 0x4a, 0x7e, 0x8f, 0xd2, 0xd3),
  );
  const some = fc.array(code, { minLength: 30, maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12 }), some, fc.boolean(), (count, instructions, isUnlock) => {
      if (isUnlock) check('unlockScript', concatBytes(Uint8Array.of(2), scriptOf(count, instructions)));
      else check('script', scriptOf(count, instructions));
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(damaged(TEST_SCRIPT), (bytes) => check('script', bytes)),
    { numRuns: 300 },
  );
  assert.ok(found > 20, `${found} were found`);
});

test('an address with a checksum is left to the SDK', () => {
  const hash = new Uint8Array(32).fill(5);
  const instrs = [codec.AddressConst({ kind: 'P2HMPK', value: { hash, group: 1 } })];
  const method = { ...codec.script.scriptCodec.decode(TEST_SCRIPT).methods[0]!, instrs };
  const script = codec.script.scriptCodec.encode({ methods: [method] });
  assert.equal(oracle('script', script, 0), script.length);
  assert.equal(endOfBytecode('script', script, 0), undefined);
});
