import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALPH } from '../../protocol/emission.js';
import { blocksOfDemo } from '../support/demo-summary.js';
import { LessworkRun } from '../support/lesswork.js';
import { waitFor } from '../support/wait.js';

const DEPOSITED = 16_000n * ALPH;

/** Most gas of a block whose coinbase spends up to three coins and has change, attoALPH. */
const MOST_GAS = ALPH / 1_000n;

/** Said of an amount that is not 0. */
const BURNT = / burnt (?!0\.0+ )[\d,.]+ ALPH/;

// How long that takes is left to chance, and to the machine.
test('the demo with Proof of Less Work burns coins of its pool, and tells how many', async () => {
  const run = new LessworkRun(['demo', '--polw', '--json']);
  await waitFor(
    'a block that burnt',
    () => {
      if (run.child.exitCode !== null) throw new Error(`it ended before: ${run.stderr}`);
      return run.jsonLines().some(({ name, message }) => name === 'polw' && BURNT.test(String(message)));
    },
    120_000,
  );
  run.child.kill('SIGTERM');
  const accepted = await blocksOfDemo(run);
  const { polw } = run.jsonLines().at(-1) as unknown as {
    polw: { blocks: number; burnt: string; fund: string; netReward: string; void: number };
  };
  assert.ok(polw.blocks >= 1 && polw.blocks <= accepted, run.stdout);
  assert.equal(polw.void, 0);
  const burnt = BigInt(polw.burnt);
  assert.ok(burnt > 0n && BigInt(polw.netReward) > 0n);
  const gas = DEPOSITED - BigInt(polw.fund) - burnt;
  assert.ok(gas >= 0n && gas <= BigInt(polw.blocks) * MOST_GAS, `${gas} attoALPH of gas`);
});
