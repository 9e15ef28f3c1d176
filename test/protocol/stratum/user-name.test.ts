import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../../../protocol/address.js';
import {
  cleanWorkerName,
  parseUserName,
  userNameText,
  workerOfPlainUser,
} from '../../../protocol/stratum/user-name.js';
import { readVectors } from '../../support/vectors.js';

interface Vectors {
  readonly cases: readonly { readonly type?: string; readonly address: string }[];
}

const { cases } = readVectors<Vectors>('address');
const ADDRESS = cases[0]!.address;
const OTHER = cases[1]!.address;
const GROUPLESS = cases.find(({ type }) => type?.startsWith('P2PK ('))!.address.replace(/:.$/, '');
const NAME = /^[A-Za-z0-9_.-]{0,32}$/;

test('what is written as it should be stays as it is', () => {
  for (const [text, worker] of [
    [ADDRESS, ''],
    [`${ADDRESS}.rig1`, 'rig1'],
    [`rig1.${ADDRESS}`, 'rig1'],
    [`${ADDRESS}.rack.7.rig`, 'rack.7.rig'],
    [`rack.7.rig.${ADDRESS}`, 'rack.7.rig'],
    [`${ADDRESS}.__proto__`, '__proto__'],
    [`${ADDRESS}.-_.`, '-_.'],
    [`${ADDRESS}.${'x'.repeat(32)}`, 'x'.repeat(32)],
    [`${GROUPLESS}:3.rig1`, 'rig1'],
    [`rig1.${GROUPLESS}:3`, 'rig1'],
    [GROUPLESS, ''],
  ] as const) {
    const user = parseUserName(text);
    assert.deepEqual([user?.worker, user?.asWritten], [worker, true], text);
  }
  assert.equal(parseUserName(`${GROUPLESS}:3.rig1`)!.address.group, 3);
});

test('what stands around an address is made to fit, and said to have been', () => {
  for (const [text, worker] of [
    [` ${ADDRESS}.rig1`, 'rig1'],
    [`${ADDRESS}.rig1 \r\n`, 'rig1'],
    [`${ADDRESS}\n`, ''],
    [`${ADDRESS}.`, ''],
    [`.${ADDRESS}`, ''],
    [`${ADDRESS} .rig1`, 'rig1'],
    [`${ADDRESS} rig1`, 'rig1'],
    [`rig1 . ${ADDRESS}`, 'rig1'],
    [`${ADDRESS}.Farming (1)`, 'Farming_1'],
    [`${ADDRESS}/rig1`, 'rig1'],
    [`rig1/${ADDRESS}`, 'rig1'],
    [`${ADDRESS}:rig1`, 'rig1'],
    [`${ADDRESS}:1.rig1`, 'rig1'],
    [`${ADDRESS}_rig1`, 'rig1'],
    [`${ADDRESS}.rig#1`, 'rig_1'],
    [`${ADDRESS}$id.name`, 'id.name'],
    [`solo:${ADDRESS}.rig1`, 'rig1'],
    [`solo:${ADDRESS}`, 'solo'],
    [`${ADDRESS}.${'x'.repeat(40)}`, 'x'.repeat(32)],
    [`${'x'.repeat(32)}y.${ADDRESS}`, 'x'.repeat(32)],
    [`${ADDRESS}.../../etc`, 'etc'],
    [`${ADDRESS}.r\u0456g`, 'r_g'],
    [`${ADDRESS}.\u001b[31m`, '31m'],
    [`${ADDRESS}.{}`, ''],
    [`${ADDRESS}.${OTHER}`, OTHER.slice(0, 32)],
    [`${GROUPLESS}:7`, '7'],
  ] as const) {
    const user = parseUserName(text);
    assert.deepEqual([user?.worker, user?.asWritten], [worker, false], JSON.stringify(text));
  }
});

test('the address is the first that can be paid, wherever it stands', () => {
  for (const text of [ADDRESS, `a b ${ADDRESS}/c`, `${ADDRESS}.${OTHER}`, `${'1'.repeat(50)}.${ADDRESS}`])
    assert.equal(parseUserName(text)!.address.text, ADDRESS, text);
});

test('no address, a mistyped one, or one that goes on is none', () => {
  for (const text of [
    '',
    ' ',
    '.',
    'rig1',
    `${ADDRESS}x.rig1`,
    // Neither 0 nor l is a letter of addresses, and neither ends one.
    `${ADDRESS}0.rig1`,
    `l${ADDRESS}`,
    `0x${'0'.repeat(40)}.rig1`,
    `${ADDRESS.slice(0, 20)} ${ADDRESS.slice(20)}`,
    `${' '.repeat(2_000)}${ADDRESS}`,
  ])
    assert.equal(parseUserName(text), undefined, JSON.stringify(text.slice(0, 60)));
});

test('a user name without an address is a worker of itself', () => {
  for (const [text, worker] of [
    ['', ''],
    ['rig1', 'rig1'],
    [' my rig (2) ', 'my_rig_2'],
    [`${ADDRESS}x.rig1`, 'rig1'],
    [`rig1.${ADDRESS}x`, 'rig1'],
    [`kaspa:${'q'.repeat(61)}.rig1`, 'rig1'],
    [`${ADDRESS}x`, `${ADDRESS}x`.slice(0, 32)],
  ] as const)
    assert.equal(workerOfPlainUser(text), worker, text);
});

test('any text gives a name that is one, and a name once cleaned stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const name = cleanWorkerName(text);
      assert.match(name, NAME);
      assert.equal(cleanWorkerName(name), name);
      assert.match(workerOfPlainUser(text), NAME);
    }),
  );
});

test('an address is found and paid whatever stands behind it, and its text is read the same again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (rest) => {
      const user = parseUserName(`${ADDRESS}.${rest}`)!;
      assert.deepEqual(user.address, parseAddress(ADDRESS));
      assert.match(user.worker, NAME);
      const again = parseUserName(userNameText(user))!;
      assert.deepEqual([again.worker, again.asWritten], [user.worker, true]);
    }),
  );
});

test('a user name of any length is read in no time', () => {
  const startedMs = performance.now();
  for (const text of ['1'.repeat(100_000), '.'.repeat(100_000), `${'2'.repeat(50)}.`.repeat(2_000)])
    assert.equal(parseUserName(text), undefined);
  assert.ok(performance.now() - startedMs < 1_000);
});
