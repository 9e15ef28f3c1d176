import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../../pool/domain/account.js';
import { type LiveWorker, LiveWorkers } from '../../../pool/sessions/live-worker.js';
import { testAccount } from '../../support/journal-writing.js';
import { ADDRESS, TestPool } from '../../support/test-pool.js';

const [one, other] = [testAccount(1), testAccount(2)];
const HERE = { remoteAddress: '198.51.100.1', trusted: false };
const LIMITS = { workersPerAccount: 3, workersPerNetwork: 5 };

function connected(workers: LiveWorkers, account: Account, name: string, origin = HERE): LiveWorker {
  const worker = workers.connect(account, name, origin);
  assert.ok(typeof worker !== 'string', `${worker}`);
  return worker;
}

test('an account has so many workers at a time; those that are here may come again', () => {
  const workers = new LiveWorkers(LIMITS);
  const [first] = ['a', 'b', 'c'].map((name) => connected(workers, one, name));
  assert.equal(workers.connect(one, 'd', { remoteAddress: '203.0.113.9', trusted: true }), 'accountFull');
  assert.equal(connected(workers, one, 'a', { ...HERE, remoteAddress: '203.0.113.9' }), first);
  connected(workers, other, 'd');
  assert.ok(!workers.disconnect(first!));
  assert.equal(workers.connect(one, 'd', HERE), 'accountFull');
  assert.ok(workers.disconnect(first!));
  connected(workers, one, 'd');
});

test('an address, or a /64, brings so many workers, whatever their accounts; a trusted one any number', () => {
  const workers = new LiveWorkers({ workersPerAccount: 100, workersPerNetwork: 5 });
  const origin = (remoteAddress: string, trusted = false) => ({ remoteAddress, trusted });
  const brought = Array.from({ length: 5 }, (_, i) =>
    connected(workers, i % 2 === 0 ? one : other, `w${i}`, origin(`2001:db8::${i + 1}`)),
  );
  assert.equal(workers.connect(one, 'new', origin('2001:db8:0:0:ffff::9')), 'addressFull');
  connected(workers, one, 'w0', origin('2001:db8::9'));
  connected(workers, one, 'new', origin('2001:db8:0:1::1'));
  connected(workers, one, 'trusted', origin('2001:db8::1', true));
  workers.disconnect(brought[1]!);
  assert.equal(workers.connect(one, 'more', origin('2001:db8::1')), 'addressFull', 'the trusted one counts');
  workers.disconnect(brought[3]!);
  connected(workers, one, 'more', origin('2001:db8::1'));
});

test('nothing is kept of workers that have gone', () => {
  const workers = new LiveWorkers({ workersPerAccount: 1e6, workersPerNetwork: 1e6 });
  const gone = Array.from({ length: 1000 }, (_, i) =>
    connected(workers, testAccount(i), `w${i}`, {
      remoteAddress: `10.0.${i >> 8}.${i & 255}`,
      trusted: false,
    }),
  );
  assert.deepEqual([workers.size, workers.counted], [1000, 2000]);
  for (const worker of gone) assert.ok(workers.disconnect(worker));
  assert.ok(!workers.disconnect(gone[0]!));
  assert.deepEqual([workers.size, workers.counted], [0, 0]);
});

test('one worker too many is refused with 22 and a reason, and its connection mines on', () => {
  const pool = new TestPool({ workersPerAccount: 3, workersPerNetwork: 2 });
  const miner = pool.connect();
  assert.equal(miner.authorize(`${ADDRESS}.a`)?.result, true);
  assert.equal(miner.authorize(`${ADDRESS}.b`)?.result, true);
  const refused = miner.authorize(`${ADDRESS}.c`);
  assert.deepEqual(refused?.error, { code: 22, message: 'too many workers from your address are connected' });
  const trusted = pool.connect({}, { trusted: true });
  assert.equal(trusted.authorize(`${ADDRESS}.c`)?.result, true);
  assert.deepEqual(trusted.authorize(`${ADDRESS}.d`)?.error, {
    code: 22,
    message: 'too many workers of this account are connected',
  });
  assert.equal(trusted.authorize(`${ADDRESS}.a`)?.result, true);
  assert.equal(pool.pool.counters.authorizationsRefused, 2);
  assert.deepEqual([miner.ended, trusted.ended], [false, false]);
  pool.pool.drop(trusted.session, 'client');
  assert.equal(miner.authorize(`${ADDRESS}.b`)?.result, true);
  const elsewhere = pool.connect({}, { remoteAddress: '192.0.2.2' });
  assert.equal(elsewhere.authorize(`${ADDRESS}.c`)?.result, true);
});
