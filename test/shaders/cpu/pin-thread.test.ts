import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NativeAddon } from '../../../shaders/cpu/native-addon.js';
import { pinningFault, pinThread } from '../../../shaders/cpu/pin-thread.js';

test('where threads can be bound to CPUs, and why they can not', () => {
  const there = () => ({ variant: 'avx2', file: 'native.node', origin: 'prebuilt', broken: false }) as const;
  const off = () => ({ reason: 'LESSWORK_NATIVE=off is set', broken: false });
  for (const platform of ['linux', 'win32'] as const) {
    assert.equal(pinningFault(there, platform), undefined);
    assert.match(pinningFault(off, platform)!, /there is none here: LESSWORK_NATIVE=off is set$/);
  }
  const asked = () => assert.fail('nothing is tried where the system can not');
  assert.equal(pinningFault(asked, 'darwin'), 'macOS has no way to bind a thread to a CPU');
  assert.match(pinningFault(asked, 'freebsd')!, /^freebsd has no way/);
});

test('what the addon answers', () => {
  const asked: number[] = [];
  const answering = (answer: number) => () =>
    ({
      pin: (cpu: number) => {
        asked.push(cpu);
        return answer;
      },
    }) as unknown as NativeAddon;
  assert.equal(pinThread(3, answering(0)), undefined);
  assert.deepEqual(asked, [3]);
  assert.match(pinThread(3, answering(22))!, process.platform === 'win32' ? /22/ : /^EINVAL$/);
  assert.match(pinThread(3, () => ({}) as NativeAddon)!, /can not/);
  assert.equal(
    pinThread(3, () => {
      throw new Error('no such file');
    }),
    'no such file',
  );
});
