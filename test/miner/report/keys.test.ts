import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { type KeyModules, type Keys, listenForKeys } from '../../../miner/report/keys.js';

/** A terminal, and what was done with it in order. */
function terminal(t: { after(fn: () => void): void }, parts: { isTTY?: boolean; front?: boolean } = {}) {
  const { isTTY = true, front = true } = parts;
  const done: string[] = [];
  const state = { front };
  const input = Object.assign(new EventEmitter(), {
    isTTY,
    setRawMode: (raw: boolean) => done.push(raw ? 'raw' : 'cooked'),
    resume: () => {},
    pause: () => {},
  });
  const signals = new EventEmitter();
  const modules = {
    input,
    signals,
    stop: () => done.push('stopped'),
    inForeground: () => state.front,
  } as unknown as KeyModules;
  const keys: Keys = listenForKeys(modules, {
    hashrate: () => done.push('hashrate'),
    pause: () => done.push('pause'),
    resume: () => done.push('resume'),
    quit: () => done.push('quit'),
    help: () => done.push('help'),
    inFront: (isFront) => done.push(isFront ? 'front' : 'behind'),
  });
  t.after(() => keys.stop());
  const press = (text: string): boolean => input.emit('data', Buffer.from(text));
  return { keys, press, signals, state, input, done, taken: () => done.splice(0) };
}

test('each key does what it says, several at once too, and others nothing', (t) => {
  const { keys, press, taken } = terminal(t);
  assert.equal(keys.there, true);
  assert.deepEqual(taken(), ['front', 'raw']);
  press('hx');
  press('pr?');
  press('q\x03');
  assert.deepEqual(taken(), ['hashrate', 'pause', 'resume', 'help', 'quit', 'quit']);
  keys.stop();
  assert.deepEqual(taken(), ['cooked']);
  press('q');
  assert.deepEqual(taken(), []);
});

test('Ctrl-Z gives the terminal back before it stops; it is taken again when the process goes on', (t) => {
  const { press, signals, taken } = terminal(t);
  taken();
  press('\x1a');
  assert.deepEqual(taken(), ['cooked', 'behind', 'stopped']);
  press('q');
  assert.deepEqual(taken(), []);
  signals.emit('SIGCONT');
  assert.deepEqual(taken(), ['front', 'raw']);
  press('h');
  assert.deepEqual(taken(), ['hashrate']);
});

test('a process that goes on behind, or was started there, leaves the terminal alone', (t) => {
  const { press, signals, state, taken } = terminal(t);
  press('\x1a');
  taken();
  state.front = false;
  signals.emit('SIGCONT');
  assert.deepEqual(taken(), ['behind']);
  const behind = terminal(t, { front: false });
  assert.equal(behind.keys.there, false);
  assert.deepEqual(behind.taken(), ['behind']);
  behind.keys.stop();
  assert.deepEqual(behind.taken(), []);
});

test('without a terminal there are no keys; one that is gone is no failure', (t) => {
  const { keys, taken } = terminal(t, { isTTY: false });
  assert.equal(keys.there, false);
  assert.deepEqual(taken(), []);
  const { input } = terminal(t);
  input.emit('error', new Error('EIO'));
});
