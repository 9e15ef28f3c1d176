import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { outputIsLog, outputIsResult } from '../../cli/output-role.js';

const error = (code: string): NodeJS.ErrnoException => Object.assign(new Error(`${code}: write`), { code });

/** What the code is after something was done, which must not be this test's own. */
function exitCodeAfter(act: () => void): unknown {
  const before = process.exitCode;
  process.exitCode = 0;
  act();
  const after = process.exitCode;
  process.exitCode = before;
  return after;
}

test('a result that is lost fails the run; a reader that has ended does not', () => {
  const output = new EventEmitter();
  const told: string[] = [];
  outputIsResult(output, (text) => told.push(text));
  const lose = (code: string) => exitCodeAfter(() => output.emit('error', error(code)));
  assert.deepEqual([lose('EPIPE'), told], [0, []]);
  assert.deepEqual([lose('ENOSPC'), lose('ENOSPC')], [1, 1]);
  assert.deepEqual(told, ["lesswork: the result can't be written (the disk is full)\n"]);
});

test('a log that is lost is told once, and costs nothing else; a reader that has ended is told apart', () => {
  const output = new EventEmitter();
  const told: string[] = [];
  let gone = 0;
  outputIsResult(output, () => assert.fail('it is a log'));
  outputIsLog(output, { complain: (text) => told.push(text), onReaderGone: () => gone++ });
  const lose = (code: string) => exitCodeAfter(() => output.emit('error', error(code)));
  assert.deepEqual([lose('ENOSPC'), lose('EIO'), gone], [0, 0, 0]);
  assert.deepEqual(told, [
    "lesswork: the log can't be written (the disk is full): lines are lost, the work goes on\n",
  ]);
  assert.deepEqual([lose('EPIPE'), gone, told.length], [0, 1, 1]);
  // Another part of the run says the same of it.
  outputIsLog(output, { complain: (text) => told.push(text) });
  assert.deepEqual([lose('ENOSPC'), told.length], [0, 1]);
  // The summary of a run is its result.
  outputIsResult(output, (text) => told.push(text));
  assert.equal(lose('ENOSPC'), 1);
  assert.deepEqual(told.slice(1), ["lesswork: the result can't be written (the disk is full)\n"]);
});
