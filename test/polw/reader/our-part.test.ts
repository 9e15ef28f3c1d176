import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBlockEntry, parseBlocksByTime } from '../../../polw/reader/block-entry.js';
import { ourPartOf, ourPartsOf } from '../../../polw/reader/our-part.js';
import { hintOfLockupScript, parseAddress } from '../../../protocol/address.js';
import { readVectors } from '../../support/vectors.js';

interface Call {
  readonly name: string;
  readonly status: number;
  readonly response: Record<string, unknown>;
}
const { calls } = readVectors<{ calls: readonly Call[] }>('rest-polw');
const BURN = '17FS1WcmWCHbtR1cki1X9dvwiw5vXPUhEDjyhbZwo5eSB';
const HINT = hintOfLockupScript(parseAddress(BURN)!.lockupScript);
const TERMS = { networkId: 4, hints: new Map([[BURN, HINT]]) };
const HINTS = new Set([HINT]);

const blocks = calls
  .filter(({ status, response }) => status === 200 && Array.isArray(response?.transactions))
  .map(({ response }) => response);

test('of every recorded block the same is read as of the whole one, and no more is left than that takes', () => {
  let ours = 0;
  for (const block of blocks) {
    const part = ourPartOf(block, HINTS) as typeof block;
    assert.deepEqual(parseBlockEntry(part, TERMS), parseBlockEntry(block, TERMS));
    const touching = parseBlockEntry(block, TERMS).block.transactions.length;
    const left = (part.transactions as { unsigned: { txId?: string } }[]).filter(
      ({ unsigned }) => unsigned.txId !== undefined,
    );
    assert.equal(left.length, touching);
    ours += touching;
  }
  assert.ok(blocks.length >= 8 && ours > 0, `${blocks.length} blocks, ${ours} transactions of ours`);
});

test('lists of blocks are cut down likewise', () => {
  const { response } = calls.find(({ name }) => name === 'blocks of a time range')!;
  const part = ourPartsOf(response.blocks, HINTS);
  assert.deepEqual(parseBlocksByTime(part, TERMS), parseBlocksByTime(response.blocks, TERMS));
  assert.ok(JSON.stringify(part).length < JSON.stringify(response.blocks).length);
});

const whole = blocks.find(({ transactions }) => (transactions as unknown[]).length > 0)!;
const others = { unsigned: { inputs: [], fixedOutputs: [{ hint: 1 }] }, generatedOutputs: [] };

for (const [what, value] of [
  ['nothing', undefined],
  ['a text', 'block'],
  ['a list', [1]],
  ['a block without transactions', { ...whole, transactions: undefined }],
  ['a transaction that is none', { ...whole, transactions: [7] }],
  ['a transaction without outputs', { ...whole, transactions: [{ ...others, unsigned: { inputs: [] } }] }],
  [
    'inputs that are no list',
    { ...whole, transactions: [{ ...others, unsigned: { inputs: 1, fixedOutputs: [] } }] },
  ],
  [
    'an input that is none',
    { ...whole, transactions: [{ ...others, unsigned: { inputs: [0], fixedOutputs: [] } }] },
  ],
  [
    'a hint that is no number',
    { ...whole, transactions: [{ ...others, generatedOutputs: [{ hint: `${HINT}` }] }] },
  ],
] as const)
  test(`what is of another form is left for whoever reads it: ${what}`, () => {
    assert.deepEqual(ourPartOf(value, HINTS), value);
    assert.deepEqual(ourPartsOf([[value]], HINTS), [[value]]);
  });

test('lists that are none are left, too', () => {
  for (const value of [undefined, 'x', {}, [1, 'x', null]]) assert.deepEqual(ourPartsOf(value, HINTS), value);
});
