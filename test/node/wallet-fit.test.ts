import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeIdentity } from '../../node/identity.js';
import { judgeWallet } from '../../node/wallet-fit.js';

const wallet: NodeIdentity = { networkId: 4, minerAddresses: ['1a', '1b', '1c', '1d'] };
const node = (name: string, change: Partial<NodeIdentity> = {}) => ({
  name,
  identity: { ...wallet, ...change },
});
const silent = (name: string) => ({ name, identity: undefined });

for (const [what, nodes, expected] of [
  ['one node that pays it', [node('a')], { kind: 'fits' }],
  ['several that do', [node('a'), node('b')], { kind: 'fits' }],
  ['no node', [], { kind: 'unknown', why: ['there is no full node'] }],
  [
    'another network',
    [node('a'), node('b', { networkId: 0 })],
    { kind: 'differs', why: ['b: its network id is 0, that of the wallet 4'] },
  ],
  [
    'another address',
    [node('a', { minerAddresses: ['1a', '1b', '1x', '1d'] })],
    { kind: 'differs', why: ['a: its miner address of group 2 is 1x, that of the wallet 1c'] },
  ],
  [
    'the same addresses in other groups',
    [node('a', { minerAddresses: ['1b', '1a', '1c', '1d'] })],
    { kind: 'differs', why: ['a: its miner address of group 0 is 1b, that of the wallet 1a'] },
  ],
  [
    'too few addresses',
    [node('a', { minerAddresses: ['1a', '1b', '1c'] })],
    { kind: 'differs', why: ['a: its miner address of group 3 is undefined, that of the wallet 1d'] },
  ],
  [
    'nodes that differ, all of which are told, beside one that is silent',
    [silent('a'), node('b', { networkId: 1 }), node('c', { networkId: 0 })],
    {
      kind: 'differs',
      why: ['b: its network id is 1, that of the wallet 4', 'c: its network id is 0, that of the wallet 4'],
    },
  ],
  [
    'a silent node beside one that pays it',
    [node('a'), silent('b')],
    { kind: 'unknown', why: ["b: it can't be asked who it is"] },
  ],
] as const) {
  test(`${what}: ${expected.kind}`, () => {
    assert.deepEqual(judgeWallet(wallet, nodes), expected);
  });
}
