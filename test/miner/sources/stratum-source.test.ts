import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { SourceSession } from '../../../miner/core/source.js';
import type { PoolLinkOptions } from '../../../miner/sources/pool-link.js';
import { StratumSource } from '../../../miner/sources/stratum-source.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import type { Job } from '../../../protocol/job.js';
import { targetBytes, targetOfDifficulty } from '../../../protocol/target.js';
import { FakePool, notifiedJob, type PoolClient } from '../../support/fake-pool.js';
import { makeJob, makeJobs } from '../../support/jobs.js';
import { sleep, waitFor } from '../../support/wait.js';

/** What a source told. */
class Heard {
  readonly sessions: SourceSession[] = [];
  readonly ended: SourceSession[] = [];
  readonly jobs: { readonly session: SourceSession; readonly jobs: readonly Job[] }[] = [];
  readonly verdicts: { readonly hash: string; readonly reason: string | undefined }[] = [];
  readonly notices: string[] = [];

  get last(): { readonly session: SourceSession; readonly jobs: readonly Job[] } {
    return this.jobs.at(-1)!;
  }
}

const pools: FakePool[] = [];
const sources: StratumSource[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) source.close();
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function startPool(jobs: readonly Job[] = [makeJob()], port = 0): Promise<FakePool> {
  const pool = await FakePool.listen(port);
  pool.jobs = jobs.map((job, i) => notifiedJob(job, `j${i}`));
  pools.push(pool);
  return pool;
}

interface Settings {
  readonly link?: Partial<PoolLinkOptions>;
  readonly returnAfterMs?: number;
  readonly answersMs?: number;
}

function open(from: readonly FakePool[], settings: Settings = {}): { source: StratumSource; heard: Heard } {
  const heard = new Heard();
  const source = new StratumSource({
    ...settings,
    endpoints: from.map(({ endpoint }) => endpoint),
    login: { user: 'address.rig', password: 'x', agent: 'test' },
    link: { backoff: { firstMs: 50, maxMs: 200 }, refusedMs: 300, ...settings.link },
  });
  sources.push(source);
  source.open({
    onSession: (session) => heard.sessions.push(session),
    onJobs: (session, jobs) => heard.jobs.push({ session, jobs }),
    onVerdict: (_session, hash, refusal) =>
      heard.verdicts.push({ hash: bytesToHex(hash), reason: refusal?.reason }),
    onSessionEnd: (session) => heard.ended.push(session),
    onNotice: ({ name, message }) => heard.notices.push(`${name}: ${message}`),
  });
  return { source, heard };
}

let serial = 0;

/** Submits something with the extranonce of the newest session. @returns its hash */
function submit(source: StratumSource, { session, jobs }: Heard['last'], sent = true): string {
  const header = new Uint8Array(326);
  header.set(session.noncePrefix);
  const hash = new Uint8Array(32).fill(++serial);
  assert.equal(source.submit(session, jobs[0]!, header, hash), sent);
  return bytesToHex(hash);
}

test('subscribes, authorizes, and hands on jobs with the extranonce', async () => {
  const pool = await startPool([makeJob({ chain: 6, target: targetBytes(12345n) })]);
  pool.extranonce = 'c0ffee';
  const { source, heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  assert.equal(heard.sessions.length, 1);
  assert.deepEqual(heard.last.session.noncePrefix, Uint8Array.of(0xc0, 0xff, 0xee));
  const [job] = heard.last.jobs;
  assert.deepEqual([job!.chain, job!.target], [6, targetBytes(12345n)]);
  const hash = submit(source, heard.last);
  await waitFor('the answer', () => heard.verdicts.length === 1);
  assert.deepEqual(heard.verdicts, [{ hash, reason: undefined }]);
  const { params } = pool.clients[0]!.submits[0]!;
  assert.deepEqual(params, {
    jobId: 'j0',
    fromGroup: 1,
    toGroup: 2,
    nonce: `c0ffee${'0'.repeat(42)}`,
    worker: 'address.rig',
  });
});

test('answers are matched by their id: out of order, twice, as text, and to nothing', async () => {
  const pool = await startPool();
  const waiting: unknown[] = [];
  pool.onRequest = (_client, { id, method }) => {
    if (method === 'mining.submit') waiting.push(id);
    return method !== 'mining.submit';
  };
  const { source, heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  const hashes = [0, 1, 2].map(() => submit(source, heard.last));
  await waitFor('three submits', () => waiting.length === 3);
  const [client] = pool.clients;
  client!.answer(999, true);
  client!.answer(null, false, [20, 'Not found', null]);
  client!.answer(waiting[2], false, { code: 24, message: 'duplicate share' });
  client!.answer(String(waiting[0]), true);
  client!.answer(waiting[0], false);
  client!.send({ id: waiting[1], error: [25, 'low', null] });
  await waitFor('three answers', () => heard.verdicts.length === 3);
  assert.deepEqual(heard.verdicts, [
    { hash: hashes[2], reason: 'duplicate' },
    { hash: hashes[0], reason: undefined },
    { hash: hashes[1], reason: 'lowDifficulty' },
  ]);
});

test('a pool whose every byte comes by itself, and one whose lines come all at once', async () => {
  const pool = await startPool(makeJobs());
  pool.onConnection = (client) => {
    const { pipe } = client;
    const write = pipe.write.bind(pipe);
    pipe.write = (data) => {
      for (const byte of Buffer.from(data as string)) write(Uint8Array.of(byte));
    };
  };
  const { heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  assert.equal(heard.last.jobs.length, 16);
});

test('without targetBlob the difficulty decides; without either the job is not mined, and that is said', async () => {
  const pool = await startPool([]);
  const { heard } = open([pool]);
  await waitFor('a client', () => pool.clients[0]?.requests.length === 2);
  const [client] = pool.clients;
  const bare = notifiedJob(makeJob(), 'bare', { targetBlob: undefined });
  client!.notify([bare]);
  await waitFor('a notice', () => heard.notices.length === 1);
  assert.match(heard.notices[0]!, /a job without targetBlob, and no mining.set_difficulty before it/);
  client!.send({ id: null, method: 'mining.set_difficulty', params: [0.5] });
  client!.notify([bare]);
  await waitFor('a job', () => heard.jobs.length === 1);
  assert.deepEqual(heard.last.jobs[0]!.target, targetBytes(targetOfDifficulty(0.5)));
});

for (const [what, connectTimeoutMs, talk] of [
  [
    'jobs before the answer to authorize',
    60_000,
    (client: PoolClient, id: unknown) => {
      client.notify(client.pool.jobs);
      client.send({ method: 'mining.set_extranonce', params: ['beef'] });
      client.answer(id, true);
    },
  ],
  [
    'an extranonce after the first job',
    60_000,
    (client: PoolClient, id: unknown) => {
      client.answer(id, true);
      client.notify(client.pool.jobs);
      client.send({ id: null, method: 'mining.set_extranonce', params: ['beef'] });
    },
  ],
  [
    'no answer to authorize at all',
    400,
    (client: PoolClient) => {
      client.send({ id: null, method: 'mining.set_extranonce', params: ['beef'] });
      client.notify(client.pool.jobs);
    },
  ],
] as const) {
  test(`a pool with ${what} is mined for`, async () => {
    const pool = await startPool();
    pool.onRequest = (client, { id, method }) => {
      if (method === 'mining.authorize') talk(client, id);
      return method === 'mining.submit';
    };
    const { source, heard } = open([pool], { link: { connectTimeoutMs } });
    await waitFor('the extranonce in use', () => heard.jobs.at(-1)?.session.noncePrefix.length === 2);
    submit(source, heard.last);
    await waitFor('the answer', () => heard.verdicts.length === 1);
  });
}

test('another extranonce counts from the next job on, in a session of its own', async () => {
  const pool = await startPool();
  pool.extranonce = 'aaaa';
  const { source, heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  const old = heard.last;
  const [client] = pool.clients;
  client!.send({ method: 'mining.set_extranonce', params: ['bbbb'] });
  client!.send({ method: 'client.show_message', params: ['heard'] });
  await waitFor('it to be heard', () => heard.notices.length === 1);
  submit(source, old);
  await waitFor('an answer', () => heard.verdicts.length === 1);
  client!.notify(pool.jobs);
  await waitFor('the new session', () => heard.sessions.length === 2);
  assert.deepEqual(heard.last.session.noncePrefix, Uint8Array.of(0xbb, 0xbb));
  assert.deepEqual(heard.ended, [old.session]);
  submit(source, old, false);
  submit(source, heard.last);
  await waitFor('its answer', () => heard.verdicts.length === 2);
  assert.equal(pool.clients.length, 1);
});

test('an extranonce that leaves no room is said', async () => {
  const pool = await startPool();
  pool.extranonce = 'ab'.repeat(15);
  const { heard } = open([pool]);
  await waitFor('a notice', () => heard.notices.length > 0);
  assert.match(heard.notices[0]!, /an extranonce of 15 bytes: at most 14 leave room/);
  assert.equal(heard.jobs.length, 0);
});

test('14 bytes of extranonce are mined with', async () => {
  const pool = await startPool();
  pool.extranonce = 'ab'.repeat(14);
  const { heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  assert.equal(heard.last.session.noncePrefix.length, 14);
});

test('wrong jobs and garbage between good ones: said once, and mined on', async () => {
  const pool = await startPool();
  const { heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  const [client] = pool.clients;
  for (let i = 0; i < 3; i++) {
    client!.notify([notifiedJob(makeJob(), 'bad', { headerBlob: 'zz' })]);
    client!.pipe.write('\x00\xff\xfe{garbage}\n');
    client!.pipe.write('{"method":"mining.notify"}\n\n  \n[]\n3\n{}\n');
    client!.send({ id: 7, method: 'client.get_version', params: [] });
  }
  client!.notify([notifiedJob(makeJob({ parent: 2 }), 'good')]);
  await waitFor('the good job', () => heard.jobs.length === 2);
  assert.equal(heard.sessions.length, 1);
  assert.equal(heard.notices.filter((notice) => /headerBlob/.test(notice)).length, 1);
  assert.equal(heard.notices.filter((notice) => /expected JSON/.test(notice)).length, 1);
});

test('what the pool tells people is told', async () => {
  const pool = await startPool();
  const { heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  pool.clients[0]!.send({ method: 'client.show_message', params: ['maintenance at noon'] });
  await waitFor('a notice', () => heard.notices.length === 1);
  assert.match(heard.notices[0]!, /says: maintenance at noon$/);
});

test('a web server is no pool, and is tried again', async () => {
  const pool = await startPool();
  pool.onConnection = ({ pipe }) => pipe.write('HTTP/1.1 400 Bad Request\r\n\r\n');
  pool.onRequest = () => false;
  const { heard } = open([pool]);
  await waitFor('a second try', () => pool.clients.length >= 2);
  assert.match(
    heard.notices[0]!,
    /no stratum pool: expected JSON, got "HTTP\/1.1 400 Bad Request"; trying again/,
  );
});

test('an endless line ends the connection', async () => {
  const pool = await startPool();
  const { heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  pool.clients[0]!.pipe.write('x'.repeat(1024 * 1024 + 1));
  await waitFor('the end', () => heard.ended.length === 1);
  assert.match(heard.notices[0]!, /a line of more than 1048576 bytes/);
  await waitFor('a new session', () => heard.sessions.length === 2);
});

test('a pool that says nothing at first, one that answers no share, one without new jobs: each is left', async () => {
  const silent = await startPool();
  silent.onRequest = () => false;
  const first = open([silent], { link: { connectTimeoutMs: 200 } });
  await waitFor('the first', () => first.heard.notices.length > 0);
  assert.match(first.heard.notices[0]!, /no jobs within 0.2 s of connecting/);

  const deaf = await startPool();
  deaf.onRequest = (_client, { method }) => method !== 'mining.submit';
  const second = open([deaf], { link: { answerSilenceMs: 300 } });
  await waitFor('jobs', () => second.heard.jobs.length === 1);
  await sleep(400);
  assert.equal(second.heard.notices.length, 0, 'silence alone is no fault');
  submit(second.source, second.heard.last);
  await waitFor('the second', () => second.heard.ended.length === 1);
  assert.match(second.heard.notices[0]!, /shares were sent, and nothing was heard for 0.3 s/);

  const other = await startPool();
  other.onRequest = (_client, { method }) => method !== 'mining.submit';
  const kept = open([other], { link: { answerSilenceMs: 600 } });
  await waitFor('jobs', () => kept.heard.jobs.length === 1);
  submit(kept.source, kept.heard.last);
  for (let i = 0; i < 10; i++) {
    await sleep(100);
    other.clients[0]!.notify(other.jobs);
  }
  assert.equal(kept.heard.notices.length, 0, 'one that forgets an answer and speaks is kept');

  const stuck = await startPool();
  const third = open([stuck], { link: { jobSilenceMs: 300, answerSilenceMs: 400 } });
  await waitFor('the third', () => third.heard.notices.length > 0);
  assert.match(third.heard.notices[0]!, /no job for 0.3 s/);
});

test('the second pool while the first is away, and back to it when it has been well for a while', async () => {
  const first = await startPool();
  const second = await startPool([makeJob({ parent: 5 })]);
  const { source, heard } = open([first, second], { returnAfterMs: 400, answersMs: 200 });
  await waitFor('the first', () => heard.jobs.length === 1);
  assert.equal(second.clients.length, 0, 'a second pool is left alone while the first is there');
  const old = heard.last;
  const { port } = first;
  await first.close();
  await waitFor('the second', () => heard.sessions.length === 2);
  assert.match(heard.last.session.name, new RegExp(`:${second.port}$`));
  assert.deepEqual(heard.ended, [old.session]);
  submit(source, old, false);

  const again = await startPool([makeJob({ parent: 9 })], port);
  await waitFor('a probe', () => again.clients[0]?.requests.length === 2);
  const backMs = performance.now();
  await waitFor('the return', () => heard.sessions.length === 3);
  assert.ok(performance.now() - backMs >= 300, 'not before it has been well for a while');
  assert.match(heard.last.session.name, new RegExp(`:${port}$`));
  // Shares of the second are still answered, and then it is left.
  const left = heard.jobs.find(({ session }) => session.name.endsWith(`:${second.port}`))!;
  submit(source, left);
  await waitFor('the answer', () => heard.verdicts.length === 1);
  await waitFor('the farewell', () => second.clients[0]!.closed);
  assert.equal(heard.ended.at(-1), left.session);
  assert.equal(heard.sessions.length, 3);
  await sleep(300);
  assert.equal(second.clients.length, 1);
});

test('a pool that was left is taken up again at once when the preferred one fails, and kept', async () => {
  const first = await startPool();
  const second = await startPool();
  const { port } = first;
  await first.close();
  const { heard } = open([first, second], { returnAfterMs: 200, answersMs: 2_000 });
  await waitFor('the second', () => heard.sessions.length === 1);
  const again = await startPool([makeJob()], port);
  await waitFor('the first', () => heard.sessions.length === 2);
  await again.close();
  await waitFor('the second again', () => heard.sessions.length === 3);
  assert.equal(heard.sessions[2], heard.sessions[0], 'its connection was still there');
  await sleep(2_300);
  assert.equal(second.clients.length, 1);
  assert.equal(second.clients[0]!.closed, false);
});

test('a first pool that comes and goes is not returned to', async () => {
  const first = await startPool();
  const second = await startPool();
  first.onRequest = (client, { method }) => {
    if (method === 'mining.authorize') setTimeout(() => client.pipe.destroy(), 100);
    return true;
  };
  const { heard } = open([first, second], { returnAfterMs: 600 });
  await waitFor('five tries', () => first.clients.length >= 5);
  assert.deepEqual(
    heard.sessions.slice(1).map(({ name }) => name),
    [`127.0.0.1:${second.port}`],
  );
});

test('a refused worker: the reason is told, and the pool is not asked again at once', async () => {
  const pool = await startPool();
  pool.authorize = { result: null, error: [24, 'Unauthorized worker', null] };
  const { heard } = open([pool], { link: { refusedMs: 500 } });
  await waitFor('a notice', () => heard.notices.length > 0);
  assert.match(
    heard.notices[0]!,
    /address.rig is not authorized: Unauthorized worker; trying again in 0.5 s/,
  );
  const toldMs = performance.now();
  pool.authorize = { result: true, error: null };
  await waitFor('jobs', () => heard.jobs.length === 1);
  assert.ok(performance.now() - toldMs >= 400);
});

test('client.reconnect to another port of the same host is followed, and back when nobody is there', async () => {
  const [first, other] = [await startPool(), await startPool()];
  const { heard } = open([first]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  first.clients[0]!.send({ method: 'client.reconnect', params: ['127.0.0.1', other.port, 0] });
  await waitFor('the other', () => heard.sessions.length === 2);
  assert.equal(other.clients.length, 1);
  assert.match(heard.notices[0]!, new RegExp(`asked to reconnect to 127.0.0.1:${other.port}`));
  await other.close();
  await waitFor('the first again', () => heard.sessions.length === 3);
  assert.equal(first.clients.length, 2);
});

test('client.reconnect without a host is the same place; with another host only where it is allowed', async () => {
  const pool = await startPool();
  const { heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  pool.clients[0]!.send({ method: 'client.reconnect', params: [] });
  await waitFor('a second session', () => heard.sessions.length === 2);
  pool.clients[1]!.send({ method: 'client.reconnect', params: ['localhost', pool.port] });
  await waitFor('a notice', () =>
    heard.notices.some((notice) => /not followed \(--allow-redirect/.test(notice)),
  );
  await sleep(200);
  assert.equal(pool.clients.length, 2);
  assert.equal(heard.sessions.length, 2);

  const allowed = open([pool], { link: { allowRedirect: true } });
  await waitFor('jobs', () => allowed.heard.jobs.length === 1);
  pool.clients[2]!.send({ method: 'client.reconnect', params: ['localhost', pool.port] });
  await waitFor('a session there', () => allowed.heard.sessions.length === 2);
  assert.match(allowed.heard.notices[0]!, /asked to reconnect to localhost/);
});

test('a pool that reconnects its miners again and again is not run after in a circle', async () => {
  const pool = await startPool();
  pool.onRequest = (client, { method }) => {
    if (method === 'mining.authorize') client.send({ method: 'client.reconnect', params: [] });
    return true;
  };
  open([pool], { link: { backoff: { firstMs: 100, maxMs: 10_000 } } });
  await sleep(1_000);
  assert.ok(pool.clients.length >= 2 && pool.clients.length <= 6, String(pool.clients.length));
});

test('the hashrate is reported, and an answer to that counts for nothing', async () => {
  const pool = await startPool();
  pool.onRequest = (client, { id, method }) => {
    if (method === 'alph_submitHashrate')
      client.answer(id, false, { code: -1, message: 'unsupported method' });
    return true;
  };
  const { source, heard } = open([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  source.reportHashrate(4_500_000);
  submit(source, heard.last);
  await waitFor('the answer', () => heard.verdicts.length === 1);
  assert.deepEqual(pool.clients[0]!.requests.at(-2)!.params, ['0x44aa20']);
  assert.deepEqual(heard.verdicts[0]!.reason, undefined);
});

test('nothing listens there: refused, said, and found when it is there', async () => {
  const placeholder = await startPool();
  const { port } = placeholder;
  await placeholder.close();
  const { heard } = open([placeholder]);
  await waitFor('a notice', () => heard.notices.length > 0);
  assert.match(
    heard.notices[0]!,
    new RegExp(`connection refused: no pool on 127.0.0.1:${port}\\?; trying again`),
  );
  await startPool([makeJob()], port);
  await waitFor('jobs', () => heard.jobs.length === 1);
});
