import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAccountUser, parsePoolUser } from '../../../miner/config/pool-user.js';
import { parseAddress } from '../../../protocol/address.js';
import { readVectors } from '../../support/vectors.js';

const { cases } = readVectors<{
  readonly cases: readonly { readonly address: string; readonly group: number | null }[];
}>('address');
const valid = cases.filter(({ group }) => typeof group === 'number');

test('addresses of every kind, alone, before and behind a worker: as they are', () => {
  assert.ok(valid.length > 3);
  for (const { address } of valid) {
    for (const user of [address, `${address}.rig1`, `rig1.${address}`, `${address}.a.b-c_d`])
      assert.deepEqual(parsePoolUser(user), { user, mended: undefined });
  }
});

test('a harmless flaw is mended, and told', () => {
  for (const { address } of valid) {
    const canonical = parseAddress(address)!.text;
    for (const [given, sent] of [
      [` ${address}.rig1\n`, `${canonical}.rig1`],
      [`${address}.Farming (1)`, `${canonical}.Farming_1`],
      [`${address}/rig1`, `${canonical}.rig1`],
      [`${address}.${'x'.repeat(33)}`, `${canonical}.${'x'.repeat(32)}`],
    ] as const) {
      const { user, mended } = parsePoolUser(given);
      assert.equal(user, sent, given);
      assert.ok(mended?.startsWith(`"user" ${JSON.stringify(given)} is sent as ${JSON.stringify(sent)}: `));
      assert.deepEqual(parsePoolUser(user), { user, mended: undefined });
    }
  }
});

test('without an address there is nobody to pay', () => {
  const { address } = valid[0]!;
  for (const user of ['', '.', 'rig', 'me.rig', `${address}0`, `x${address}.rig`])
    assert.throws(() => parsePoolUser(user), /"user" expected an Alephium address/);
});

test('accounts of other pools', () => {
  assert.equal(parseAccountUser('somebody.rig'), 'somebody.rig');
  assert.equal(parseAccountUser(' somebody.rig '), 'somebody.rig');
  for (const user of ['', 'a b', 'a\nb', 'x'.repeat(257)])
    assert.throws(() => parseAccountUser(user), /"user" expected/);
});
