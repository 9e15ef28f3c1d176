import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { startDevnet } from '../../../devnet/app.js';
import { RestError } from '../../../node/rest.js';
import { parseBlockEntry, parseBlocksByTime } from '../../../polw/reader/block-entry.js';
import type { BlockThreadData } from '../../../polw/reader/block-messages.js';
import { restBlockSource } from '../../../polw/reader/block-source.js';
import { BlockThread } from '../../../polw/reader/thread-block-source.js';
import { hintOfLockupScript } from '../../../protocol/address.js';
import { FUNDED, KEYS, SHIFT } from '../../devnet/polw-setting.js';
import { closeAll, closers } from '../../support/closers.js';
import { freePort } from '../../support/free-port.js';

afterEach(closeAll);

const { address } = KEYS[0]!;
const TERMS = { networkId: 4, hints: new Map([[address.text, hintOfLockupScript(address.lockupScript)]]) };
const OPTIONS = { timeoutMs: 10_000 };
const FILE = new URL('../../../polw/reader/block-thread.js', import.meta.url);

async function open() {
  const devnet = await startDevnet({ rate: 1_000, polw: { shift: SHIFT, support: 'full', coins: FUNDED } });
  closers.push(() => devnet.close());
  const endpoint = { host: devnet.host, port: devnet.minerApiPort, restPort: devnet.restPort };
  const workers: Worker[] = [];
  const thread = new BlockThread(
    () => TERMS.hints.values(),
    (workerData: BlockThreadData) => {
      const worker = new Worker(FILE, { workerData });
      workers.push(worker);
      return worker;
    },
  );
  closers.push(async () => thread.close());
  return {
    endpoint,
    thread,
    workers,
    inThread: thread.sourceOf(endpoint, OPTIONS),
    here: restBlockSource(endpoint, OPTIONS),
  };
}

test('a node tells a thread the same, as far as it is of our addresses', async () => {
  const { inThread, here } = await open();
  const hashes = (await here.hashes(0, 0)) as string[];
  assert.deepEqual(await inThread.hashes(0, 0), hashes);
  assert.equal(await inThread.height(0), await here.height(0));
  const [genesis] = hashes;
  const read = parseBlockEntry(await inThread.block(genesis!), TERMS);
  assert.deepEqual(read, parseBlockEntry(await here.block(genesis!), TERMS));
  assert.ok(read.block.transactions.length > 0);
  const now = Date.now();
  assert.deepEqual(
    parseBlocksByTime(await inThread.blocks(now - 60_000, now), TERMS),
    parseBlocksByTime(await here.blocks(now - 60_000, now), TERMS),
  );
  assert.equal(await inThread.block('00'.repeat(32)), undefined);
});

test('a node that is away is an error in words; so is a thread that ends, and the next call has another one', async () => {
  const { thread, workers, inThread, endpoint } = await open();
  const away = thread.sourceOf({ ...endpoint, restPort: await freePort() }, OPTIONS);
  await assert.rejects(
    away.height(3),
    (error) => error instanceof RestError && /chain-info.*nobody listens there/.test(error.message),
  );
  const call = inThread.blocks(0, 1);
  void workers[0]!.terminate();
  await assert.rejects(call, /the thread that reads blocks ended: exit code 1/);
  assert.equal(await inThread.height(0), 0);
  assert.equal(workers.length, 2);
});
