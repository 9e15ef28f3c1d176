import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { closeAll } from '../../support/closers.js';
import { notifiedJob } from '../../support/fake-pool.js';
import { makeJob } from '../../support/jobs.js';
import { openSource, startPool, submit } from '../../support/stratum-source-lab.js';
import { sleep, waitFor } from '../../support/wait.js';

afterEach(closeAll);

test('a pool that says nothing at first, one that answers no share, one without new jobs: each is left', async () => {
  const silent = await startPool();
  silent.onRequest = () => false;
  const first = openSource([silent], { link: { connectTimeoutMs: 200 } });
  await waitFor('the first', () => first.heard.notices.length > 0);
  assert.match(first.heard.notices[0]!, /no jobs within 0.2 s of connecting/);

  const deaf = await startPool();
  deaf.onRequest = (_client, { method }) => method !== 'mining.submit';
  const second = openSource([deaf], { link: { answerSilenceMs: 300 } });
  await waitFor('jobs', () => second.heard.jobs.length === 1);
  await sleep(400);
  assert.equal(second.heard.notices.length, 0, 'silence alone is no fault');
  submit(second.source, second.heard.last);
  await waitFor('the second', () => second.heard.ended.length === 1);
  assert.match(second.heard.notices[0]!, /shares were sent, and nothing was heard for 0.3 s/);

  const other = await startPool();
  other.onRequest = (_client, { method }) => method !== 'mining.submit';
  const kept = openSource([other], { link: { answerSilenceMs: 1_500 } });
  await waitFor('jobs', () => kept.heard.jobs.length === 1);
  submit(kept.source, kept.heard.last);
  for (let i = 0; i < 20; i++) {
    await sleep(100);
    other.clients[0]!.notify(other.jobs);
  }
  assert.equal(kept.heard.notices.length, 0, 'one that forgets an answer and speaks is kept');

  const stuck = await startPool();
  const third = openSource([stuck], { link: { jobSilenceMs: 300, answerSilenceMs: 400 } });
  await waitFor('the third', () => third.heard.notices.length > 0);
  assert.match(third.heard.notices[0]!, /no job for 0.3 s/);
});

test('a pool that says yes and has no job yet is waited for, and its steps are told', async () => {
  const quiet = await startPool([]);
  const { heard } = openSource([quiet], { link: { connectTimeoutMs: 200, waitingMs: 50 } });
  const name = `127.0.0.1:${quiet.port}`;
  await waitFor('waiting', () => heard.progress.includes(`${name}: waiting 0`));
  assert.deepEqual(heard.progress, [`${name}: connecting 0`, `${name}: authorized 0`, `${name}: waiting 0`]);
  // Three times as long as a pool has that does not answer.
  await sleep(600);
  quiet.clients[0]!.notify([notifiedJob(makeJob(), 'late')]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  assert.equal(quiet.clients.length, 1);
  assert.deepEqual(heard.notices, []);
  assert.equal(heard.progress.length, 3);
});

test('while a pool has no job yet, the next one is mined for; neither is left for that', async () => {
  const [quiet, other] = [await startPool([]), await startPool([])];
  const { heard } = openSource([quiet, other], {
    returnAfterMs: 200,
    answersMs: 100,
    link: { connectTimeoutMs: 200 },
  });
  await waitFor('the second to be tried', () => other.clients.length === 1);
  await sleep(500);
  other.clients[0]!.notify([notifiedJob(makeJob(), 'o')]);
  await waitFor('jobs of the second', () => heard.jobs.length === 1);
  assert.equal(heard.sessions[0]!.name, `127.0.0.1:${other.port}`);
  quiet.clients[0]!.notify([notifiedJob(makeJob({ parent: 3 }), 'q')]);
  await waitFor('the first again', () => heard.sessions.length === 2);
  assert.equal(heard.sessions[1]!.name, `127.0.0.1:${quiet.port}`);
  assert.deepEqual([quiet.clients.length, other.clients.length], [1, 1]);
});

test('a pool that says yes and never has a job is left in the end', async () => {
  const quiet = await startPool([]);
  const { heard } = openSource([quiet], { link: { connectTimeoutMs: 100, jobSilenceMs: 400 } });
  await waitFor('a notice', () => heard.notices.length > 0);
  assert.match(heard.notices[0]!, /no job for 0.4 s; trying again/);
  const name = `127.0.0.1:${quiet.port}`;
  assert.ok(heard.progress.includes(`${name}: away 1`));
  await waitFor('the next try', () => heard.progress.includes(`${name}: connecting 1`));
});

test('the second pool while the first is away, and back to it when it has been well for a while', async () => {
  const first = await startPool();
  const second = await startPool([makeJob({ parent: 5 })]);
  const { source, heard } = openSource([first, second], { returnAfterMs: 400, answersMs: 1_500 });
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
  let backMs = 0;
  again.onConnection = () => {
    backMs ||= performance.now();
  };
  await waitFor('a probe', () => again.clients[0]?.requests.length === 2);
  await waitFor('the return', () => heard.sessions.length === 3);
  assert.ok(performance.now() - backMs >= 390, 'not before it has been well for a while');
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

test('each pool is told its own login, and no word of a pool shows its password', async () => {
  const first = await startPool();
  first.authorize = { result: false, error: { code: 22, message: 'wrong password first-7-secret' } };
  const second = await startPool();
  const login = ['first', 'second'].map((name) => ({
    user: `${name}.rig`,
    password: `${name}-7-secret`,
    agent: 'test',
  }));
  const { source, heard } = openSource([first, second], { login });
  await waitFor('the second', () => heard.jobs.length === 1);
  submit(source, heard.last);
  await waitFor('the share', () => heard.verdicts.length === 1);
  const authorized = (pool: typeof first): unknown =>
    pool.clients[0]!.requests.find(({ method }) => method === 'mining.authorize')!.params;
  assert.deepEqual(authorized(first), ['first.rig', 'first-7-secret']);
  assert.deepEqual(authorized(second), ['second.rig', 'second-7-secret']);
  const share = second.clients[0]!.requests.find(({ method }) => method === 'mining.submit')!;
  assert.equal((share.params as { worker?: string }).worker, 'second.rig');
  const told = [...heard.notices, ...heard.progress].join('\n');
  assert.match(told, /first\.rig is not authorized: wrong password \*\*\*/);
  assert.doesNotMatch(told, /7-secret/);
});

test('a pool that was left is taken up again at once when the preferred one fails, and kept', async () => {
  const first = await startPool();
  const second = await startPool();
  const { port } = first;
  await first.close();
  const { heard } = openSource([first, second], { returnAfterMs: 200, answersMs: 2_000 });
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
  const { heard } = openSource([first, second], { returnAfterMs: 600 });
  await waitFor('five tries', () => first.clients.length >= 5);
  assert.deepEqual(
    heard.sessions.slice(1).map(({ name }) => name),
    [`127.0.0.1:${second.port}`],
  );
});

test('a refused worker: the reason is told, and the pool is not asked again at once', async () => {
  const pool = await startPool();
  pool.authorize = { result: null, error: [24, 'Unauthorized worker', null] };
  const askedMs: number[] = [];
  pool.onRequest = (_client, { method }) => {
    if (method === 'mining.authorize') askedMs.push(performance.now());
    return true;
  };
  const { heard } = openSource([pool], { link: { refusedMs: 500 } });
  await waitFor('a notice', () => heard.notices.length > 0);
  assert.match(
    heard.notices[0]!,
    /address.rig is not authorized: Unauthorized worker; trying again in 0.5 s/,
  );
  pool.authorize = { result: true, error: null };
  await waitFor('jobs', () => heard.jobs.length === 1);
  assert.ok(askedMs[1]! - askedMs[0]! >= 490);
});

test('client.reconnect to another port of the same host is followed, and back when nobody is there', async () => {
  const [first, other] = [await startPool(), await startPool()];
  const { heard } = openSource([first]);
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
  const { heard } = openSource([pool]);
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

  const allowed = openSource([pool], { link: { allowRedirect: true } });
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
  openSource([pool], { link: { backoff: { firstMs: 100, maxMs: 10_000 } } });
  await sleep(1_000);
  assert.ok(pool.clients.length >= 2 && pool.clients.length <= 6, String(pool.clients.length));
});

test('nothing listens there: refused, said, and found when it is there', async () => {
  const placeholder = await startPool();
  const { port } = placeholder;
  await placeholder.close();
  const { heard } = openSource([placeholder]);
  await waitFor('a notice', () => heard.notices.length > 0);
  assert.match(heard.notices[0]!, /: connection refused: no pool listens there; trying again/);
  await startPool([makeJob()], port);
  await waitFor('jobs', () => heard.jobs.length === 1);
});
