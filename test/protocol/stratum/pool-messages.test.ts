import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesToHex } from '../../../protocol/bytes.js';
import { parsePoolMessage } from '../../../protocol/stratum/pool-messages.js';
import { notifiedJob } from '../../support/fake-pool.js';
import { makeJob, makeJobs } from '../../support/jobs.js';

const parse = (value: object) => parsePoolMessage(JSON.stringify(value));
const notify = (...params: object[]) => {
  const message = parse({ id: null, method: 'mining.notify', params });
  assert.equal(message.kind, 'notify');
  return message as Extract<typeof message, { kind: 'notify' }>;
};
const JOB = makeJob({ chain: 6, parent: 3, target: new Uint8Array(32).fill(1) });

test('one job, and all 16', () => {
  const [job] = notify(notifiedJob(JOB, '1f')).jobs;
  const { txsBlob: _, ...parts } = JOB;
  assert.deepEqual(job, { ...parts, id: '1f' });
  const all = notify(...makeJobs().map((each, i) => notifiedJob(each, i)));
  assert.deepEqual(
    all.jobs.map(({ id, chain }) => [id, chain]),
    Array.from({ length: 16 }, (_, i) => [i, i]),
  );
  assert.deepEqual(all.problems, []);
});

test('a job without an array round it', () => {
  const message = parse({ method: 'mining.notify', params: notifiedJob(JOB, 7) });
  assert.ok(message.kind === 'notify');
  assert.equal(message.jobs[0]!.id, 7);
});

test('of two jobs for one chain the last counts', () => {
  const { jobs } = notify(notifiedJob(JOB, 'a'), notifiedJob(JOB, 'b'));
  assert.deepEqual(
    jobs.map(({ id }) => id),
    ['b'],
  );
});

test('targets: padded, unpadded, padded too far, of odd length, upper case; none leaves it to set_difficulty', () => {
  const target = (targetBlob: unknown) => notify(notifiedJob(JOB, 1, { targetBlob })).jobs[0]?.target;
  const expected = `${'0'.repeat(57)}abcdef1`;
  for (const text of [expected, 'abcdef1', '0ABCDEF1', `0000${expected}`])
    assert.equal(bytesToHex(target(text)!), expected, text);
  for (const none of [undefined, null, '']) assert.equal(target(none), undefined);
  assert.equal(notify(notifiedJob(JOB, 1, { targetBlob: '' })).jobs.length, 1);
});

for (const [what, overrides, expected] of [
  ['a target of 0', { targetBlob: '0000' }, /targetBlob of the job for chain 1-2/],
  ['a target of 33 bytes', { targetBlob: '1'.repeat(66) }, /targetBlob/],
  ['a target that is no hex', { targetBlob: 'xyz' }, /targetBlob/],
  ['a target that is a number', { targetBlob: 12 }, /got 12/],
  ['a header that is short', { headerBlob: '00'.repeat(301) }, /headerBlob.*604 hex digits.*\(602\)/],
  ['a header that is long', { headerBlob: '00'.repeat(303) }, /headerBlob/],
  [
    'a header with another number of deps',
    { headerBlob: '00'.repeat(302) },
    /version 0 and 7 deps, got 0, 0/,
  ],
  ['a header that is no hex', { headerBlob: 'g'.repeat(604) }, /headerBlob/],
  ['no header', { headerBlob: undefined }, /headerBlob.*got undefined/],
  ['a group beyond 3', { fromGroup: 4 }, /fromGroup: expected 0 to 3, got 4/],
  ['a group that is none', { toGroup: 1.5 }, /toGroup/],
  ['a group as text', { toGroup: '1' }, /toGroup/],
  ['no job id', { jobId: undefined }, /jobId/],
  ['a job id that is an object', { jobId: {} }, /jobId/],
  ['an endless job id', { jobId: 'x'.repeat(129) }, /jobId/],
] as const) {
  test(`${what} is said, and the other jobs are taken`, () => {
    const { jobs, problems } = notify(notifiedJob(JOB, 'bad', overrides), notifiedJob(makeJob(), 'good'));
    assert.deepEqual(
      jobs.map(({ id }) => id),
      ['good'],
    );
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, expected);
  });
}

test('a height that is missing or none is 0', () => {
  for (const height of [undefined, null, -1, 1.5, '7'])
    assert.equal(notify(notifiedJob(JOB, 1, { height })).jobs[0]!.height, 0);
});

test('answers: every form of yes and no', () => {
  const refusal = (answer: object) => {
    const message = parse(answer);
    assert.equal(message.kind, 'response');
    assert.equal((message as { id: unknown }).id, 9);
    return (message as { refusal: { reason: string; message: string } | undefined }).refusal;
  };
  for (const yes of [
    { id: 9, result: true, error: null },
    { id: '9', result: true },
    { id: 9, error: null },
    { id: 9, result: 'OK', error: false },
    { id: 9, result: true, error: '' },
    { id: 9, result: true, error: [] },
    { id: 9, result: true, error: {} },
  ])
    assert.equal(refusal(yes), undefined, JSON.stringify(yes));
  for (const [no, reason, message] of [
    [
      { result: false, error: { code: 25, message: 'low difficulty share (0.93)' } },
      'lowDifficulty',
      /0\.93/,
    ],
    [{ result: null, error: [21, 'Job not found', null] }, 'stale', /Job not found/],
    [{ result: null, error: [22, 'Duplicate share', null] }, 'duplicate', /Duplicate/],
    [{ result: false, error: 'Unauthorized worker' }, 'unauthorized', /Unauthorized worker/],
    [{ error: { code: 24 } }, 'duplicate', /error 24/],
    [{ error: 23 }, 'nonce', /error 23/],
    [{ error: { code: 26, message: 'hash is of another chain' } }, 'otherChain', /another chain/],
    [{ error: { code: 21, message: 'wrong chain for the job' } }, 'wrongChain', /wrong chain/],
    [{ result: true, error: [22, 'Duplicate share', null] }, 'duplicate', /Duplicate/],
    [{ error: true }, 'other', /no reason given/],
    [{ error: {} }, 'other', /no reason given/],
    [{ result: false }, 'other', /no reason given/],
    [{ result: false, error: null }, 'other', /no reason given/],
    [{ result: null, error: null }, 'other', /no reason given/],
  ] as const) {
    const got = refusal({ id: 9, ...no });
    assert.equal(got?.reason, reason, JSON.stringify(no));
    assert.match(got!.message, message);
  }
});

test('ids that are none of ours', () => {
  for (const id of [null, 'x', {}, [9], true, undefined, '-1', '9'.repeat(30)])
    assert.deepEqual(parse({ id, result: true }), {
      kind: 'response',
      id: undefined,
      refusal: undefined,
      extranonce: undefined,
    });
});

test('difficulty and extranonce', () => {
  assert.deepEqual(parse({ method: 'mining.set_difficulty', params: [0.25] }), {
    kind: 'difficulty',
    difficulty: 0.25,
  });
  assert.equal(parse({ method: 'mining.set_difficulty', params: ['64'] }).kind, 'difficulty');
  for (const bad of [
    '[0]',
    '[-1]',
    '[1e999]',
    '["x"]',
    '[null]',
    '[]',
    'null',
    '[{"valueOf":1,"toString":2}]',
  ]) {
    const message = parsePoolMessage(`{"method":"mining.set_difficulty","params":${bad}}`);
    assert.equal(message.kind, 'wrong', bad);
  }
  assert.deepEqual(parse({ method: 'mining.set_extranonce', params: ['BEef', 6] }), {
    kind: 'extranonce',
    extranonce: Uint8Array.of(0xbe, 0xef),
  });
  assert.equal(parse({ method: 'mining.set_extranonce', params: [''] }).kind, 'extranonce');
  const kindOf = (extranonce: unknown): string =>
    parse({ method: 'mining.set_extranonce', params: [extranonce] }).kind;
  for (const text of ['abc', 'xy']) assert.equal(kindOf(text), 'unusableExtranonce', text);
  for (const noText of [1, null]) assert.equal(kindOf(noText), 'wrong');
  // Longer than a nonce: whoever mines for the pool finds that nothing is left, and says so.
  assert.equal(kindOf('ab'.repeat(25)), 'extranonce');
});

test('client.reconnect, whole and in parts', () => {
  for (const [params, expected] of [
    [['pool.example', 3333, 5], { host: 'pool.example', port: 3333, waitSeconds: 5 }],
    [['pool.example', '3333', '5'], { host: 'pool.example', port: 3333, waitSeconds: 5 }],
    [[], { host: undefined, port: undefined, waitSeconds: 0 }],
    [undefined, { host: undefined, port: undefined, waitSeconds: 0 }],
    [['', 3333], { host: undefined, port: 3333, waitSeconds: 0 }],
    [[null, null, -3], { host: undefined, port: undefined, waitSeconds: 0 }],
  ] as const)
    assert.deepEqual(parse({ method: 'client.reconnect', params }), { kind: 'reconnect', ...expected });
  for (const params of [
    ['a b', 1],
    ['x', 0],
    ['x', 65536],
    ['x', {}],
    ['a'.repeat(300), 1],
  ])
    assert.equal(parse({ method: 'client.reconnect', params }).kind, 'wrong');
});

test('messages for people: UTF-8, one line, no control characters, not endless', () => {
  const line = JSON.stringify({ method: 'client.show_message', params: ['Grüße\x1b[2J\r\nzwei'] });
  const latin1 = Buffer.from(line, 'utf8').toString('latin1');
  assert.deepEqual(parsePoolMessage(latin1), { kind: 'showMessage', text: 'Grüße [2J zwei' });
  const long = parse({ method: 'client.show_message', params: ['x'.repeat(100_000)] });
  assert.equal((long as { text: string }).text.length, 200);
});

test('what is no JSON object, or nests too deep, is garbage', () => {
  for (const line of [
    'HTTP/1.1 400 Bad Request',
    '[]',
    '3',
    'null',
    '"x"',
    '{',
    '\x00\xff',
    '['.repeat(500_000),
  ])
    assert.equal(parsePoolMessage(line).kind, 'garbage', line.slice(0, 20));
});

test('never throws, whatever comes', () => {
  const methods = [
    'mining.notify',
    'mining.set_difficulty',
    'mining.set_extranonce',
    'client.reconnect',
    'x',
  ];
  const message = fc.record(
    {
      id: fc.jsonValue(),
      method: fc.oneof(fc.constantFrom(...methods, 'client.show_message'), fc.jsonValue()),
      params: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
      result: fc.jsonValue(),
      error: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(fc.property(message, (value) => assert.ok(parse(value).kind)));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => assert.ok(parsePoolMessage(line).kind)));
});
