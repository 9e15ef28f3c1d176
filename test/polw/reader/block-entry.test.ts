import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBlockEntry, parseBlocksByTime, parseHashes } from '../../../polw/reader/block-entry.js';
import { ReaderError } from '../../../polw/reader/reader-error.js';
import { hintOfLockupScript, parseAddress } from '../../../protocol/address.js';
import { readVectors } from '../../support/vectors.js';

interface Call {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly response: Record<string, unknown>;
}
const { calls } = readVectors<{ calls: readonly Call[] }>('rest-polw');

const BURN = '17FS1WcmWCHbtR1cki1X9dvwiw5vXPUhEDjyhbZwo5eSB';
const REWARD = '1G6MtDdSGukVVTf3NMU9GF6RP22fnCMMHDSX47GeZX32p';

function termsOf(...addresses: readonly string[]) {
  const hints = addresses.map(
    (text) => [text, hintOfLockupScript(parseAddress(text)!.lockupScript)] as const,
  );
  return { networkId: 4, hints: new Map(hints) };
}
const TERMS = termsOf(BURN, REWARD);

const answer = (name: string): Record<string, unknown> => calls.find((call) => call.name === name)!.response;

test('every whole block that was recorded is read', () => {
  const blocks = calls.filter(
    ({ path, status, response }) =>
      /blocks\/|ghost-uncle/.test(path) && status === 200 && Array.isArray(response.transactions),
  );
  assert.ok(blocks.length >= 8);
  for (const { response } of blocks) {
    const { block } = parseBlockEntry(response, TERMS);
    assert.equal(block.hash, response.hash);
    assert.deepEqual(block.deps, response.deps);
    assert.equal(block.timestampMs, response.timestamp);
  }
});

test('a block with our coins: what it spends, pays and gives back', () => {
  const { block, conflicted } = parseBlockEntry(answer('PoLW block of (1,2), not taken in: block'), TERMS);
  assert.equal(block.chain, 6);
  assert.equal(block.height, 1);
  assert.deepEqual(conflicted, []);
  const [transaction, ...others] = block.transactions;
  assert.deepEqual(others, []);
  assert.equal(transaction!.coinbase, true);
  assert.equal(transaction!.gasFee, 0n);
  assert.deepEqual(transaction!.spends, ['1a8650378909de36e48a4627f35135d0ebb67bb501be0df66fff729d3e020a64']);
  assert.deepEqual(
    transaction!.outputs.map(({ address, amount, lockTimeMs, index }) => [
      address,
      amount,
      lockTimeMs,
      index,
    ]),
    [
      [REWARD, 84904671146453655n, 1795919377078, 0],
      [BURN, 999932725689432118088n, 0, 1],
    ],
  );
});

test('a block that pays an uncle names it, and its output', () => {
  const { block } = parseBlockEntry(answer('uncle, referenced: main-chain-block-by-ghost-uncle'), TERMS);
  assert.deepEqual(block.uncles, ['00001d04dde7d35b6e591d6112a7afd9c4989048d7543df35a38d5f01537c356']);
  assert.deepEqual(
    block.transactions[0]!.outputs.map(({ index, amount }) => [index, amount]),
    [
      [0, 85386751318523976n],
      [1, 15426565506250275n],
      [2, 999798177068296354264n],
    ],
  );
});

test('a void block says so of its coinbase; for those whom it does not touch it has nothing', () => {
  const response = answer('second sibling, void: block');
  const terms = termsOf('1FSjWDKzyggTsQpVZmCztwWRXqU4jfFVqc4wcr7FiFmM5');
  const { block, conflicted } = parseBlockEntry(response, terms);
  assert.deepEqual(conflicted, ['dcecd53080bab86f59c6c3ceed3baeef63135bd61066ca6b693d3db249676e18']);
  assert.deepEqual(block.conflicted, []);
  const other = parseBlockEntry(response, TERMS);
  assert.deepEqual(other.conflicted, []);
  assert.deepEqual(other.block.transactions, []);
});

test('blocks of a time range, and of one without blocks', () => {
  const lists = parseBlocksByTime(answer('blocks of a time range').blocks, TERMS);
  assert.deepEqual(
    lists.map((blocks) => blocks.length),
    [1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  );
  assert.equal(lists[6]![0]!.block.transactions.length, 1);
  const none = parseBlocksByTime(answer('blocks of a range without blocks').blocks, TERMS);
  assert.ok(none.every((blocks) => blocks.length === 0));
});

test('gas beyond that of a plain coinbase is paid; of a transfer all is', () => {
  const response = structuredClone(answer('PoLW block of (1,2), not taken in: block'));
  const [coinbase] = response.transactions as { unsigned: Record<string, unknown> }[];
  coinbase!.unsigned.gasAmount = 25_000;
  const gasFee = (): bigint => parseBlockEntry(response, TERMS).block.transactions[0]!.gasFee;
  assert.equal(gasFee(), 5_000n * 10n ** 9n);
  const plain = { unsigned: { txId: '', inputs: [], fixedOutputs: [] }, generatedOutputs: [] };
  response.transactions = [coinbase, plain];
  assert.equal(gasFee(), 25_000n * 10n ** 9n);
});

test('an output that is locked for longer than numbers tell is read: anybody may send one', () => {
  const response = answer('PoLW block of (1,2), not taken in: block');
  const text = JSON.stringify(response).replace('"lockTime":0', '"lockTime":9223372036854775807');
  const { block } = parseBlockEntry(JSON.parse(text), TERMS);
  assert.equal(block.transactions[0]!.outputs[1]!.lockTimeMs, Number.MAX_SAFE_INTEGER);
});

test('an output of another address with our hint is not ours; an unknown key of ours is refused', () => {
  const response = structuredClone(answer('PoLW block of (1,2), not taken in: block'));
  const [{ unsigned }] = response.transactions as [{ unsigned: { fixedOutputs: Record<string, unknown>[] } }];
  unsigned.fixedOutputs[0]!.address = 'another';
  assert.deepEqual(
    parseBlockEntry(response, TERMS).block.transactions[0]!.outputs.map(({ index }) => index),
    [1],
  );
  unsigned.fixedOutputs[1]!.key = 'f'.repeat(64);
  assert.throws(() => parseBlockEntry(response, TERMS), /output 1.key" expected that of the transaction/);
});

/** Every way to make a block's answer another: a field left out, or with a value of another kind. */
function* damages(value: unknown, path: readonly string[] = []): Generator<readonly [string, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    const place = [...path, name].join('.');
    for (const wrong of [undefined, null, -1, 1.5, 'x', {}, [7], '\u001b[2J', 2 ** 60]) {
      const copy = structuredClone(value) as Record<string, unknown>;
      copy[name] = wrong;
      yield [place, copy];
    }
    for (const [inner, damaged] of damages(part, [...path, name])) {
      const copy = structuredClone(value) as Record<string, unknown>;
      copy[name] = damaged;
      yield [inner, copy];
    }
  }
}

test('whatever is wrong or missing, it is read as it would be without, or refused in words', () => {
  const whole = answer('uncle, referenced: main-chain-block-by-ghost-uncle');
  const read = parseBlockEntry(whole, TERMS);
  let refused = 0;
  for (const [place, damaged] of damages(whole)) {
    try {
      const { block } = parseBlockEntry(damaged, TERMS);
      // What the fund does not need may be anything; amounts may not be other ones.
      assert.equal(block.hash, read.block.hash, place);
      for (const { outputs } of block.transactions)
        for (const { amount, key } of outputs) {
          const before = read.block.transactions[0]!.outputs.find((output) => output.key === key);
          assert.equal(amount, before?.amount, place);
        }
    } catch (error) {
      assert.ok(error instanceof ReaderError, `${place}: ${error}`);
      assert.ok(!error.message.includes('\u001b'));
      refused++;
    }
  }
  assert.ok(refused > 200);
});

for (const value of [undefined, null, 7, 'x', [], {}, { hash: 'x' }, Array.from({ length: 16 }, () => 7)])
  test(`${JSON.stringify(value)} is no block and no blocks of a time`, () => {
    assert.throws(() => parseBlockEntry(value, TERMS), ReaderError);
    assert.throws(() => parseBlocksByTime(value, TERMS), ReaderError);
  });

test('a transaction of another network is refused', () => {
  const block = answer('PoLW block of (1,2), not taken in: block');
  assert.throws(() => parseBlockEntry(block, { ...TERMS, networkId: 0 }), /networkId" expected 0, got 4/);
});

test('a block in the list of another chain is refused', () => {
  const blocks = structuredClone(answer('blocks of a time range').blocks) as unknown[][];
  [blocks[5], blocks[6]] = [blocks[6]!, blocks[5]!];
  assert.throws(() => parseBlocksByTime(blocks, TERMS), /blocks of 1-1: got one of 1-2/);
});

test('hashes are hashes', () => {
  assert.deepEqual(parseHashes(answer('hashes at the height of both').headers).length, 2);
  for (const value of [undefined, 'x', [7], ['x'], {}]) assert.throws(() => parseHashes(value), ReaderError);
});
