/**
 * Two front ends on two nodes, a network that crosses the threshold and comes back, and everything that happens meanwhile. LESSWORK_POLW_SEED
 * plays one again, LESSWORK_POLW_BLOCKS plays longer.
 * @module
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PolwNetwork } from '../support/polw-network.js';

const BLOCKS = Number(process.env.LESSWORK_POLW_BLOCKS ?? 380);
const SEED = Number(process.env.LESSWORK_POLW_SEED ?? 21);

/** Blocks after which some chains must have crossed. */
const CROSSED_AFTER = 380;

test(`${BLOCKS} blocks on all chains, with LESSWORK_POLW_SEED=${SEED}`, async (t) => {
  t.diagnostic(`LESSWORK_POLW_SEED=${SEED}`);
  const network = await PolwNetwork.open(SEED);
  try {
    while (network.counts.blocks < BLOCKS) await network.step(network.counts.blocks / BLOCKS);
    await network.checkEnd();
  } finally {
    t.diagnostic(JSON.stringify(network.counts));
    await network.close();
  }
  const { own, burning, plain, flips, left, foreign } = network.counts;
  const happened = own > BLOCKS / 4 && burning > BLOCKS / 8 && left > 0 && foreign > 0;
  // The first chains cross after some 300 blocks.
  const crossed = BLOCKS < CROSSED_AFTER || (plain > 0 && flips > 2);
  assert.ok(happened && crossed, JSON.stringify(network.counts));
});
