import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_HELD_FRAME_BYTES, PatientFrameReader } from '../../devnet/frame-reader.js';
import { concatBytes, u32Bytes } from '../../protocol/bytes.js';
import { encodeSubmitBlock } from '../../protocol/frames.js';
import { solve } from '../support/raw-miner.js';
import { setUp, submit, TXS_BLOB } from './setting.js';

test('frames split and glued', async (t) => {
  const { connect } = await setUp(t);
  const miner = await connect();
  const jobs = await miner.jobs();
  const bytes = concatBytes(
    ...[1, 2, 3].map((chain) => encodeSubmitBlock(solve(jobs[chain]!, { enoughWork: false }), TXS_BLOB)),
  );
  miner.send(bytes);
  for (const chain of [1, 2, 3]) assert.equal((await miner.result()).chain, chain);
  for (const byte of bytes) {
    miner.send(Uint8Array.of(byte));
    await new Promise(setImmediate);
  }
  for (const chain of [1, 2, 3]) assert.equal((await miner.result()).chain, chain);
});

test('bytes that are no submission get no answer, and the connection serves on', async (t) => {
  const { connect } = await setUp(t);
  const header = new Uint8Array(326).fill(7);
  const good = encodeSubmitBlock(header, TXS_BLOB);
  const cases: Record<string, Uint8Array> = {
    'version 0': good.with(4, 0),
    'unknown type': good.with(5, 9),
    'no body': u32Bytes(0),
    'shorter than a header': encodeSubmitBlock(header, []),
    'a blob beyond the body': good.with(9, 0x48),
    'more transactions than one byte': encodeSubmitBlock(header, [new Uint8Array(2)]),
    'another number of deps': encodeSubmitBlock(header.with(25, 8), TXS_BLOB),
    'a frame of 100 KB': concatBytes(u32Bytes(100_000), new Uint8Array(100_000)),
  };
  const miner = await connect();
  const jobs = await miner.jobs();
  for (const [name, bytes] of Object.entries(cases)) {
    miner.send(bytes);
    assert.ok(await miner.isSilent(20), name);
    submit(miner, solve(jobs[1]!, { enoughWork: false }));
    assert.equal((await miner.result()).accepted, false, name);
  }
});

for (const length of [0x7fffffff, 0x80000000, 0xffffffff]) {
  test(`a frame that announces ${length} bytes: silence, and an open connection`, async (t) => {
    const { connect } = await setUp(t);
    const miner = await connect();
    const jobs = await miner.jobs();
    miner.send(u32Bytes(length));
    for (let i = 0; i < 50; i++) submit(miner, solve(jobs[1]!, { enoughWork: false }));
    assert.ok(await miner.isSilent());
    const other = await connect();
    submit(other, solve((await other.jobs())[1]!));
    assert.equal((await other.result()).accepted, true);
  });
}

test('the frame reader gives every frame of a stream, however it is cut, and passes over long ones', () => {
  const frame = (length: number): Uint8Array =>
    concatBytes(
      u32Bytes(length),
      Uint8Array.from({ length }, (_, i) => i),
    );
  const short = [0, 1, 333, MAX_HELD_FRAME_BYTES].map(frame);
  const long = frame(MAX_HELD_FRAME_BYTES + 1);
  const stream = concatBytes(short[0]!, long, short[1]!, short[2]!, long, long, short[3]!);
  for (const size of [1, 3, 4, 5, 1000, 65_540, stream.length]) {
    const reader = new PatientFrameReader();
    const frames: Uint8Array[] = [];
    // One byte at a time only over the ends of the long frames: each chunk copies what is held.
    const step = size < 1000 ? size * 997 : size;
    for (let at = 0; at < stream.length; at += step) frames.push(...reader.push(stream.slice(at, at + step)));
    assert.deepEqual(frames, short, `in chunks of ${step}`);
  }
  const reader = new PatientFrameReader();
  const small = concatBytes(short[0]!, short[1]!, short[2]!);
  assert.deepEqual(
    [...small].flatMap((byte) => reader.push(Uint8Array.of(byte))),
    short.slice(0, 3),
  );
});

test('a client that does not read is let go, and one too many is turned away', async (t) => {
  const { devnet, clock, connect } = await setUp(t, { rate: 1, refreshMs: 1_000_000, maxConnections: 2 });
  const deaf = await connect();
  await deaf.jobs();
  deaf.socket.pause();
  const reader = await connect();
  assert.equal(await (await connect()).closed, 'end');
  // What the system holds on the way comes on top of the 1 MiB that is held here.
  for (let i = 0; i < 5000 && devnet.connections() === 2; i++) {
    clock.advance(250);
    await devnet.mineBlock(0);
    reader.waiting.length = 0;
  }
  assert.equal(devnet.connections(), 1);
  assert.ok(!reader.socket.destroyed);
});
