import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetBytes } from '../../../protocol/target.js';
import { makeJobs } from '../../support/jobs.js';
import { ADDRESS, isShare, OTHER_ADDRESS, type TestMiner, TestPool } from '../../support/test-pool.js';

const HARD = targetBytes(1n);

function started(options = {}): { pool: TestPool; miner: TestMiner } {
  const pool = new TestPool(options);
  pool.upstream.lead(makeJobs({ target: HARD }));
  const miner = pool.connect();
  miner.authorize();
  return { pool, miner };
}

function isNoShare(miner: TestMiner, matches: (nonce: string) => boolean): string {
  for (let counter = 0; ; counter++) {
    const nonce = miner.extranonce + counter.toString(16).padStart(44, '0');
    if (!isShare(miner.job, nonce) && matches(nonce)) return nonce;
  }
}

test('a share is answered when it is on record, and credited with its work', () => {
  const { pool, miner } = started();
  const answer = miner.submit(miner.shares().next().value);
  assert.equal(answer.result, true);
  assert.equal(answer.error, null);
  assert.deepEqual(
    pool.journal.shares.map(({ work }) => work),
    [16n],
  );
  assert.equal(pool.pool.counters.accepted, 1);
  assert.equal(pool.pool.counters.work, 16n);
});

test('no acknowledgement leaves before the journal was written', () => {
  const { pool, miner } = started();
  const nonce = miner.shares().next().value;
  const { jobId, fromGroup, toGroup } = miner.job;
  const before = miner.lines.length;
  const params = { jobId, fromGroup, toGroup, nonce, worker: 'x' };
  pool.pool.handle(miner.session, JSON.stringify({ id: 'late', method: 'mining.submit', params }));
  assert.equal(miner.lines.length, before);
  const { commits } = pool.journal;
  pool.endTick();
  assert.equal(pool.journal.commits, commits + 1);
  assert.equal(miner.lines.at(-1)?.id, 'late');
});

test('a journal that fails refuses the shares of its tick, which may come again', () => {
  const { pool, miner } = started();
  const nonce = miner.shares().next().value;
  pool.journal.broken = true;
  assert.deepEqual(miner.submit(nonce).error?.code, -1);
  assert.equal(pool.pool.counters.accepted, 0);
  assert.equal(pool.pool.counters.work, 0n);
  pool.journal.broken = false;
  assert.equal(miner.submit(nonce).result, true);
  assert.equal(pool.journal.shares.length, 1);
});

test('the same nonce counts once: as it was, in upper case, under another job id, in other groups', () => {
  const { pool, miner } = started();
  const shares = miner.shares();
  let nonce = shares.next().value;
  while (!/[a-f]/.test(nonce.slice(4))) nonce = shares.next().value;
  const { job } = miner;
  assert.equal(miner.submit(nonce).result, true);
  assert.equal(miner.submit(nonce).error?.code, 24);
  assert.equal(miner.submit(nonce.toUpperCase()).error?.code, 24);
  assert.equal(miner.submit(nonce, { ...job, jobId: `${job.jobId.slice(0, -1)}7` }).error?.code, 24);
  assert.equal(miner.submit(nonce, { ...job, jobId: 'ffff' }).error?.code, 24);
  assert.equal(miner.ask('mining.submit', ['w', job.jobId, nonce])?.error?.code, 24);
  assert.equal(pool.journal.shares.length, 1);
});

for (const [what, mend] of [
  ['47 digits', (nonce: string) => nonce.slice(1)],
  ['49 digits', (nonce: string) => `${nonce}0`],
  ['0x before it', (nonce: string) => `0x${nonce.slice(2)}`],
  ['a letter beyond f', (nonce: string) => `${nonce.slice(0, 47)}g`],
  ['a space', (nonce: string) => `${nonce.slice(0, 47)} `],
  ['nothing in it', () => ''],
  ['a letter that is no byte', (nonce: string) => `${nonce.slice(0, 47)}\u0131`],
] as const) {
  test(`a nonce with ${what} is 23`, () => {
    const { miner } = started();
    assert.equal(miner.submit(mend(miner.shares().next().value)).error?.code, 23);
    assert.equal(miner.submit(miner.shares().next().value).result, true);
  });
}

test('a nonce of another extranonce is 23', () => {
  const { pool, miner } = started();
  const other = pool.connect();
  other.authorize();
  const nonce = miner.shares(miner.job, other.extranonce).next().value;
  assert.equal(miner.submit(nonce).error?.code, 23);
});

test('a hash of another chain is 26, and too little work is 25 with what it had', () => {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs({ target: HARD }));
  const miner = pool.connect({ startWork: 4096n });
  miner.authorize();
  const easy = { ...miner.job, targetBlob: 'f'.repeat(64) };
  const low = isNoShare(miner, (nonce) => isShare(easy, nonce));
  const answer = miner.submit(low);
  assert.equal(answer.error?.code, 25);
  assert.match(answer.error?.message ?? '', /low difficulty share \(\d/);
  const foreign = isNoShare(miner, (nonce) => !isShare(easy, nonce));
  assert.equal(miner.submit(foreign).error?.code, 26);
});

test('a share that misses its target by less than the tolerance counts', () => {
  const pool = new TestPool({ tolerance: 0.5 });
  pool.upstream.lead(makeJobs({ target: HARD }));
  const miner = pool.connect({ startWork: 1024n });
  miner.authorize();
  const doubled = (BigInt(`0x${miner.job.targetBlob}`) * 2n).toString(16).padStart(64, '0');
  const near = isNoShare(miner, (nonce) => isShare({ ...miner.job, targetBlob: doubled }, nonce));
  assert.equal(miner.submit(near).result, true);
  assert.equal(pool.journal.shares[0]?.work, 1024n);
});

test('another chain than the job is 21', () => {
  const { miner } = started();
  const { job } = miner;
  const nonce = miner.shares().next().value;
  assert.equal(miner.submit(nonce, { ...job, toGroup: (job.toGroup + 1) % 4 }).error?.code, 21);
  assert.equal(miner.submit(nonce, { ...job, toGroup: 1.5 }).error?.code, 21);
  assert.equal(miner.submit(nonce, { ...job, fromGroup: 9 }).error?.code, 21);
});

test('a new parent makes older jobs of its chain stale, after the grace, and a refresh none', () => {
  const { pool, miner } = started({ parentGraceMs: 500 });
  const shares = miner.shares();
  const { job } = miner;
  const session = pool.upstream.lead(makeJobs({ target: HARD, refresh: 1 }));
  assert.equal(miner.submit(shares.next().value, job).result, true);
  pool.upstream.events!.onJobs(session, makeJobs({ target: HARD, parent: 2 }));
  pool.endTick();
  assert.equal(miner.submit(shares.next().value, job).result, true);
  pool.nowMs += 500;
  assert.equal(miner.submit(shares.next().value, job).error?.code, 20);
  assert.equal(miner.submit(miner.shares().next().value).result, true);
});

test('an unknown job is 20, unless the share proves itself on the newest job of its chain', () => {
  const { miner } = started();
  const nonce = isNoShare(miner, () => true);
  assert.equal(miner.submit(nonce, { ...miner.job, jobId: 'zz' }).error?.code, 20);
  assert.equal(miner.submit(miner.shares().next().value, { ...miner.job, jobId: 'zz' }).result, true);
});

test('before authorize a share is 22', () => {
  const { pool, miner } = started();
  const stranger = pool.connect();
  const { jobId, fromGroup, toGroup } = miner.job;
  const params = { jobId, fromGroup, toGroup, nonce: miner.shares().next().value, worker: `${ADDRESS}.rig` };
  assert.equal(stranger.ask('mining.submit', params)?.error?.code, 22);
});

test('credit goes to a worker of the connection, whatever the submission names', () => {
  const { pool, miner } = started();
  miner.authorize(`${OTHER_ADDRESS}.second`);
  const shares = miner.shares();
  miner.submit(shares.next().value, miner.job, { worker: `${OTHER_ADDRESS}.second` });
  miner.submit(shares.next().value, miner.job, { worker: `${OTHER_ADDRESS}.elsewhere` });
  miner.submit(shares.next().value, miner.job, { worker: '__proto__' });
  const [first, second, third] = pool.journal.shares.map(({ worker }) => worker.split('.')[1]);
  assert.deepEqual([first, second, third], ['second', 'rig', 'rig']);
});

for (const params of [
  null,
  5,
  'x',
  [],
  {},
  [[]],
  { nonce: 5, jobId: '1' },
  { nonce: 'a', jobId: {} },
  [1, 2, 3],
]) {
  test(`params ${JSON.stringify(params)} are malformed`, () => {
    const { miner } = started();
    assert.equal(miner.ask('mining.submit', params)?.error?.code, -1);
    assert.ok(!miner.ended);
  });
}

test('when a node is lost its headers take no more shares, after the grace', () => {
  const pool = new TestPool({ parentGraceMs: 500 });
  const session = pool.upstream.lead(makeJobs({ target: HARD }));
  const miner = pool.connect();
  miner.authorize();
  const { job } = miner;
  const shares = miner.shares();
  pool.upstream.events!.onSessionEnd(session);
  assert.equal(miner.submit(shares.next().value, job).result, true);
  pool.nowMs += 500;
  assert.equal(miner.submit(shares.next().value, job).error?.code, 20);
  pool.upstream.lead(makeJobs({ target: HARD, refresh: 1 }), 'another node');
  pool.endTick();
  assert.equal(miner.submit(miner.shares().next().value).result, true);
});

test('who breaks the protocol in the tick of a good share is told of the share, and then ended', () => {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs({ target: HARD }));
  const [miner, other] = [pool.connect(), pool.connect()];
  miner.authorize();
  other.authorize();
  const submit = (from: typeof miner): void => {
    const { jobId } = from.job;
    const params = { jobId, nonce: from.shares().next().value };
    pool.pool.handle(from.session, JSON.stringify({ id: 'share', method: 'mining.submit', params }));
  };
  submit(other);
  submit(miner);
  pool.pool.handle(miner.session, 'garbage');
  assert.ok(miner.ended);
  const answers = miner.lines.filter(({ method }) => method === undefined).slice(1);
  assert.deepEqual(
    answers.map(({ id, result }) => [id, result]),
    [
      [null, false],
      ['share', true],
    ],
  );
  pool.endTick();
  assert.equal(other.lines.filter(({ id, result }) => id === 'share' && result === true).length, 1);
  assert.equal(miner.lines.filter(({ id }) => id === 'share').length, 1);
  assert.deepEqual([pool.journal.shares.length, pool.pool.counters.accepted], [2, 2]);
  assert.equal(pool.pool.counters.disconnected.garbage, 1);
});

test('shares in every documented form count: places, groups as text, and nonces without their extranonce', () => {
  const { pool, miner } = started();
  const { jobId, fromGroup, toGroup } = miner.job;
  const worker = `${ADDRESS}.rig`;
  const shares = miner.shares();
  const next = (): string => shares.next().value;
  const tail = (): string => next().slice(miner.extranonce.length);
  const forms = [
    { jobId, fromGroup: String(fromGroup), toGroup: String(toGroup), nonce: next(), worker },
    { jobId, fromGroup, toGroup, nonce: tail(), worker: null },
    [jobId, tail(), worker],
    [jobId, tail()],
    [jobId, next(), worker],
    [worker, jobId, next()],
    [worker, jobId, tail().toUpperCase()],
  ];
  for (const params of forms)
    assert.equal(miner.ask('mining.submit', params)?.result, true, JSON.stringify(params));
  assert.equal(pool.journal.shares.length, forms.length);
});

test('a nonce counts once, with its extranonce and without', () => {
  const { miner } = started();
  const nonce = miner.shares().next().value;
  assert.equal(miner.submit(nonce).result, true);
  assert.equal(miner.submit(nonce.slice(miner.extranonce.length)).error?.code, 24);
});

for (const groups of [
  { fromGroup: 'x', toGroup: '0' },
  { fromGroup: '', toGroup: '0' },
  { fromGroup: '-1', toGroup: '0' },
  { fromGroup: [], toGroup: 0 },
])
  test(`groups that are none are malformed: ${JSON.stringify(groups)}`, () => {
    const { miner } = started();
    assert.equal(miner.submit(miner.shares().next().value, miner.job, groups).error?.code, -1);
  });

test('a share of a job that was never sent on this connection is of another one, whatever its extranonce', () => {
  const { pool, miner } = started();
  const kept = miner.shares().next().value;
  const { job } = miner;
  // Another chain is this one's turn.
  const again = pool.connect();
  assert.equal(again.submit(kept, job).error?.code, 22);
  again.authorize();
  assert.notEqual(again.job.jobId, job.jobId);
  const answer = again.submit(kept, job);
  assert.deepEqual([answer.error?.code, answer.error?.message], [20, 'job not found']);
});
