import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoinbaseEntryError, parseCoinbaseEntry } from '../../node/coinbase-entry.js';
import { readVectors } from '../support/vectors.js';

interface Block {
  readonly hash: string;
  readonly height: number;
  readonly timestamp: number;
  readonly target: string;
  readonly ghostUncles: readonly { readonly blockHash: string }[];
  readonly transactions: readonly {
    readonly unsigned: {
      readonly txId: string;
      readonly inputs: readonly unknown[];
      readonly fixedOutputs: readonly {
        readonly key: string;
        readonly address: string;
        readonly attoAlphAmount: string;
        readonly lockTime: number;
      }[];
    };
  }[];
}

interface Call {
  readonly path: string;
  readonly status: number;
  readonly response: unknown;
}

/** Blocks as a full node told them. */
const blocks = ['rest-polw', 'rest'].flatMap((name) =>
  readVectors<{ calls?: readonly Call[]; requests?: readonly Call[] }>(name)
    .calls!.filter(
      ({ path, status }) =>
        status === 200 && /blockflow\/(blocks|main-chain-block)[^?]*\/[0-9a-f]{64}$/.test(path),
    )
    .map(({ response }) => response as Block)
    .filter(({ height }) => height > 0),
);

test('recorded blocks are read: what they pay, and whom', () => {
  assert.ok(blocks.length > 10 && blocks.some(({ ghostUncles }) => ghostUncles.length > 0));
  for (const block of blocks) {
    const entry = parseCoinbaseEntry(block, block.hash);
    const { unsigned } = block.transactions.at(-1)!;
    assert.equal(entry.chain, Number.parseInt(block.hash.slice(-1), 16));
    assert.deepEqual(
      [entry.height, entry.timestampMs, entry.targetBits.toString(16).padStart(8, '0'), entry.txId],
      [block.height, block.timestamp, block.target, unsigned.txId],
    );
    assert.equal(entry.spends, unsigned.inputs.length > 0);
    assert.deepEqual(
      entry.outputs.map(({ key, address, amount, lockTimeMs }) => [key, address, `${amount}`, lockTimeMs]),
      unsigned.fixedOutputs.map(({ key, address, attoAlphAmount, lockTime }) => [
        key,
        address,
        attoAlphAmount,
        lockTime,
      ]),
    );
    assert.deepEqual(
      entry.uncles,
      block.ghostUncles.map(({ blockHash }) => blockHash),
    );
  }
});

test('an answer that is no block is refused, and says what is wrong', () => {
  const [block] = blocks as [Block];
  const coinbase = block.transactions.at(-1)!;
  const paying = (output: object): object => ({
    ...block,
    transactions: [
      {
        unsigned: {
          ...coinbase.unsigned,
          fixedOutputs: [{ ...coinbase.unsigned.fixedOutputs[0], ...output }],
        },
      },
    ],
  });
  const strange: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /a block: ""/],
    ['text', /a block/],
    [[], /a block/],
    [{ ...block, hash: 'xy' }, /"hash"/],
    [{ ...block, height: 0 }, /"height"/],
    [{ ...block, height: 1.5 }, /"height"/],
    [{ ...block, chainFrom: 4 }, /"chainFrom"/],
    [{ ...block, timestamp: -1 }, /"timestamp"/],
    [{ ...block, target: '1d00ff' }, /"target"/],
    [{ ...block, transactions: [] }, /"transactions"/],
    [{ ...block, transactions: [null] }, /coinbase/],
    [{ ...block, ghostUncles: Array(3).fill({ blockHash: block.hash }) }, /"ghostUncles"/],
    [{ ...paying({}), ghostUncles: [{ blockHash: block.hash }] }, /an output for each uncle/],
    [paying({ attoAlphAmount: '-1' }), /attoAlphAmount/],
    [paying({ attoAlphAmount: 7 }), /attoAlphAmount/],
    [paying({ attoAlphAmount: '9'.repeat(41) }), /attoAlphAmount/],
    [paying({ lockTime: 'soon' }), /lockTime/],
    [paying({ key: 'ab'.repeat(32) }), /its key is not that of its place/],
    [paying({ address: '' }), /address/],
  ];
  for (const [value, words] of strange)
    assert.throws(
      () => parseCoinbaseEntry(value),
      (error) => error instanceof CoinbaseEntryError && words.test(error.message),
      String(words),
    );
  assert.throws(() => parseCoinbaseEntry(block, 'ab'.repeat(32)), /expected block abab/);
});
