import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PoolUnderFire, VICTIM } from '../support/pool-under-fire.js';
import { RudeClient } from '../support/rude-client.js';
import { OTHER_ADDRESS } from '../support/test-pool.js';
import { waitFor } from '../support/wait.js';

const REQUEST = '{"id":1,"method":"mining.noop"}\n';

test('a flood of duplicates ends its connection, and bans neither its address nor the account that it names', async (t) => {
  const lab = await PoolUnderFire.start(t);
  const { disconnected, rejected } = lab.counters;
  for (let round = 1; round <= 15; round++) {
    const rude = new RudeClient(await lab.client());
    await rude.authorize(`${VICTIM}.rude`);
    const nonce = rude.shares().next().value;
    const params = { jobId: rude.job.jobId, nonce, worker: `${VICTIM}.honest` };
    rude.raw.send(`${JSON.stringify({ id: 'flood', method: 'mining.submit', params })}\n`.repeat(200));
    await rude.raw.isClosed();
    await waitFor('its end is counted', () => disconnected.invalidShares === round);
    const answers = rude.lines.filter(({ id }) => id === 'flood');
    assert.equal(answers.filter(({ result }) => result === true).length, 1);
    assert.ok(answers.length >= 50 && answers.length <= 200, `${answers.length}`);
  }
  assert.ok(rejected.duplicate >= 15 * 49);
  assert.equal(lab.refused('banned'), 0);
  // Others with the same account come in, from the same address too.
  for (const from of ['127.0.0.1', '127.0.0.5']) {
    const friend = new RudeClient(await lab.client(from));
    assert.equal((await friend.authorize(`${VICTIM}.friend`)).result, true);
    assert.equal(await friend.submit(friend.shares().next().value, { worker: `${VICTIM}.friend` }), 0);
  }
  await lab.closeAndCompare();
});

test('rubbish in the name of a victim costs the victim nothing', async (t) => {
  const lab = await PoolUnderFire.start(t);
  for (let round = 0; round < 12; round++) {
    const rude = new RudeClient(await lab.client());
    await rude.authorize(`${VICTIM}.honest`);
    const nonce = `${rude.extranonce}${'0'.repeat(44)}`;
    for (const params of [
      { jobId: rude.job.jobId, nonce: 'zz' },
      { jobId: rude.job.jobId, nonce },
      'rubbish',
    ])
      rude.raw.send(`${JSON.stringify({ id: 1, method: 'mining.submit', params })}\n`.repeat(100));
    await rude.raw.isClosed();
  }
  await waitFor('all counted', () => lab.counters.disconnected.invalidShares === 12);
  assert.equal(lab.refused('banned'), 0);
  await lab.closeAndCompare();
});

test('an address that abuses the protocol is banned, alone; a trusted one is not', async (t) => {
  const limits = { trusted: ['127.0.0.2'] };
  const lab = await PoolUnderFire.start(t, { config: { limits } });
  const abuse = async (from: string): Promise<void> => {
    const client = await lab.client(from);
    client.send('garbage\n');
    await client.isClosed();
  };
  for (let i = 0; i < 10; i++) await abuse('127.0.0.1');
  for (let i = 0; i < 20; i++) await abuse('127.0.0.2');
  assert.equal(lab.refused('banned'), 0);
  const banned = await lab.client('127.0.0.1');
  await banned.isClosed();
  assert.match(banned.received, /your address is banned for .*: garbage/);
  await waitFor('the ban', () => lab.refused('banned') === 1);
  for (const from of ['127.0.0.2', '127.0.0.3'])
    assert.equal((await new RudeClient(await lab.client(from)).authorize()).result, true);
  await lab.closeAndCompare();
});

test('in solo nobody locks out whoever is at home', async (t) => {
  const lab = await PoolUnderFire.start(t, {
    config: { mode: 'solo', limits: { connectionsPerAddress: 1 } },
  });
  for (let i = 0; i < 30; i++) {
    const client = await lab.client();
    client.send('garbage\n');
    await client.isClosed();
  }
  const many = await Promise.all(Array.from({ length: 5 }, () => lab.client()));
  for (const client of many) assert.equal((await new RudeClient(client).authorize()).result, true);
  await lab.closeAndCompare();
});

test('a flood of messages ends its connection', async (t) => {
  const lab = await PoolUnderFire.start(t, { config: { limits: { messagesPerSecond: 10 } } });
  // A share each 15 ms is more than ten messages a second, but it is paid for with work.
  const rude = await lab.client();
  const sentMs = performance.now();
  rude.send(REQUEST.repeat(1_000));
  await rude.isClosed();
  assert.equal(lab.counters.disconnected.messageRate, 1);
  const answers = rude.received.split('"result":true').length - 1;
  // Ten more for each second that it went on for: a machine may stand still in the midst of it.
  const mostAnswers = 200 + Math.floor((performance.now() - sentMs) / 100);
  assert.ok(answers >= 200 && answers <= mostAnswers, `${answers} of ${mostAnswers}`);
  await lab.servesHonest();
});

test('so many connections of one address, so many in all; who goes makes room', async (t) => {
  const limits = { connectionsPerAddress: 3, maxConnections: 6 };
  const lab = await PoolUnderFire.start(t, { config: { limits } });
  const inside = [];
  for (let i = 0; i < 3; i++) inside.push(new RudeClient(await lab.client()));
  for (const client of inside) assert.equal((await client.authorize()).result, true);
  await (await lab.client()).isClosed();
  await waitFor('the fourth', () => lab.refused('addressFull') === 1);
  for (let i = 0; i < 2; i++) inside.push(new RudeClient(await lab.client('127.0.0.3')));
  for (const client of inside) assert.equal((await client.authorize()).result, true);
  // Nobody of them has mined: the address that holds most makes room, its oldest first.
  assert.equal((await new RudeClient(await lab.client('127.0.0.4')).authorize()).result, true);
  await inside[0]!.raw.isClosed();
  assert.match(inside[0]!.raw.received, /makes room for others/);
  assert.equal(lab.counters.disconnected.madeRoom, 1);
  // An address with as many as any other gets no more: the two would only take turns.
  await (await lab.client('127.0.0.3')).isClosed();
  await waitFor('the seventh', () => lab.refused('full') === 1);
  inside[1]!.raw.socket.destroy();
  await waitFor('room', () => lab.app.pool.sessions === 5);
  assert.equal((await new RudeClient(await lab.client('127.0.0.3')).authorize()).result, true);
  await lab.closeAndCompare();
});

test('so many workers of one address, and of one account', async (t) => {
  const limits = { workersPerAddress: 3, workersPerAccount: 4 };
  const lab = await PoolUnderFire.start(t, { config: { limits } });
  const [one, other] = [new RudeClient(await lab.client()), new RudeClient(await lab.client('127.0.0.3'))];
  for (const name of ['a', 'b', 'c']) assert.equal((await one.authorize(`${VICTIM}.${name}`)).result, true);
  const { error } = await one.ask('mining.authorize', [`${OTHER_ADDRESS}.d`, 'x']);
  assert.deepEqual([error?.code, error?.message], [22, 'too many workers from your address are connected']);
  const full = await other.ask('mining.authorize', [`${VICTIM}.d`, 'x']);
  assert.deepEqual(
    [full.error?.code, full.error?.message],
    [22, 'too many workers of this account are connected'],
  );
  assert.equal((await other.authorize(`${VICTIM}.honest`)).result, true);
  assert.equal(lab.counters.authorizationsRefused, 2);
  await lab.closeAndCompare();
});

test('a flood of connections comes and goes, and leaves nothing', async (t) => {
  const lab = await PoolUnderFire.start(t);
  const authorize = `{"id":1,"method":"mining.authorize","params":["${OTHER_ADDRESS}.flood","x"]}\n`;
  for (let round = 0; round < 20; round++) {
    const clients = await Promise.all(Array.from({ length: 50 }, () => lab.client()));
    for (const [i, client] of clients.entries()) {
      if (i % 3 > 0) client.send(i % 3 === 1 ? authorize : authorize.slice(0, 20));
      if (i % 2 === 0) client.socket.resetAndDestroy();
      else client.socket.end();
    }
    await Promise.all(clients.map((client) => client.isClosed()));
  }
  await waitFor('all gone', () => lab.app.pool.sessions === 1);
  assert.deepEqual([lab.app.pool.workers.size, lab.app.pool.workers.counted], [1, 2]);
  assert.ok(lab.counters.connections >= 500);
  await lab.closeAndCompare();
});
