// Whole blocks with some byte of their transactions changed: the node says what is wrong, and never fails itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../devnet/random.js';
import { DecodeError } from '../../../protocol/decode-error.js';
import { ALPH } from '../../../protocol/emission.js';
import { createPolwCoinbase } from '../../../protocol/polw-coinbase.js';
import { encodeTransactions, type Transaction } from '../../../protocol/transaction.js';
import { decodeTransactions } from '../../../protocol/transaction-decoder.js';
import { KEYS, partsFor, setUpPolw, submitWith } from '../polw-setting.js';

const CHAIN = 5;
const MUTATIONS = 800;

test('no change of a byte makes the node fail; what it takes differs in the change alone', async (t) => {
  const { devnet, node, clock } = await setUpPolw(t, { shift: 54 }, { rate: 512 });
  const { address } = KEYS[CHAIN]!;
  await devnet.mineBlock(CHAIN);
  await devnet.mineSideBlock(CHAIN);
  devnet.deposit({ address, amount: ALPH });
  clock.advance(1_000);
  const template = node.board.template(CHAIN);
  assert.deepEqual([template.transactions.length, template.uncles.length], [2, 1]);
  const good = [...template.transactions.slice(0, -1), createPolwCoinbase(partsFor(node, template))];
  const bytes = encodeTransactions(good);
  const random = createRandom(5);
  const faults = new Map<string, number>();
  const note = (fault: string): void => void faults.set(fault, (faults.get(fault) ?? 0) + 1);
  for (let i = 0; i < MUTATIONS; i++) {
    const place = Math.floor(random.next() * bytes.length);
    const mutated = bytes.with(place, bytes[place]! ^ (1 << Math.floor(random.next() * 8)));
    let transactions: Transaction[];
    try {
      transactions = decodeTransactions(mutated);
    } catch (error) {
      assert.ok(error instanceof DecodeError);
      note('undecodable');
      continue;
    }
    const { block, fault } = submitWith(node, template, transactions);
    note(fault ?? 'taken');
    if (!block) continue;
    // The lock or the data of an output that nobody insists on.
    const [amounts, wanted] = [transactions, good].map((list) =>
      list.flatMap(({ unsigned }) => unsigned.outputs.map(({ amount }) => amount)),
    );
    assert.deepEqual(amounts, wanted);
  }
  for (const kind of [
    'undecodable',
    'ExistInvalidTx InvalidSignature',
    'InvalidCoinbaseReward',
    'wrong-uncles',
  ])
    assert.ok(faults.has(kind), `${kind}: ${JSON.stringify([...faults])}`);
  assert.ok((faults.get('taken') ?? 0) < MUTATIONS / 10, JSON.stringify([...faults]));
});
