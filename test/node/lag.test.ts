import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Lag, laggingChain, updateLag } from '../../node/lag.js';
import { makeJob, makeJobs } from '../support/jobs.js';

const level = (height: number) => makeJobs({ height });
/** Jobs of all chains at one height, but for one chain. */
const except = (chain: number, height: number, others = 10) =>
  makeJobs({ height: others }).map((job) => (job.chain === chain ? makeJob({ chain, height }) : job));

test('one height ahead is a block on its way, two are a lag that is counted from its beginning', () => {
  let lag: Lag = updateLag([], [level(10), except(5, 11)], 0);
  assert.equal(laggingChain(lag[0]!, 1e9, 5_000), undefined);
  lag = updateLag(lag, [level(10), except(5, 12)], 1_000);
  lag = updateLag(lag, [level(10), except(5, 14)], 4_000);
  assert.equal(laggingChain(lag[0]!, 5_999, 5_000), undefined);
  assert.equal(laggingChain(lag[0]!, 6_000, 5_000), 5);
  assert.equal(laggingChain(lag[1]!, 6_000, 5_000), undefined);
});

test('who catches up in between begins anew; another chain has a time of its own', () => {
  let lag = updateLag([], [level(10), except(5, 12)], 0);
  lag = updateLag(lag, [except(5, 11), except(5, 12)], 3_000);
  lag = updateLag(lag, [except(5, 11), except(5, 13)], 4_000);
  assert.equal(laggingChain(lag[0]!, 8_999, 5_000), undefined);
  lag = updateLag(lag, [except(5, 13), except(6, 12)], 8_000);
  assert.equal(laggingChain(lag[0]!, 9_500, 5_000), undefined);
  assert.equal(laggingChain(lag[0]!, 13_000, 5_000), 6);
});

test('nodes without jobs are neither ahead nor behind, and two may be behind each other', () => {
  const lag = updateLag([], [undefined, level(10)], 0);
  assert.equal(laggingChain(lag[0]!, 1e9, 0), undefined);
  assert.equal(laggingChain(lag[1]!, 1e9, 0), undefined);
  const split = updateLag([], [except(0, 12), except(1, 12), []], 0);
  assert.deepEqual(
    split.map((of) => laggingChain(of, 1, 0)),
    [1, 0, undefined],
  );
});
