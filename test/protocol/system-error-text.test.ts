import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemErrorText } from '../../protocol/system-error-text.js';
import { waitFor } from '../support/wait.js';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('what the system refuses, in words', () => {
  const missing = thrownBy(() => readFileSync(join(tmpdir(), 'lesswork-nowhere', 'x')));
  assert.equal(systemErrorText(missing), 'there is no such file or folder');
  assert.equal(systemErrorText(thrownBy(() => readFileSync(tmpdir()))), 'it is a folder');
});

test('what has no words keeps its own', () => {
  assert.equal(systemErrorText(new Error('odd')), 'odd');
  assert.equal(systemErrorText(Object.assign(new Error('odd: EODD'), { code: 'EODD' })), 'odd: EODD');
  assert.equal(systemErrorText(Object.assign(new Error('x'), { code: 'constructor' })), 'x');
  assert.equal(systemErrorText(Object.assign(new Error(''), { code: 'EODD' })), 'EODD');
  assert.equal(systemErrorText('odd'), 'odd');
});

test("errors of the web's, which have numbers for codes", async () => {
  const signal = AbortSignal.timeout(1);
  // Its timer keeps no process alive: waiting for the event alone would end with nothing to wait for.
  await waitFor('the time is over', () => signal.aborted);
  assert.equal(typeof signal.reason.code, 'number');
  assert.equal(systemErrorText(signal.reason), 'there was no answer in time');
  assert.equal(systemErrorText(new DOMException('stopped', 'AbortError')), 'stopped');
});
