import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesToBigInt, bytesToHex, concatBytes, hexToBytes, u32Bytes } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import {
  decodeClientMessage,
  decodeNodeMessage,
  encodeJobs,
  encodeSubmitBlock,
  encodeSubmitResult,
} from '../../protocol/frames.js';
import { HEADER_BYTES } from '../../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { targetBytes, targetOfBits } from '../../protocol/target.js';
import { anyChain, anyJobs, bytesOf, damaged } from '../support/arbitraries.js';
import { assertRefused, decodesOrRefuses } from '../support/decoding.js';
import { readVectors } from '../support/vectors.js';

interface RecordedJobs {
  readonly frame: string;
  readonly jobs: readonly {
    readonly fromGroup: number;
    readonly toGroup: number;
    readonly headerBlob: string;
    readonly txsBlob: string;
    readonly target: string;
    readonly height: number;
  }[];
}

interface RecordedSubmission {
  readonly case: string;
  readonly frame: string;
  readonly hash: string;
  readonly accepted: boolean;
  readonly result: string;
}

const recorded = readVectors<{ jobs: RecordedJobs[]; submissions: RecordedSubmission[] }>('node-frames');
const jobsFrame = hexToBytes(recorded.jobs[0]!.frame);
const submissionFrame = hexToBytes(recorded.submissions[0]!.frame);
const resultFrame = hexToBytes(recorded.submissions[0]!.result);

for (const [i, { frame, jobs }] of recorded.jobs.entries()) {
  test(`recorded Jobs ${i} decode to what was recorded, and back to their bytes`, () => {
    const message = decodeNodeMessage(hexToBytes(frame));
    assert.ok(message.type === 'jobs');
    assert.deepEqual(
      message.jobs,
      jobs.map((job) => ({
        chain: chainIndex(job.fromGroup, job.toGroup),
        headerBlob: hexToBytes(job.headerBlob),
        txsBlob: [hexToBytes(job.txsBlob)],
        target: targetBytes(BigInt(`0x${job.target}`)),
        height: job.height,
      })),
    );
    assert.equal(bytesToHex(encodeJobs(message.jobs)), frame);
  });

  test(`recorded Jobs ${i} have the target that their header says`, () => {
    const message = decodeNodeMessage(hexToBytes(frame));
    assert.ok(message.type === 'jobs');
    for (const job of message.jobs) {
      const bits = new DataView(job.headerBlob.buffer, job.headerBlob.byteOffset + 298).getUint32(0);
      assert.equal(bytesToBigInt(job.target), targetOfBits(bits));
    }
  });
}

for (const submission of recorded.submissions) {
  test(`recorded submission "${submission.case}" and its verdict, both ways`, () => {
    const block = decodeClientMessage(hexToBytes(submission.frame));
    assert.equal(bytesToHex(blockHash(block.header)), submission.hash);
    assert.equal(bytesToHex(encodeSubmitBlock(block.header, [block.txsBlob])), submission.frame);
    const result = decodeNodeMessage(hexToBytes(submission.result));
    assert.ok(result.type === 'submitResult');
    assert.equal(bytesToHex(result.blockHash), submission.hash);
    assert.equal(result.accepted, submission.accepted);
    assert.equal(result.chain, chainOfHash(result.blockHash));
    assert.equal(bytesToHex(encodeSubmitResult(result)), submission.result);
  });
}

test('accepted submissions meet the target of their header, the one of low difficulty does not', () => {
  for (const { case: name, frame, accepted } of recorded.submissions) {
    const { header } = decodeClientMessage(hexToBytes(frame));
    const bits = new DataView(header.buffer, header.byteOffset + 322).getUint32(0);
    const meets = meetsTarget(blockHash(header), targetBytes(targetOfBits(bits)));
    if (accepted) assert.ok(meets, name);
    if (name === 'low difficulty') assert.ok(!meets);
  }
});

/** A Jobs frame of one job, some of its payload replaced. */
function oneJob(replace: {
  from?: number;
  to?: number;
  headerBlob?: Uint8Array;
  target?: Uint8Array;
}): Uint8Array {
  const blob = (bytes: Uint8Array): Uint8Array => concatBytes(u32Bytes(bytes.length), bytes);
  return frameOf(
    concatBytes(
      Uint8Array.of(1, 0),
      u32Bytes(1),
      u32Bytes(replace.from ?? 1),
      u32Bytes(replace.to ?? 2),
      blob(replace.headerBlob ?? new Uint8Array(302)),
      blob(Uint8Array.of(0)),
      blob(replace.target ?? Uint8Array.of(1)),
      u32Bytes(7),
    ),
  );
}

function frameOf(body: Uint8Array): Uint8Array {
  return concatBytes(u32Bytes(body.length), body);
}

const FROM_GROUP = 10;
const HEADER_BLOB = 18;
const TARGET = HEADER_BLOB + 4 + 302 + 4 + 1;

test('a well-formed frame of one job decodes: the refusals below are of what they change', () => {
  const message = decodeNodeMessage(oneJob({}));
  assert.ok(message.type === 'jobs');
  assert.equal(message.jobs[0]?.chain, 6);
  const negative = Uint8Array.of(0, ...new Uint8Array(32).fill(0xff));
  const largest = decodeNodeMessage(oneJob({ target: negative }));
  assert.ok(largest.type === 'jobs');
  assert.equal(bytesToHex(largest.jobs[0]!.target), 'ff'.repeat(32));
});

for (const [what, frame, position, words] of [
  [
    'a header blob of 301 bytes',
    oneJob({ headerBlob: new Uint8Array(301) }),
    HEADER_BLOB,
    /302 bytes, got 301/,
  ],
  [
    'a header blob of 303 bytes',
    oneJob({ headerBlob: new Uint8Array(303) }),
    HEADER_BLOB,
    /302 bytes, got 303/,
  ],
  ['an empty header blob', oneJob({ headerBlob: new Uint8Array(0) }), HEADER_BLOB, /302 bytes, got 0/],
  ['a target of no bytes', oneJob({ target: new Uint8Array(0) }), TARGET, /above 0/],
  ['a target of 0', oneJob({ target: Uint8Array.of(0) }), TARGET, /above 0/],
  ['a target of 32 zero bytes', oneJob({ target: new Uint8Array(32) }), TARGET, /above 0/],
  ['a negative target', oneJob({ target: Uint8Array.of(0x80, 1) }), TARGET, /above 0/],
  ['a target of 2^256', oneJob({ target: Uint8Array.of(1, ...new Uint8Array(32)) }), TARGET, /2\^256 - 1/],
  [
    'a target of 34 bytes',
    oneJob({ target: Uint8Array.of(...new Uint8Array(33), 1) }),
    TARGET,
    /33 bytes, got 34/,
  ],
  ['a from group of 4', oneJob({ from: 4 }), FROM_GROUP, /0 to 3, got 4 and 2/],
  ['a to group of 2^32 - 1', oneJob({ to: 0xffffffff }), FROM_GROUP, /0 to 3, got 1 and 4294967295/],
] as const) {
  test(`Jobs with ${what} are refused whole, with the position`, () => {
    assertRefused(() => decodeNodeMessage(frame), position, words);
  });
}

test('Jobs with a chain twice are refused at the second job', () => {
  const [job] = decodeJobsOf(jobsFrame);
  const frame = encodeJobs([job!, job!]);
  assertRefused(
    () => decodeNodeMessage(frame),
    FROM_GROUP + (frame.length - FROM_GROUP) / 2,
    /a second time/,
  );
});

function decodeJobsOf(frame: Uint8Array) {
  const message = decodeNodeMessage(frame);
  assert.ok(message.type === 'jobs');
  return message.jobs;
}

test('more jobs than chains are refused before any is read', () => {
  const frame = jobsFrame.slice();
  frame.set(u32Bytes(0xffffffff), 6);
  assertRefused(() => decodeNodeMessage(frame), 6, /at most 16, got 4294967295/);
});

test('a blob that goes beyond the frame is refused', () => {
  const frame = jobsFrame.slice();
  frame.set(u32Bytes(0xffffffff), HEADER_BLOB);
  assertRefused(() => decodeNodeMessage(frame), HEADER_BLOB, /expected 4294967295 bytes/);
});

for (const [name, frame, decode] of [
  ['Jobs', jobsFrame, decodeNodeMessage],
  ['SubmitResult', resultFrame, decodeNodeMessage],
  ['SubmitBlock', submissionFrame, decodeClientMessage],
] as const) {
  const body = frame.subarray(4);

  test(`${name} with a trailing byte is refused, inside the frame and behind it`, () => {
    assertRefused(
      () => decode(frameOf(concatBytes(body, Uint8Array.of(0)))),
      frame.length,
      /1 bytes too many/,
    );
    assertRefused(() => decode(concatBytes(frame, Uint8Array.of(0))), 0, /expected \d+ bytes, got/);
  });

  test(`${name} of another version is refused`, () => {
    for (const version of [0, 2, 255]) {
      const other = frame.slice();
      other[4] = version;
      assertRefused(() => decode(other), 4, /version: expected 1/);
    }
  });

  test(`${name} of an unknown type is refused`, () => {
    for (const type of [2, 255]) {
      const other = frame.slice();
      other[5] = type;
      assertRefused(() => decode(other), 5, /message type/);
    }
  });

  test(`${name} cut short anywhere is refused`, () => {
    for (let length = 0; length < body.length; length += length < 400 ? 1 : 97) {
      const cut = frameOf(body.subarray(0, length));
      assert.equal(decodesOrRefuses(decode, cut), undefined, `${length} bytes`);
    }
  });

  test(`${name} damaged: a message or a DecodeError`, () => {
    fc.assert(
      fc.property(damaged(frame), (bytes) => {
        decodesOrRefuses(decode, bytes);
        // With a length that is right again, the damage gets past the first check.
        decodesOrRefuses(decode, frameOf(bytes.subarray(4)));
      }),
      { numRuns: 500 },
    );
  });
}

test('random bytes: a message or a DecodeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      for (const decode of [decodeNodeMessage, decodeClientMessage]) {
        decodesOrRefuses(decode, bytes);
        decodesOrRefuses(decode, frameOf(concatBytes(Uint8Array.of(1, bytes.length & 1), bytes)));
      }
    }),
    { numRuns: 500 },
  );
});

test('a verdict that is neither 0 nor 1, and a block without a whole header, are refused', () => {
  const verdict = resultFrame.slice();
  verdict[verdict.length - 1] = 2;
  assertRefused(() => decodeNodeMessage(verdict), verdict.length - 1, /expected 0 or 1, got 2/);
  const short = encodeSubmitBlock(new Uint8Array(HEADER_BYTES - 1), []);
  assertRefused(() => decodeClientMessage(short), 6, /at least 326 bytes, got 325/);
});

test('every message comes back from its frame', () => {
  fc.assert(
    fc.property(anyJobs, (jobs) => {
      assert.deepEqual(decodeNodeMessage(encodeJobs(jobs)), { type: 'jobs', jobs });
    }),
  );
  fc.assert(
    fc.property(anyChain, bytesOf(32), fc.boolean(), (chain, blockHash, accepted) => {
      const result = { chain, blockHash, accepted };
      assert.deepEqual(decodeNodeMessage(encodeSubmitResult(result)), { type: 'submitResult', ...result });
    }),
  );
  fc.assert(
    fc.property(bytesOf(HEADER_BYTES), fc.uint8Array(), (header, txsBlob) => {
      const cut = txsBlob.length >> 1;
      const frame = encodeSubmitBlock(header, [txsBlob.subarray(0, cut), txsBlob.subarray(cut)]);
      assert.deepEqual(decodeClientMessage(frame), { type: 'submitBlock', header, txsBlob });
    }),
  );
});
