import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAccount } from '../../../pool/domain/account.js';
import { cleanText, parseLogin, parsePassword } from '../../../pool/sessions/login.js';
import { addressOfLockupScript } from '../../../protocol/address.js';
import { seededBytes } from '../../support/seeded-bytes.js';
import { readVectors } from '../../support/vectors.js';

interface Vectors {
  readonly cases: readonly { readonly type?: string; readonly address: string }[];
}

const { cases } = readVectors<Vectors>('address');
const ADDRESS = cases[0]!.address;
const KEY = parseAccount(ADDRESS)!.key;

/** Key of the account and name of the worker, or the reason of a refusal. */
function read(text: string): string {
  const login = parseLogin(text);
  return login.kind === 'refused' ? login.reason : `${login.account.key} ${login.worker}`;
}

test('an address with or without a worker, on either side', () => {
  for (const [text, worker] of [
    [ADDRESS, ''],
    [`${ADDRESS}.`, ''],
    [`.${ADDRESS}`, ''],
    [`${ADDRESS}.rig1`, 'rig1'],
    [`rig1.${ADDRESS}`, 'rig1'],
    [`${ADDRESS}.rack.7.rig`, 'rack.7.rig'],
    [`rack.7.rig.${ADDRESS}`, 'rack.7.rig'],
    [`${ADDRESS}...`, '..'],
    [`${ADDRESS}.__proto__`, '__proto__'],
    [`${ADDRESS}.${'x'.repeat(32)}`, 'x'.repeat(32)],
  ] as const)
    assert.equal(read(text), `${KEY} ${worker}`, text);
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
      assert.deepEqual(parseLogin(text), { kind: 'login', account, worker: 'a.b' });
  });
}

test('the forms of a groupless address are one account, each with its group', () => {
  const [one, two] = [parseLogin(`${GROUPLESS}:1.w`), parseLogin(`w.${GROUPLESS}:2`)];
  assert.ok(one.kind === 'login' && two.kind === 'login');
  assert.equal(one.account.key, two.account.key);
  assert.deepEqual([one.account.payoutGroup, two.account.payoutGroup], [1, 2]);
});

for (const [what, name] of [
  ['33 characters', 'x'.repeat(33)],
  ['a space', 'a b'],
  ['a newline', 'a\n'],
  ['a newline at the beginning', '\na'],
  ['a control character', 'a\u0000b'],
  ['an escape', '\u001b[31m'],
  ['a brace', '{}'],
  ['a letter that only looks like one', 'r\u0456g'],
  ['a slash', '../../etc'],
  ['a second address', cases[1]!.address],
  ['a colon', 'a:1'],
] as const) {
  test(`a worker's name with ${what} is refused, with the reason`, () => {
    for (const text of [`${ADDRESS}.${name}`, ...(name.includes('.') ? [] : [`${name}.${ADDRESS}`])])
      assert.match(read(text), /^worker: expected 1 to 32/);
  });
}

for (const text of [
  '',
  '.',
  'rig1',
  '__proto__',
  'constructor.prototype',
  `${ADDRESS}x.rig1`,
  ` ${ADDRESS}.rig1`,
  `${ADDRESS}\n`,
  `${ADDRESS}:1.rig1`,
  `${ADDRESS} .rig1`,
  `0x${'0'.repeat(40)}.rig1`,
]) {
  test(`no address that can be paid: ${JSON.stringify(text.slice(0, 20))}`, () => {
    assert.match(read(text), /^no address that can be paid/);
  });
}

test('texts of any kind and length are answered', () => {
  assert.match(read('1'.repeat(100_000)), /^too long/);
  assert.match(read('.'.repeat(1_100)), /^no address/);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const login = parseLogin(text);
      return login.kind === 'refused' && login.reason.length < 100;
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
  assert.equal(cleanText('lolMiner 1.88', 64), 'lolMiner 1.88');
  assert.equal(cleanText('a\u0000b\n\u001b[31mc\u007f\u2028d\ud800', 64), 'ab[31mcd');
  assert.equal(cleanText(' x '.repeat(1_000_000), 10).length <= 10, true);
  assert.equal(cleanText('   ', 10), '');
  assert.equal(cleanText('{"__proto__":1}', 64), '{"__proto__":1}');
});
