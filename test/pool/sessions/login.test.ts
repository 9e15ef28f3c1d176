import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAccount } from '../../../pool/domain/account.js';
import { parseLogin, parsePassword, printableText } from '../../../pool/sessions/login.js';
import { addressOfLockupScript } from '../../../protocol/address.js';
import { seededBytes } from '../../support/seeded-bytes.js';
import { readVectors } from '../../support/vectors.js';

interface Vectors {
  readonly cases: readonly { readonly type?: string; readonly address: string }[];
}

const { cases } = readVectors<Vectors>('address');
const ADDRESS = cases[0]!.address;
const KEY = parseAccount(ADDRESS)!.key;

/** Key of the account and name of the worker, or the name alone where no address can be paid. */
function read(text: string): string {
  const login = parseLogin(text);
  return login.kind === 'name' ? `no address, ${login.worker}` : `${login.account.key} ${login.worker}`;
}

test('an address with or without a worker, on either side, whatever stands between and around', () => {
  for (const [text, worker] of [
    [ADDRESS, ''],
    [`${ADDRESS}.rig1`, 'rig1'],
    [`rig1.${ADDRESS}`, 'rig1'],
    [`${ADDRESS}.rack.7.rig`, 'rack.7.rig'],
    [` ${ADDRESS}/Farming (1)`, 'Farming_1'],
    [`${ADDRESS}.${'x'.repeat(33)}`, 'x'.repeat(32)],
  ] as const)
    assert.equal(read(text), `${KEY} ${worker}`, text);
});

test('it is said whether a login is taken as it stands', () => {
  for (const text of [ADDRESS, `${ADDRESS}.rig1`, `rig1.${ADDRESS}`, 'rig1', ''])
    assert.ok(parseLogin(text).asWritten, text);
  for (const text of [` ${ADDRESS}`, `${ADDRESS}/rig1`, `${ADDRESS}.rig#1`, 'rig 1'])
    assert.ok(!parseLogin(text).asWritten, text);
});

const scriptAddress = addressOfLockupScript(Uint8Array.of(2, ...seededBytes('script', 32))).text;
// Twenty keys, one signature: some 900 letters.
const keysAddress = addressOfLockupScript(Uint8Array.of(1, 20, ...seededBytes('keys', 640), 1)).text;
const GROUPLESS = cases.find(({ type }) => type?.startsWith('P2PK ('))!.address.replace(/:.$/, '');

for (const [what, address] of [
  ['a key', ADDRESS],
  ['a script', scriptAddress],
  ['many keys', keysAddress],
  ['a groupless key', GROUPLESS],
  ['a groupless key with its group', `${GROUPLESS}:3`],
] as const) {
  test(`an address of ${what}, with any worker`, () => {
    const account = parseAccount(address);
    assert.ok(account !== undefined);
    for (const text of [`${address}.a.b`, `a.b.${address}`])
      assert.deepEqual(parseLogin(text), { kind: 'address', account, worker: 'a.b', asWritten: true });
  });
}

test('the forms of a groupless address are one account, each with its group', () => {
  const [one, two] = [parseLogin(`${GROUPLESS}:1.w`), parseLogin(`w.${GROUPLESS}:2`)];
  assert.ok(one.kind === 'address' && two.kind === 'address');
  assert.equal(one.account.key, two.account.key);
  assert.deepEqual([one.account.payoutGroup, two.account.payoutGroup], [1, 2]);
});

test('without an address that can be paid a login is a name', () => {
  for (const [text, name] of [
    ['', ''],
    ['.', '.'],
    [' ', ''],
    ['rig1', 'rig1'],
    ['__proto__', '__proto__'],
    [`${ADDRESS}x.rig1`, 'rig1'],
    [`0x${'0'.repeat(40)}.rig1`, 'rig1'],
  ] as const)
    assert.equal(read(text), `no address, ${name}`, text);
});

test('texts of any kind and length are read', () => {
  assert.match(read('1'.repeat(100_000)), /^no address, 1{32}$/);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const login = parseLogin(text);
      return login.kind === 'name' && /^[A-Za-z0-9_.-]{0,32}$/.test(login.worker);
    }),
  );
});

test('d= in the password asks for a difficulty', () => {
  for (const [password, difficulty] of [
    ['d=64', 64],
    ['d=0.5', 0.5],
    ['d=.25', 0.25],
    ['d=2.', 2],
    ['x,d=64', 64],
    ['x;d=64;m=solo', 64],
    [' d = 64 , x', 64],
    ['d=1,d=2', 1],
    [`d=${'9'.repeat(30)}`, 1e30],
  ] as const)
    assert.equal(parsePassword(password).difficulty, difficulty, password);
});

test('what is no decimal number above 0 asks for nothing', () => {
  for (const value of 'NaN Infinity -Infinity -1 +1 0 0.0 1e3 1e999 0x10 64d 1,5 1_000 . ١ true null'.split(
    ' ',
  ))
    assert.equal(parsePassword(`d=${value === '1,5' ? '1 5' : value}`).difficulty, undefined, value);
  for (const password of [
    '',
    'x',
    'd',
    'd=',
    'd=64=1',
    'D64',
    'pd=64',
    `d=${'1'.repeat(31)}`,
    '__proto__=64',
  ])
    assert.equal(parsePassword(password).difficulty, undefined, password);
  assert.equal(parsePassword(`d=64,${'x'.repeat(100_000)}`).difficulty, undefined);
});

test('a password leaves nothing of itself', () => {
  assert.deepEqual(Object.keys(parsePassword('secret,d=64')), ['difficulty']);
});

test('shown text is printable and short', () => {
  assert.equal(printableText('lolMiner 1.88', 64), 'lolMiner 1.88');
  assert.equal(printableText('a\u0000b\n\u001b[31mc\u007f\u2028d\ud800', 64), 'ab[31mcd');
  assert.equal(printableText(' x '.repeat(1_000_000), 10).length <= 10, true);
  assert.equal(printableText('   ', 10), '');
  assert.equal(printableText('{"__proto__":1}', 64), '{"__proto__":1}');
});
