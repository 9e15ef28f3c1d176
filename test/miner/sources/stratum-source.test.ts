import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { targetBytes, targetOfDifficulty } from '../../../protocol/target.js';
import { closeAll } from '../../support/closers.js';
import { notifiedJob, type PoolClient } from '../../support/fake-pool.js';
import { makeJob, makeJobs } from '../../support/jobs.js';
import { openSource, startPool, submit } from '../../support/stratum-source-lab.js';
import { waitFor } from '../../support/wait.js';

afterEach(closeAll);

test('subscribes, authorizes, and hands on jobs with the extranonce', async () => {
  const pool = await startPool([makeJob({ chain: 6, target: targetBytes(12345n) })]);
  pool.extranonce = 'c0ffee';
  const { source, heard } = openSource([pool]);
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
  const { source, heard } = openSource([pool]);
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
  const { heard } = openSource([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  assert.equal(heard.last.jobs.length, 16);
});

test('without targetBlob the difficulty decides; without either the job is not mined, and that is said', async () => {
  const pool = await startPool([]);
  const { heard } = openSource([pool]);
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
    const { source, heard } = openSource([pool], { link: { connectTimeoutMs } });
    await waitFor('the extranonce in use', () => heard.jobs.at(-1)?.session.noncePrefix.length === 2);
    submit(source, heard.last);
    await waitFor('the answer', () => heard.verdicts.length === 1);
  });
}

test('another extranonce counts from the next job on, in a session of its own', async () => {
  const pool = await startPool();
  pool.extranonce = 'aaaa';
  const { source, heard } = openSource([pool]);
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

for (const [extranonce, reason] of [
  ['ab'.repeat(15), /an extranonce of 15 bytes: at most 14 leave room to search; trying again in 0\.3 s/],
  ['ab'.repeat(30), /an extranonce of 30 bytes: at most 14 leave room to search; trying again in 0\.3 s/],
  ['abc', /mining\.set_extranonce: expected hex digits, two a byte, got "abc"; trying again in 0\.3 s/],
] as const) {
  test(`a pool whose extranonce cannot be mined with is left, and the next one mined for: ${extranonce}`, async () => {
    const [pool, next] = [await startPool(), await startPool()];
    pool.extranonce = extranonce;
    const { heard } = openSource([pool, next]);
    await waitFor('jobs of the next', () => heard.jobs.length > 0);
    assert.match(heard.notices[0]!, reason);
    assert.ok(heard.sessions.every(({ name }) => name.endsWith(`:${next.port}`)));
    await waitFor('the end of its connection', () => pool.clients[0]!.closed);
  });
}

for (const [what, result] of [
  ["as Bitcoin's pools", [[['mining.notify', 'ae6812']], 'beef', 4]],
  ['without subscriptions, behind 0x', [null, '0xBEEF']],
] as const) {
  test(`an extranonce in the answer to subscribe counts: ${what}`, async () => {
    const pool = await startPool();
    pool.onRequest = (client, { id, method }) => {
      if (method === 'mining.subscribe') client.answer(id, result);
      if (method === 'mining.authorize') {
        client.answer(id, true);
        client.notify(pool.jobs);
      }
      return method === 'mining.submit';
    };
    const { source, heard } = openSource([pool]);
    await waitFor('jobs', () => heard.jobs.length === 1);
    assert.deepEqual(heard.last.session.noncePrefix, Uint8Array.of(0xbe, 0xef));
    submit(source, heard.last);
    await waitFor('the answer', () => heard.verdicts.length === 1);
  });
}

test('a session id in the answer to subscribe is no extranonce, and a later extranonce counts all the same', async () => {
  for (const result of ['abcd', ['mining.notify', 'abcd'], [['mining.notify', 'abcd'], 'cdef']]) {
    const pool = await startPool();
    pool.extranonce = 'beef';
    pool.onRequest = (client, { id, method }) => {
      if (method === 'mining.subscribe') client.answer(id, result);
      return method !== 'mining.subscribe';
    };
    const { heard } = openSource([pool]);
    await waitFor('jobs', () => heard.last?.session.noncePrefix[0] === 0xbe);
  }
});

test('14 bytes of extranonce are mined with', async () => {
  const pool = await startPool();
  pool.extranonce = 'ab'.repeat(14);
  const { heard } = openSource([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  assert.equal(heard.last.session.noncePrefix.length, 14);
});

test('wrong jobs and garbage between good ones: said, and mined on', async () => {
  const pool = await startPool();
  const { heard } = openSource([pool]);
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
  assert.equal(heard.notices.filter((notice) => /headerBlob/.test(notice)).length, 3);
  assert.equal(heard.notices.filter((notice) => /expected JSON/.test(notice)).length, 3);
});

test('what the pool tells people is told', async () => {
  const pool = await startPool();
  const { heard } = openSource([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  pool.clients[0]!.send({ method: 'client.show_message', params: ['maintenance at noon'] });
  await waitFor('a notice', () => heard.notices.length === 1);
  assert.match(heard.notices[0]!, /says: maintenance at noon$/);
});

test('a web server is no pool, and is tried again', async () => {
  const pool = await startPool();
  pool.onConnection = ({ pipe }) => pipe.write('HTTP/1.1 400 Bad Request\r\n\r\n');
  pool.onRequest = () => false;
  const { heard } = openSource([pool]);
  await waitFor('a second try', () => pool.clients.length >= 2);
  assert.match(
    heard.notices[0]!,
    /no stratum pool: expected JSON, got "HTTP\/1.1 400 Bad Request"; trying again/,
  );
});

test('an endless line ends the connection', async () => {
  const pool = await startPool();
  const { heard } = openSource([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  pool.clients[0]!.pipe.write('x'.repeat(1024 * 1024 + 1));
  await waitFor('the end', () => heard.ended.length === 1);
  assert.match(heard.notices[0]!, /a line of more than 1048576 bytes/);
  await waitFor('a new session', () => heard.sessions.length === 2);
});

test('the hashrate is reported, and an answer to that counts for nothing', async () => {
  const pool = await startPool();
  pool.onRequest = (client, { id, method }) => {
    if (method === 'alph_submitHashrate')
      client.answer(id, false, { code: -1, message: 'unsupported method' });
    return true;
  };
  const { source, heard } = openSource([pool]);
  await waitFor('jobs', () => heard.jobs.length === 1);
  source.reportHashrate(4_500_000);
  submit(source, heard.last);
  await waitFor('the answer', () => heard.verdicts.length === 1);
  assert.deepEqual(pool.clients[0]!.requests.at(-2)!.params, ['0x44aa20']);
  assert.deepEqual(heard.verdicts[0]!.reason, undefined);
});
