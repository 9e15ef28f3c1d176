import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAccountUser, parsePoolUser } from '../../cli/pool-user.js';
import { readVectors } from '../support/vectors.js';

const { cases } = readVectors<{
  readonly cases: readonly { readonly address: string; readonly group: number | null }[];
}>('address');
const valid = cases.filter(({ group }) => typeof group === 'number');

test('addresses of every kind, alone, before and behind a worker', () => {
  assert.ok(valid.length > 3);
  for (const { address } of valid) {
    for (const user of [address, `${address}.rig1`, `rig1.${address}`, `${address}.a.b-c_d`])
      assert.equal(parsePoolUser(user), user);
  }
});

test('what is none', () => {
  const { address } = valid[0]!;
  for (const user of [
    '',
    '.',
    'rig',
    `${address}.`,
    `.${address}`,
    `${address}.rig 1`,
    `${address}.${'x'.repeat(33)}`,
  ])
    assert.throws(() => parsePoolUser(user), /"user" expected/);
});

test('accounts of other pools', () => {
  assert.equal(parseAccountUser('somebody.rig'), 'somebody.rig');
  for (const user of ['', 'a b', 'a\n', 'x'.repeat(257)])
    assert.throws(() => parseAccountUser(user), /"user" expected/);
});
