import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesToHex, concatBytes, hexToBytes, u32Bytes } from '../../protocol/bytes.js';
import {
  decodeClientMessage,
  decodeNodeMessage,
  encodeJobs,
  encodeSubmitBlock,
  encodeSubmitResult,
  FrameDecoder,
  MAX_FRAME_BYTES,
} from '../../protocol/frames.js';
import { blockHash } from '../../protocol/pow.js';
import { assertRefused } from '../support/decoding.js';
import { readVectors } from '../support/vectors.js';

const { events } = readVectors<{ events: { from: 'node' | 'client'; frame: string }[] }>('node-session');
const streams = {
  node: events.filter((event) => event.from === 'node').map((event) => hexToBytes(event.frame)),
  client: events.filter((event) => event.from === 'client').map((event) => hexToBytes(event.frame)),
};

/** All frames that a decoder cuts from chunks. */
function cut(chunks: Iterable<Uint8Array>): Uint8Array[] {
  const decoder = new FrameDecoder();
  return [...chunks].flatMap((chunk) => decoder.push(chunk));
}

/** Bytes in chunks of some lengths, taken in turn. */
function* split(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const length = lengths[i % lengths.length]!;
    yield bytes.subarray(start, start + length);
    start += length;
  }
}

test('every frame of a recorded session decodes, and back to its bytes', () => {
  for (const frame of streams.node) {
    const message = decodeNodeMessage(frame);
    assert.deepEqual(message.type === 'jobs' ? encodeJobs(message.jobs) : encodeSubmitResult(message), frame);
  }
  for (const frame of streams.client) {
    const { header, txsBlob } = decodeClientMessage(frame);
    assert.deepEqual(encodeSubmitBlock(header, [txsBlob]), frame);
  }
});

test('every submission of a recorded session has its verdict', () => {
  const verdicts = streams.node.map(decodeNodeMessage).filter((message) => message.type === 'submitResult');
  const submitted = streams.client.map((frame) => bytesToHex(blockHash(decodeClientMessage(frame).header)));
  assert.ok(submitted.length > 0);
  assert.deepEqual(verdicts.map((verdict) => bytesToHex(verdict.blockHash)).sort(), [...submitted].sort());
});

for (const [from, frames] of Object.entries(streams)) {
  const stream = concatBytes(...frames);

  test(`the ${from}'s stream, byte by byte, glued into one chunk, and frame by frame`, () => {
    assert.deepEqual(cut(split(stream, [1])), frames);
    assert.deepEqual(cut([stream]), frames);
    assert.deepEqual(cut(frames), frames);
  });

  test(`the ${from}'s stream in random chunks, empty ones among them`, () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9000 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        lengths.filter((values) => values.some((length) => length > 0)),
        (values) => {
          assert.deepEqual(cut(split(stream, values)), frames);
        },
      ),
      { numRuns: 50 },
    );
  });
}

test('two frames split in two at every byte', () => {
  const pair = streams.client.slice(0, 2);
  const stream = concatBytes(...pair);
  for (let at = 0; at <= stream.length; at++) {
    assert.deepEqual(cut([stream.subarray(0, at), stream.subarray(at)]), pair, `split at ${at}`);
  }
});

test('frames are copies: what is fed later does not change them', () => {
  const decoder = new FrameDecoder();
  const chunk = Buffer.from(streams.client[0]!);
  const [frame] = decoder.push(chunk);
  chunk.fill(0);
  decoder.push(streams.client[1]!);
  assert.deepEqual(frame, streams.client[0]);
});

test('a frame that announces 4 GB, or just over the limit, is refused with its position in the stream', () => {
  const first = streams.client[0]!;
  for (const length of [0xffffffff, MAX_FRAME_BYTES + 1]) {
    const decoder = new FrameDecoder();
    assert.equal(decoder.push(first).length, 1);
    assert.equal(decoder.consumed, first.length);
    assert.deepEqual(decoder.push(u32Bytes(length).subarray(0, 3)), []);
    assertRefused(
      () => decoder.push(u32Bytes(length).subarray(3)),
      first.length,
      new RegExp(`got ${length}`),
    );
  }
  const glued = new FrameDecoder();
  assertRefused(() => glued.push(concatBytes(first, u32Bytes(0xffffffff))), first.length, /at most 8388608/);
});

test('a frame of exactly the limit is taken', () => {
  const decoder = new FrameDecoder(10);
  const frame = concatBytes(u32Bytes(10), new Uint8Array(10));
  assert.deepEqual(decoder.push(frame), [frame]);
  assertRefused(() => decoder.push(u32Bytes(11)), 14, /at most 10 bytes, got 11/);
});

test('frames without a body are cut, for their reader to refuse', () => {
  const empty = u32Bytes(0);
  assert.deepEqual(cut([concatBytes(empty, empty)]), [empty, empty]);
  assertRefused(() => decodeNodeMessage(empty), 4, /version: expected 1 bytes, got 0/);
});

test('a large frame byte by byte neither crashes nor takes more than linear time', () => {
  const body = new Uint8Array(300_000).fill(7);
  const frame = concatBytes(u32Bytes(body.length), body);
  assert.deepEqual(cut(split(frame, [1])), [frame]);
});
