// Found blocks are on record before they are sent, and a later run finds out what became of them.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { BlockRecord, RecordedBlock } from '../../polw/block-record.js';
import { RecordedNodes } from '../../polw/recorded-nodes.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { NODE_KEEPS_TXS, type SentBlock } from '../../protocol/job.js';
import { blockHash } from '../../protocol/pow.js';
import { closeAll, closers } from '../support/closers.js';
import { FakeRest } from '../support/fake-rest.js';
import { ManualNodes, ToldEvents } from '../support/manual-nodes.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

/** A record in memory, whose disk a test holds up. */
class HeldRecord implements BlockRecord {
  readonly kept = new Map<string, RecordedBlock>();
  readonly earlier: readonly RecordedBlock[];
  disk: Promise<void> = Promise.resolve();
  /** Of finds. */
  notes: Promise<void> = Promise.resolve();

  constructor(earlier: readonly RecordedBlock[] = []) {
    this.earlier = earlier;
    for (const block of earlier) this.kept.set(block.hash, block);
  }

  async put(block: RecordedBlock): Promise<void> {
    await this.disk;
    this.kept.set(block.hash, block);
  }

  async drop(hash: string): Promise<void> {
    this.kept.delete(hash);
  }
}

const blockOf = (seed: number): SentBlock => ({
  header: new Uint8Array(326).fill(seed),
  txsBlob: [Uint8Array.of(1, seed)],
});
const hashOf = ({ header }: SentBlock): string => bytesToHex(blockHash(header));
const recorded = (block: SentBlock): RecordedBlock => ({ ...block, hash: hashOf(block), find: undefined });

/** One node with a session, and a REST API that says which blocks it has. */
async function open(record: HeldRecord) {
  const rest = await FakeRest.listen();
  closers.push(() => rest.close());
  const nodes = new ManualNodes();
  const find = { hash: '', chain: 3, height: 7 };
  const recordedNodes = new RecordedNodes({
    nodes,
    record,
    findOf: () => find,
    note: () => record.notes,
  });
  closers.push(() => recordedNodes.close());
  const told = new ToldEvents();
  recordedNodes.open(told);
  const connect = (id = 1) => {
    const [session] = nodes.connect([id]);
    nodes.nodes = nodes.nodes.map((node) => ({
      ...node,
      endpoint: { host: '127.0.0.1', port: 1, restPort: rest.port },
    }));
    nodes.lead(session!, []);
    return session!;
  };
  const answer = (block: SentBlock, accepted: boolean): void =>
    nodes.events!.onVerdict(nodes.nodes[0]!.session!, blockHash(block.header), accepted);
  const verdicts = () => told.verdicts.map(({ hash, accepted }) => `${bytesToHex(hash)} ${accepted}`);
  return { rest, nodes, recordedNodes, told, connect, answer, verdicts, find };
}

const sentBy = ({ submitted }: ManualNodes): string[] =>
  submitted.map((block) => bytesToHex(blockHash(block.header)));

test('a block is on record, with its find, before it goes out, and no longer once a node has taken it', async () => {
  const record = new HeldRecord();
  let write = (): void => {};
  record.disk = new Promise((resolve) => {
    write = resolve;
  });
  const lab = await open(record);
  const block = blockOf(5);
  assert.equal(lab.recordedNodes.submit(lab.connect(), block.header, block.txsBlob), true);
  await new Promise(setImmediate);
  assert.equal(lab.nodes.submitted.length, 0);
  write();
  await waitFor('it goes out', () => lab.nodes.submitted.length === 1);
  assert.deepEqual(lab.nodes.submitted[0]!.txs, block.txsBlob[0]);
  assert.deepEqual([...record.kept.values()], [{ ...block, hash: hashOf(block), find: lab.find }]);
  lab.answer(block, true);
  assert.deepEqual(lab.verdicts(), [`${hashOf(block)} true`]);
  assert.equal(record.kept.size, 0);
});

test('a refused block is told once, and is on record no longer', async () => {
  const record = new HeldRecord();
  const lab = await open(record);
  const block = blockOf(6);
  lab.recordedNodes.submit(lab.connect(), block.header, block.txsBlob);
  await waitFor('it goes out', () => lab.nodes.submitted.length === 1);
  lab.answer(block, false);
  assert.deepEqual(lab.verdicts(), [`${hashOf(block)} false`]);
  assert.equal(record.kept.size, 0);
});

test('a block whose transactions its node keeps is sent at once, and is not on record', async () => {
  const record = new HeldRecord();
  record.disk = new Promise(() => {});
  const lab = await open(record);
  const session = lab.connect();
  const { header } = blockOf(7);
  assert.equal(lab.recordedNodes.submit(session, header, NODE_KEEPS_TXS), true);
  assert.equal(lab.nodes.submitted.length, 1);
  assert.equal(lab.recordedNodes.submit({ id: 9 }, header, NODE_KEEPS_TXS), false);
  lab.answer(blockOf(7), true);
  assert.equal(lab.verdicts().length, 1);
});

test('blocks of an earlier run: one that a node has stays unsent, one that none has is sent again, and neither is told as a verdict', async () => {
  const [known, lost] = [blockOf(8), blockOf(9)];
  const record = new HeldRecord([recorded(known), recorded(lost)]);
  const lab = await open(record);
  lab.rest.blocks.add(hashOf(known));
  lab.connect();
  await waitFor('the lost one', () => lab.nodes.submitted.length > 0, 10_000);
  assert.deepEqual(sentBy(lab.nodes), [hashOf(lost)]);
  assert.deepEqual(lab.nodes.submitted[0]!.txs, lost.txsBlob[0]);
  await waitFor('the known one', () => !record.kept.has(hashOf(known)));
  assert.ok(record.kept.has(hashOf(lost)), 'it has not arrived yet');
  // Refused, since the node had it from somebody else meanwhile: that says nothing.
  lab.answer(lost, false);
  assert.ok(record.kept.has(hashOf(lost)));
  lab.answer(lost, true);
  assert.equal(record.kept.size, 0);
  assert.deepEqual(lab.verdicts(), []);
  assert.deepEqual(lab.told.notices, [
    'info polw: found blocks of an earlier run, which are looked up: 2',
    `info polw: block ${hashOf(known)} of an earlier run: a node has it`,
    `info polw: block ${hashOf(lost)} of an earlier run: a node has it`,
  ]);
});

test('found while no node is there: it stays on record, and goes to the node that comes', async () => {
  const record = new HeldRecord();
  const lab = await open(record);
  const block = blockOf(10);
  assert.equal(lab.recordedNodes.submit({ id: 1 }, block.header, block.txsBlob), true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(record.kept.has(hashOf(block)));
  lab.connect(2);
  await waitFor('it goes out', () => sentBy(lab.nodes).includes(hashOf(block)), 10_000);
});

test('a record that can not be written: the block is sent all the same, and that is told once', async () => {
  const record = new HeldRecord();
  const lab = await open(record);
  const session = lab.connect();
  record.disk = Promise.reject(new Error('no room'));
  record.disk.catch(() => {});
  for (const seed of [11, 12]) lab.recordedNodes.submit(session, blockOf(seed).header, blockOf(seed).txsBlob);
  await waitFor('both go out', () => lab.nodes.submitted.length === 2);
  record.disk = Promise.resolve();
  lab.recordedNodes.submit(session, blockOf(13).header, blockOf(13).txsBlob);
  await waitFor('the third goes out', () => lab.nodes.submitted.length === 3);
  assert.deepEqual(lab.told.notices, [
    "warn polw: a found block can't be put on record, and is sent all the same: no room",
    'info polw: found blocks are put on record again',
  ]);
});

test('ended while a block is written: it is not sent any more, and the next run has it', async () => {
  const record = new HeldRecord();
  const lab = await open(record);
  const block = blockOf(14);
  lab.recordedNodes.submit(lab.connect(), block.header, block.txsBlob);
  lab.recordedNodes.close();
  await waitFor('it is written', () => record.kept.size === 1);
  await new Promise(setImmediate);
  assert.equal(lab.nodes.submitted.length, 0);
});

test('it goes out once it is kept that it is a find, too', async () => {
  const record = new HeldRecord();
  let write = (): void => {};
  record.notes = new Promise((resolve) => {
    write = resolve;
  });
  const lab = await open(record);
  const block = blockOf(15);
  lab.recordedNodes.submit(lab.connect(), block.header, block.txsBlob);
  await waitFor('it is on record', () => record.kept.size === 1);
  await new Promise(setImmediate);
  assert.equal(lab.nodes.submitted.length, 0);
  write();
  await waitFor('it goes out', () => lab.nodes.submitted.length === 1);
});
