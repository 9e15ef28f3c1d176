import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { codec } from '@alephium/web3';
import { walkTransactions } from '../../../polw/builder/transaction-list.js';
import type { ListWalker, WalkResult } from '../../../polw/lists/list-walker.js';
import { type ListAnswer, TemplateLists } from '../../../polw/lists/template-lists.js';
import { ThreadListWalker } from '../../../polw/lists/thread-list-walker.js';
import { endOfScript } from '../../../protocol/transaction-decoder.js';
import { closeAll, closers } from '../../support/closers.js';
import {
  makeTemplate,
  makeTransfer,
  makeTransfers,
  makeUncle,
  SOME_TIME_MS,
} from '../../support/polw-templates.js';
import { TEST_SCRIPT } from '../../support/test-script.js';
import { waitFor } from '../../support/wait.js';

afterEach(closeAll);

/** Walks when the test says so. */
class ManualWalker implements ListWalker {
  readonly asked: { txsBlob: Uint8Array; done: (result: WalkResult) => void }[] = [];
  closed = false;

  walk(txsBlob: Uint8Array, done: (result: WalkResult) => void): void {
    this.asked.push({ txsBlob, done });
  }

  finish(): void {
    const { txsBlob, done } = this.asked.shift()!;
    done(walkTransactions(txsBlob, endOfScript));
  }

  close(): void {
    this.closed = true;
  }
}

function open(walker: ListWalker = new ManualWalker()) {
  const ready: number[] = [];
  const lists = new TemplateLists(walker, (chain) => ready.push(chain));
  closers.push(() => lists.close());
  return { lists, ready, walker: walker as ManualWalker };
}

const LONG = makeTransfers(40, 'long');
const blobOf = (parts: Parameters<typeof makeTemplate>[0]): Uint8Array => makeTemplate(parts).txsBlob[0]!;
function listIn(answer: ListAnswer) {
  if (answer.kind !== 'list') throw new Error(answer.kind);
  return answer;
}

test('a short list is there at once', () => {
  const { lists, walker } = open();
  const answer = listIn(lists.listOf(0, blobOf({ transfers: makeTransfers(3), uncles: [makeUncle('a')] })));
  assert.equal(answer.list.count, 3);
  assert.deepEqual(answer.coinbase.uncles, [makeUncle('a')]);
  assert.equal(walker.asked.length, 0);
});

test('a short list with a script is there at once, but for a script that only the SDK knows the end of', () => {
  const { lists, walker } = open();
  const known = blobOf({ transfers: [makeTransfer('known', { script: TEST_SCRIPT })] });
  assert.equal(listIn(lists.listOf(0, known)).list.count, 1);
  assert.equal(walker.asked.length, 0);
  const value = { hash: new Uint8Array(32), group: 1 };
  const { methods } = codec.script.scriptCodec.decode(TEST_SCRIPT);
  const instrs = [codec.AddressConst({ kind: 'P2HMPK', value })];
  const script = codec.script.scriptCodec.encode({ methods: [{ ...methods[0]!, instrs }] });
  const other = blobOf({ transfers: [makeTransfer('other', { script })] });
  assert.equal(lists.listOf(0, other).kind, 'walking');
  walker.finish();
  assert.equal(listIn(lists.listOf(0, other)).list.count, 1);
});

test('a long list is walked over elsewhere, once, and refreshes share it', () => {
  const { lists, ready, walker } = open();
  const blob = blobOf({ transfers: LONG });
  assert.equal(lists.listOf(0, blob).kind, 'walking');
  assert.equal(lists.listOf(0, blob).kind, 'walking');
  assert.equal(walker.asked.length, 1);
  walker.finish();
  assert.deepEqual(ready, [0]);
  const { list } = listIn(lists.listOf(0, blob));
  assert.equal(list.count, 40);
  // The coinbase is another: later, and with an uncle.
  const refreshed = blobOf({ transfers: LONG, timestampMs: SOME_TIME_MS + 4_000, uncles: [makeUncle('a')] });
  const again = listIn(lists.listOf(0, refreshed));
  assert.equal(again.list, list);
  assert.equal(again.coinbase.uncles.length, 1);
  assert.equal(walker.asked.length, 0);
  // More transactions are another list; so are they on another chain.
  assert.equal(lists.listOf(0, blobOf({ transfers: [...LONG, makeTransfer('one more')] })).kind, 'walking');
  assert.equal(lists.listOf(1, blobOf({ chain: 1, transfers: LONG })).kind, 'walking');
  assert.equal(walker.asked.length, 2);
});

test('a list of which some is dropped is shared, too', () => {
  const { lists, walker } = open();
  const transfers = [...LONG, makeTransfer('dear', { gasPrice: 10n ** 13n })];
  const blob = blobOf({ transfers });
  lists.listOf(0, blob);
  walker.finish();
  const { list } = listIn(lists.listOf(0, blob));
  assert.deepEqual([list.count, list.dropped], [40, 1]);
  const refreshed = blobOf({ transfers, timestampMs: SOME_TIME_MS + 4_000 });
  assert.equal(listIn(lists.listOf(0, refreshed)).list, list);
});

test('of the lists that come while one is walked over, the newest is next', () => {
  const { lists, ready, walker } = open();
  const blobs = [0, 1, 2].map((i) => blobOf({ transfers: [...LONG, makeTransfer(`number ${i}`)] }));
  for (const blob of blobs) assert.equal(lists.listOf(0, blob).kind, 'walking');
  assert.equal(walker.asked.length, 1);
  walker.finish();
  assert.deepEqual(
    walker.asked.map(({ txsBlob }) => blobs.indexOf(txsBlob)),
    [2],
  );
  walker.finish();
  assert.deepEqual(ready, [0, 0]);
  assert.equal(listIn(lists.listOf(0, blobs[2]!)).list.count, 41);
});

test('what cannot be used is a fault with its reason', () => {
  const { lists, ready, walker } = open();
  const faultOf = (blob: Uint8Array): string => {
    const answer = lists.listOf(0, blob);
    return answer.kind === 'fault' ? answer.detail : answer.kind;
  };
  assert.match(faultOf(new Uint8Array(0)), /number of transactions/);
  assert.match(faultOf(Uint8Array.of(1, 9)), /version: expected 0, got 9/);
  assert.match(faultOf(new Uint8Array(10_000_000)), /10000000 bytes/);
  // Of another chain.
  assert.match(faultOf(blobOf({ chain: 5 })), /coinbase: groups/);
  assert.equal(walker.asked.length, 0);
  const broken = blobOf({ transfers: LONG }).fill(9, 300);
  assert.equal(lists.listOf(0, broken).kind, 'walking');
  walker.asked.shift()!.done({ fault: 'broken' });
  assert.deepEqual(ready, [0]);
  assert.equal(faultOf(broken), 'broken');
  assert.equal(walker.asked.length, 0);
});

test('a thread walks, scripts included, and is started again when it died', async () => {
  const workers: import('node:worker_threads').Worker[] = [];
  const { Worker } = await import('node:worker_threads');
  const file = new URL('../../../polw/lists/thread.js', import.meta.url);
  const walker = new ThreadListWalker(() => {
    const worker = new Worker(file);
    workers.push(worker);
    return worker;
  });
  const { lists, ready } = open(walker);
  const blob = blobOf({ transfers: LONG });
  assert.equal(lists.listOf(0, blob).kind, 'walking');
  await waitFor('the list', () => ready.length === 1);
  assert.deepEqual(listIn(lists.listOf(0, blob)).list, walkTransactions(blob, endOfScript).list);
  // What is dropped, too.
  const dear = blobOf({ chain: 1, transfers: [...LONG, makeTransfer('dear', { gasPrice: 10n ** 13n })] });
  assert.equal(lists.listOf(1, dear).kind, 'walking');
  await waitFor('the other list', () => ready.length === 2);
  assert.equal(listIn(lists.listOf(1, dear)).list.dropped, 1);
  assert.deepEqual(listIn(lists.listOf(1, dear)).list, walkTransactions(dear, endOfScript).list);
  const broken = blobOf({ transfers: LONG }).fill(9, 300);
  lists.listOf(0, broken);
  await waitFor('the fault', () => ready.length === 3);
  assert.equal(lists.listOf(0, broken).kind, 'fault');

  const results: WalkResult[] = [];
  walker.walk(blob, (result) => results.push(result));
  // Not waited for: it keeps no program alive.
  void workers[0]!.terminate();
  await waitFor('the end of the thread', () => results.length === 1);
  walker.walk(blob, (result) => results.push(result));
  await waitFor('a list of the next thread', () => results.length === 2);
  assert.ok('list' in results[1]!);
  assert.equal(workers.length, 2);
});

test('a system without room for a thread is a fault', async () => {
  const walker = new ThreadListWalker(() => {
    throw new Error('no room');
  });
  const results: WalkResult[] = [];
  walker.walk(Uint8Array.of(1), (result) => results.push(result));
  await waitFor('the fault', () => results.length === 1);
  assert.deepEqual(results, [{ fault: 'no thread for it: no room' }]);
});
