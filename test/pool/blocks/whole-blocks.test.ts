import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex } from '../../../protocol/bytes.js';
import type { TxsBlob } from '../../../protocol/job.js';
import { makeJob } from '../../support/jobs.js';
import { TestPool } from '../../support/test-pool.js';

const PARTS: TxsBlob = [Uint8Array.of(2), Uint8Array.of(7, 8), Uint8Array.of(9)];

/** A pool on whose newest job of chain 3 a block was found, in a tick that goes on. */
function found(txsBlob?: TxsBlob) {
  const pool = new TestPool();
  const job = { ...makeJob({ chain: 3 }), ...(txsBlob === undefined ? {} : { txsBlob }) };
  pool.upstream.lead([job]);
  const header = pool.pool.board.current(3)!;
  const hash = new Uint8Array(32).fill(5);
  const { bytes } = header;
  pool.pool.submitBlock({ header, bytes, hash, worker: undefined, work: 0n, stale: false });
  return { pool, job };
}

test('a block with all its transactions is on record before it is sent', () => {
  const { pool, job } = found(PARTS);
  assert.equal(pool.upstream.submitted.length, 0);
  const { commits } = pool.journal;
  assert.equal(pool.journal.blocks[0]?.txsBlob, '02070809');
  const commit = pool.journal.commit.bind(pool.journal);
  pool.journal.commit = () => {
    assert.equal(pool.upstream.submitted.length, 0);
    return commit();
  };
  pool.endTick();
  assert.equal(pool.journal.commits, commits + 1);
  assert.deepEqual(
    pool.upstream.submitted.map(({ job, hash }) => [job, hash]),
    [[job, bytesToHex(new Uint8Array(32).fill(5))]],
  );
  pool.endTick();
  assert.equal(pool.upstream.submitted.length, 1);
});

test('it is sent all the same where nothing can be recorded', () => {
  const { pool } = found(PARTS);
  pool.journal.broken = true;
  pool.endTick();
  assert.equal(pool.upstream.submitted.length, 1);
});

test('a block whose node keeps its transactions is sent at once', () => {
  assert.equal(found().pool.upstream.submitted.length, 1);
});
