import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { hearEndRequest, SAME_SIGNAL_MS } from '../../cli/end-request.js';

function setting() {
  const signals = new EventEmitter();
  const impatient: string[] = [];
  const clock = { ms: 1_000 };
  let asked = false;
  const end = hearEndRequest({
    signals,
    now: () => clock.ms,
    onImpatience: (signal) => impatient.push(signal),
  });
  void end.asked.then(() => {
    asked = true;
  });
  const settled = async (): Promise<boolean> => {
    await Promise.resolve();
    return asked;
  };
  return { signals, impatient, clock, end, settled };
}

test('a signal asks for the end; another within half a second is the same one', async () => {
  const { signals, impatient, clock, settled } = setting();
  assert.equal(await settled(), false);
  signals.emit('SIGINT', 'SIGINT');
  assert.equal(await settled(), true);
  clock.ms += SAME_SIGNAL_MS - 1;
  signals.emit('SIGINT', 'SIGINT');
  signals.emit('SIGTERM', 'SIGTERM');
  assert.deepEqual(impatient, []);
  assert.equal(signals.listenerCount('SIGINT'), 1, 'one that comes at the last moment kills nobody');
});

test('one that comes later is of somebody who can not wait, and from then on signals do what they always do', () => {
  const { signals, impatient, clock } = setting();
  signals.emit('SIGTERM', 'SIGTERM');
  clock.ms += SAME_SIGNAL_MS;
  signals.emit('SIGINT', 'SIGINT');
  assert.deepEqual(impatient, ['SIGINT']);
  assert.deepEqual([signals.listenerCount('SIGINT'), signals.listenerCount('SIGTERM')], [0, 0]);
});

test('a key that asks for the end counts as a signal', async () => {
  const { signals, impatient, clock, end, settled } = setting();
  end.ask();
  assert.equal(await settled(), true);
  clock.ms += 10;
  signals.emit('SIGINT', 'SIGINT');
  end.ask();
  assert.deepEqual(impatient, []);
  clock.ms += SAME_SIGNAL_MS;
  signals.emit('SIGINT', 'SIGINT');
  assert.deepEqual(impatient, ['SIGINT']);
});
