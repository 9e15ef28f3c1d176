import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import { monotonicUs } from '../../../bench/pool-load/monotonic.js';
import { stampOfNotify } from '../../../bench/pool-load/stamp.js';
import { StubNode } from '../../../bench/pool-load/stub-node/stub-node.js';
import { fetchReadiness } from '../../../node/rest.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALL_CHAINS, toGroupOf } from '../../../protocol/chain.js';
import { encodeSubmitBlock } from '../../../protocol/frames.js';
import { decodeHeader, joinHeader, parentOf } from '../../../protocol/header.js';
import { blockHash, chainOfHash } from '../../../protocol/pow.js';
import { bitsOfTarget, MAX_TARGET, targetOfBytes } from '../../../protocol/target.js';
import { RawMiner, solve } from '../../support/raw-miner.js';

const node = await StubNode.start({ intervalMs: 50, blockTarget: MAX_TARGET, port: 0, restPort: 0 });
const miner = await RawMiner.connect(node.port);
after(async () => {
  miner.close();
  await node.close();
});

test('each push has all chains, on new parents, one height up', async () => {
  const [a, b] = [await miner.jobs(), await miner.jobs()];
  deepEqual(
    a.map(({ chain }) => chain),
    ALL_CHAINS,
  );
  for (const [i, job] of a.entries()) {
    const next = b[i]!;
    equal(next.height, job.height + 1);
    notDeepEqual(
      parentOf(next.headerBlob, toGroupOf(job.chain)),
      parentOf(job.headerBlob, toGroupOf(job.chain)),
    );
    const header = decodeHeader(joinHeader(new Uint8Array(24), job.headerBlob));
    equal(chainOfHash(parentOf(job.headerBlob, toGroupOf(job.chain))), job.chain);
    equal(header.targetBits, bitsOfTarget(targetOfBytes(job.target)));
    ok(Math.abs(Number(header.timestamp) - Date.now()) < 60_000);
  }
});

test('a header tells when it was sent', async () => {
  const [job] = await miner.jobs();
  const line = JSON.stringify({ params: [{ jobId: '1', headerBlob: bytesToHex(job!.headerBlob) }] });
  const ageUs = monotonicUs() - stampOfNotify(line);
  ok(ageUs >= 0 && ageUs < 5e6, `${ageUs}`);
  ok(Number.isNaN(stampOfNotify('{"id":1,"result":true}')));
});

test('a block is taken, and answered for its hash', async () => {
  const [job] = await miner.jobs();
  const header = solve(job!);
  miner.send(encodeSubmitBlock(header, job!.txsBlob));
  let verdict: Awaited<ReturnType<RawMiner['result']>> | undefined;
  for (let i = 0; i < 100 && !verdict; i++) {
    try {
      verdict = await miner.result();
    } catch (error) {
      // A push of jobs came in between.
      if (!/expected submitResult/.test(String(error))) throw error;
    }
  }
  deepEqual(verdict, {
    type: 'submitResult',
    chain: job!.chain,
    blockHash: blockHash(header),
    accepted: true,
  });
  equal(node.blocks, 1);
});

test('its REST API says what a pool asks for', async () => {
  const endpoint = { host: '127.0.0.1', port: node.port, restPort: node.restPort };
  deepEqual(await fetchReadiness(endpoint, { timeoutMs: 5_000 }), {
    synced: true,
    hasMinerAddresses: true,
    version: 'v4.6.0',
  });
});
