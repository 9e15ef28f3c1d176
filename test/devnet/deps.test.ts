import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Block, blockId } from '../../devnet/block.js';
import { depChainsOf, depsOf, parentDepOf } from '../../devnet/deps.js';
import { bytesToHex, equalBytes, hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, chainIndex, fromGroupOf } from '../../protocol/chain.js';
import { decodeClientMessage, decodeNodeMessage } from '../../protocol/frames.js';
import { decodeHeader, joinHeader, NONCE_BYTES } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { blockHash, chainOfHash } from '../../protocol/pow.js';
import { readVectors } from '../support/vectors.js';

function depsOfJob(job: Job): readonly Uint8Array[] {
  return decodeHeader(joinHeader(new Uint8Array(NONCE_BYTES), job.headerBlob)).deps;
}

/** A block of which no more is known than what the rule looks at. */
function sketch(hash: Uint8Array, height: number, deps: readonly Uint8Array[]): Block {
  return { hash, id: blockId(hash), height, header: { deps } } as unknown as Block;
}

test('chains of the deps: those of the other groups ascending, then the four of the own group', () => {
  assert.deepEqual(depChainsOf(chainIndex(0, 2)), [5, 10, 15, 0, 1, 2, 3]);
  assert.deepEqual(depChainsOf(chainIndex(2, 1)), [0, 5, 15, 8, 9, 10, 11]);
  assert.deepEqual(ALL_CHAINS.map(parentDepOf).slice(4, 8), [3, 4, 5, 6]);
});

test('the deps of every recorded template follow from the blocks before it', () => {
  const { events } = readVectors<{ events: { from: string; frame: string }[] }>('node-session');
  const tips = new Map<ChainIndex, Block>();
  let genesis: readonly Job[] = [];
  let jobs: readonly Job[] = [];
  let compared = 0;
  // When the recording begins, no chain (g, g) has a block yet: so each sees the first blocks of its whole group.
  const genesisOf = (chain: ChainIndex): Block => {
    const group = fromGroupOf(chain);
    return sketch(depsOfJob(genesis[chainIndex(group, group)]!)[parentDepOf(chain)]!, 0, []);
  };
  for (const { from, frame } of events) {
    if (from === 'client') {
      const { header } = decodeClientMessage(hexToBytes(frame));
      const hash = blockHash(header);
      const chain = chainOfHash(hash);
      tips.set(chain, sketch(hash, jobs[chain]!.height, decodeHeader(header).deps));
      continue;
    }
    const message = decodeNodeMessage(hexToBytes(frame));
    if (message.type !== 'jobs') continue;
    if (jobs.length === 0) genesis = message.jobs;
    const tipOf = (chain: ChainIndex): Block => {
      const job = message.jobs[chain]!;
      return tips.get(chain) ?? sketch(depsOfJob(job)[parentDepOf(chain)]!, job.height - 1, []);
    };
    for (const job of message.jobs) {
      const before = jobs[job.chain];
      const deps = depsOfJob(job);
      const parent = deps[parentDepOf(job.chain)]!;
      // Only a new parent moves the deps of a chain.
      if (!before || equalBytes(parent, depsOfJob(before)[parentDepOf(job.chain)]!)) {
        assert.deepEqual(deps, before ? depsOfJob(before) : deps);
        continue;
      }
      compared++;
      assert.deepEqual(depsOf(job.chain, tipOf, genesisOf).map(bytesToHex), deps.map(bytesToHex));
    }
    jobs = message.jobs;
  }
  assert.equal(compared, 19);
});
