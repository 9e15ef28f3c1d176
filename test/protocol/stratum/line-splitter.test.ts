import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter } from '../../../protocol/stratum/line-splitter.js';

/** Lines of a stream that comes in these chunks, or undefined if it was refused. */
function linesOf(chunks: readonly Uint8Array[], maxBytes: number): string[] | undefined {
  const splitter = new LineSplitter(maxBytes);
  const lines: string[] = [];
  for (const chunk of chunks) {
    const whole = splitter.push(chunk, (line) => {
      lines.push(line);
      return true;
    });
    if (!whole) return undefined;
  }
  return lines;
}

/** A stream cut at some places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

test('lines are the same however the stream is cut, as Buffers and as plain bytes', () => {
  const line = fc.array(
    fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 10),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.boolean(),
      (lines, places, plain) => {
        const bytes = Buffer.from(lines.flatMap((bytesOfLine) => [...bytesOfLine, 10]));
        const expected = lines.map((bytesOfLine) => String.fromCharCode(...bytesOfLine));
        const stream = plain ? Uint8Array.from(bytes) : bytes;
        assert.deepEqual(linesOf(cut(stream, places), 40), expected);
      },
    ),
  );
});

test('every byte is the character of its number, in lines of any length', () => {
  const all = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10);
  const line = Array.from({ length: 40 }, () => all).flat();
  const expected = String.fromCharCode(...line);
  for (const stream of [Uint8Array.from([...line, 10]), Buffer.from([...line, 10])])
    assert.deepEqual(linesOf([stream], line.length), [expected]);
});

test('a line may be as long as the limit and no longer, whole or in pieces', () => {
  const stream = (length: number): Uint8Array => Buffer.from(`${'x'.repeat(length)}\n`);
  for (const places of [[], [3], [1, 2, 3, 9, 10], [10], [11]]) {
    assert.deepEqual(linesOf(cut(stream(10), places), 10), ['x'.repeat(10)]);
    assert.equal(linesOf(cut(stream(11), places), 10), undefined);
  }
  assert.equal(linesOf([Buffer.alloc(11, 120)], 10), undefined);
});

test('a listener that has heard enough hears no more', () => {
  const splitter = new LineSplitter(10);
  const lines: string[] = [];
  splitter.push(Buffer.from('a\nb\nc\n'), (line) => {
    lines.push(line);
    return line !== 'b';
  });
  assert.deepEqual(lines, ['a', 'b']);
});

test('it tells what it holds', () => {
  const splitter = new LineSplitter(10);
  splitter.push(Buffer.from('ab'), () => true);
  splitter.push(Buffer.from('c'), () => true);
  assert.equal(splitter.held, 3);
  splitter.push(Buffer.from('\n'), () => true);
  assert.equal(splitter.held, 0);
});

test('what it holds is its own: a chunk may be written over, and a small part keeps no large chunk alive', () => {
  const splitter = new LineSplitter(10);
  const lines: string[] = [];
  const chunk = Buffer.from('a\nbc');
  const onLine = (line: string): boolean => lines.push(line) > 0;
  splitter.push(chunk, onLine);
  chunk.fill(120);
  splitter.push(Buffer.from('d\n'), onLine);
  assert.deepEqual(lines, ['a', 'bcd']);
});
