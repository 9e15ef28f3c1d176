import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { hearHangUp } from '../../cli/hang-up.js';

function setting(terminals: Set<number>) {
  const heard: string[] = [];
  const signals = new EventEmitter();
  const stop = hearHangUp({
    onReload: () => heard.push('reload'),
    onHangUp: () => heard.push('hang up'),
    isTerminal: (stream) => terminals.has(stream),
    signals,
  });
  return { heard, signals, stop };
}

test('the signal asks for files to be read anew, as often as it comes', () => {
  for (const terminals of [new Set<number>(), new Set([0, 1, 2])]) {
    const { heard, signals, stop } = setting(terminals);
    signals.emit('SIGHUP');
    signals.emit('SIGHUP');
    assert.deepEqual(heard, ['reload', 'reload']);
    stop();
    signals.emit('SIGHUP');
    assert.equal(heard.length, 2);
  }
});

test('a terminal that is gone is the end, even if it was stdin alone', () => {
  const terminals = new Set([0]);
  const { heard, signals } = setting(terminals);
  terminals.clear();
  signals.emit('SIGHUP');
  assert.deepEqual(heard, ['hang up']);
});
