import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { BareServer } from '../../../bench/pool-load/bare/bare-server.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS } from '../../../protocol/chain.js';
import { joinHeader, NONCE_BYTES } from '../../../protocol/header.js';
import { NODE_KEEPS_TXS } from '../../../protocol/job.js';
import { blockHash, chainOfHash, meetsTarget } from '../../../protocol/pow.js';
import { seededBytes } from '../../support/seeded-bytes.js';

/** Every fourth hash of the right chain meets its target. */
const WORK = 64n;

const server = new BareServer(WORK);
setJobs('first');
const socket = connect(await server.listen(0, '127.0.0.1'), '127.0.0.1');
const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
after(() => {
  socket.destroy();
  server.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers of every form.
type Message = any;

function setJobs(seed: string): void {
  server.setJobs(
    ALL_CHAINS.map((chain) => ({
      chain,
      headerBlob: seededBytes(`${seed} ${chain}`, 302),
      txsBlob: NODE_KEEPS_TXS,
      target: new Uint8Array(32),
      height: 1,
    })),
  );
}

async function next(): Promise<Message> {
  return JSON.parse((await lines.next()).value as string);
}

let id = 10;

async function submit(jobId: string, nonce: string): Promise<Message> {
  const params = { jobId, fromGroup: 0, toGroup: 0, nonce, worker: 'anybody.w' };
  socket.write(`${JSON.stringify({ id: ++id, method: 'mining.submit', params })}\n`);
  const answer = await next();
  equal(answer.id, id);
  return answer.error?.code ?? answer.result;
}

/** A nonce under an extranonce with this chain and work, by the oracle. */
function nonceWith(
  extranonce: string,
  headerBlob: Uint8Array,
  wish: { chain: boolean; work: boolean },
): string {
  for (let i = 0; ; i++) {
    const nonce = extranonce + i.toString(16).padStart(2 * NONCE_BYTES - extranonce.length, '0');
    const hash = blockHash(joinHeader(Buffer.from(nonce, 'hex'), headerBlob));
    if ((chainOfHash(hash) === 0) === wish.chain && meetsTarget(hash, server.target) === wish.work)
      return nonce;
  }
}

test('the bare server refuses what is no share, and takes each share once', async () => {
  await once(socket, 'connect');
  equal((await next()).method, 'mining.set_difficulty');
  socket.write('{"id":1,"method":"mining.subscribe","params":[]}\n{"id":2,"method":"mining.autho');
  socket.write('rize","params":["anybody.w","x"]}\n');
  equal((await next()).id, 1);
  deepEqual(await next(), { id: 2, result: true, error: null });
  const [extranonce] = (await next()).params as [string];
  const [job] = (await next()).params;
  const headerBlob = seededBytes('first 0', 302);
  equal(job.headerBlob, bytesToHex(headerBlob));
  equal(job.targetBlob, bytesToHex(server.target));

  const good = nonceWith(extranonce, headerBlob, { chain: true, work: true });
  equal(await submit(job.jobId, good), true);
  equal(await submit(job.jobId, good), 24);
  equal(await submit(job.jobId, good.toUpperCase()), 24);
  equal(await submit(job.jobId, `${good}00`), 23);
  equal(await submit(job.jobId, nonceWith('ffff', headerBlob, { chain: true, work: true })), 23);
  equal(await submit(job.jobId, nonceWith(extranonce, headerBlob, { chain: false, work: true })), 26);
  equal(await submit(job.jobId, nonceWith(extranonce, headerBlob, { chain: true, work: false })), 25);
  equal(await submit('none', good), 20);

  setJobs('second');
  equal((await next()).method, 'mining.notify');
  equal(await submit(job.jobId, good), 24, 'the job before is still taken');
  setJobs('third');
  equal((await next()).method, 'mining.notify');
  equal(await submit(job.jobId, good), 20);
});
