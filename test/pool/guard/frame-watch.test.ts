import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameWatch } from '../../../pool/guard/frame-watch.js';

/** A masked frame. */
function frame(opcode: number, length: number, final = true): number[] {
  const head = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 0xff] : [];
  if (head.length === 0)
    head.push(127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
  head[0]! |= 0x80;
  // The payload looks like frames: it must not be read as such.
  return [(final ? 0x80 : 0) | opcode, ...head, 1, 2, 3, 4, ...Array.from({ length }, () => 0x89)];
}

test('it tells what is open, what ended, and control frames, wherever the bytes are cut', () => {
  const bytes = Uint8Array.from([
    ...frame(1, 5),
    ...frame(9, 125),
    ...frame(1, 126, false),
    ...frame(10, 0),
    ...frame(0, 0, false),
    ...frame(9, 3),
    ...frame(0, 70_000),
    ...frame(8, 2),
    ...frame(2, 0),
  ]);
  for (const size of [1, 2, 3, 7, 100, 65_536, bytes.length]) {
    const watch = new FrameWatch();
    let controls = 0;
    for (let i = 0; i < bytes.length; i += size) {
      watch.push(bytes.subarray(i, i + size));
      controls += watch.controls;
    }
    assert.equal(controls, 3, `pieces of ${size}`);
    assert.equal(watch.open, false, `pieces of ${size}`);
    assert.equal(watch.ended, true, `pieces of ${size}`);
  }
});

test('a message is open from its first byte to its end; a control frame between does not end it', () => {
  const watch = new FrameWatch();
  assert.equal(watch.open, false);
  const push = (...bytes: readonly number[]): readonly [open: boolean, ended: boolean] => {
    watch.push(Uint8Array.from(bytes));
    return [watch.open, watch.ended];
  };
  assert.deepEqual(push(0x01), [true, false]);
  assert.deepEqual(push(...frame(1, 3, false).slice(1)), [true, false]);
  assert.deepEqual(push(...frame(9, 0)), [true, false]);
  assert.deepEqual(push(...frame(0, 1)), [false, true]);
  assert.deepEqual(push(...frame(1, 1), 0x81), [true, true]);
  assert.deepEqual(push(...frame(1, 0).slice(1)), [false, true]);
});
