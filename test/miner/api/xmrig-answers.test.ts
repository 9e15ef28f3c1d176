import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rig } from '../../../miner/api/rig.js';
import { backendsAnswer, summaryAnswer } from '../../../miner/api/xmrig-answers.js';
import { CARD, CPU, ON_NODE, ON_POOL } from '../../support/miner-status.js';

const rig: Rig = {
  id: '51aca77da137cb62',
  workerId: 'rig7',
  version: '1.2.3',
  userAgent: 'lesswork/1.2.3 (Linux x86_64) node/20.19.0',
  cpu: {
    brand: 'A CPU',
    family: 6,
    model: 60,
    stepping: 3,
    aes: true,
    avx2: false,
    cores: 4,
    threads: 8,
    packages: 1,
    arch: 'x86_64',
  },
};
const resources = {
  memory: { free: 1, total: 2, resident_set_memory: 1 },
  load_average: [3.4, 2.7, 2.44],
  hardware_concurrency: 8,
};
const facts = { rig, resources, restricted: false };

test("the summary has XMRig's fields, in its order, and no other", () => {
  const answer = summaryAnswer(2, { ...facts, status: ON_POOL });
  assert.deepEqual(Object.keys(answer), [
    'id',
    'worker_id',
    'uptime',
    'restricted',
    'resources',
    'features',
    'results',
    'algo',
    'connection',
    'version',
    'kind',
    'ua',
    'cpu',
    'donate_level',
    'paused',
    'algorithms',
    'hashrate',
    'hugepages',
  ]);
  const { cpu, ...rest } = answer;
  assert.deepEqual(rest, {
    id: '51aca77da137cb62',
    worker_id: 'rig7',
    uptime: 1000,
    restricted: false,
    resources,
    features: ['api', 'http', 'tls'],
    results: {
      diff_current: 2 ** 29,
      shares_good: 100,
      shares_total: 104,
      avg_time: 2,
      avg_time_ms: 2500,
      hashes_total: 2 ** 64,
      best: [2 ** 40, 2 ** 38, 0, 0, 0, 0, 0, 0, 0, 0],
    },
    algo: 'blake3-alephium',
    connection: {
      pool: 'stratum+ssl://pool.example:20033',
      ip: '192.0.2.7',
      uptime: 50,
      uptime_ms: 50_000,
      ping: 12,
      failures: 2,
      tls: 'TLSv1.3',
      'tls-fingerprint': null,
      algo: 'blake3-alephium',
      diff: 2 ** 29,
      accepted: 100,
      rejected: 4,
      avg_time: 2,
      avg_time_ms: 2500,
      hashes_total: 2 ** 64,
    },
    version: '1.2.3',
    kind: 'miner',
    ua: 'lesswork/1.2.3 (Linux x86_64) node/20.19.0',
    donate_level: 0,
    paused: false,
    algorithms: ['blake3-alephium'],
    hashrate: { total: [2.1084e9, 2.0583e9, 2.0082e9], highest: 2.2e9 },
    hugepages: [0, 0],
  });
  assert.deepEqual(Object.keys(cpu), [
    'brand',
    'family',
    'model',
    'stepping',
    'proc_info',
    'aes',
    'avx2',
    'x64',
    '64_bit',
    'l2',
    'l3',
    'cores',
    'threads',
    'packages',
    'nodes',
    'backend',
    'msr',
    'assembly',
    'arch',
    'flags',
  ]);
  assert.deepEqual([cpu.aes, cpu.avx2, cpu.flags, cpu.l3], [true, false, ['aes'], null]);
});

test('its first version has errors, threads, and huge pages as a boolean', () => {
  const { results, connection, hashrate, hugepages } = summaryAnswer(1, { ...facts, status: ON_POOL });
  assert.deepEqual([results.error_log, connection.error_log, hugepages], [[], [], false]);
  assert.deepEqual(hashrate.threads, [
    [2.1e9, 2.05e9, 2e9],
    [8.4e6, 8.3e6, 8.2e6],
  ]);
});

test('on a full node, and before anything is known, nothing is made up', () => {
  const answer = summaryAnswer(2, {
    ...facts,
    status: { ...ON_NODE, uptimeMs: 9_999, hashrates: { ...ON_NODE.hashrates, highest: 0 } },
  });
  assert.deepEqual(answer.hashrate, { total: [null, null, null], highest: null });
  assert.deepEqual(answer.results, {
    diff_current: null,
    shares_good: 3,
    shares_total: 3,
    avg_time: 20,
    avg_time_ms: 20_000,
    hashes_total: null,
    best: [],
  });
  const away = summaryAnswer(2, {
    ...facts,
    status: { ...ON_POOL, source: undefined, session: undefined },
  }).connection;
  assert.deepEqual(
    [away.pool, away.ip, away.uptime, away.ping, away.tls, away.diff, away.avg_time],
    [null, null, 0, null, null, null, null],
  );
  assert.equal(away.accepted, 100);
  assert.equal(summaryAnswer(2, { ...facts, status: { ...ON_POOL, held: ['battery'] } }).paused, true);
});

test('backends: the CPU without affinity, cards with their bus and what is measured', () => {
  const [cpu, cards] = backendsAnswer({ status: ON_POOL }) as readonly Record<string, unknown>[];
  assert.deepEqual([cpu!.type, cpu!.enabled, cpu!.hashrate], ['cpu', true, [8.4e6, 8.3e6, 8.2e6]]);
  const threads = cpu!.threads as { affinity: unknown }[];
  assert.deepEqual(
    threads.map(({ affinity }) => affinity),
    [-1],
  );
  assert.deepEqual(cards, {
    type: 'webgpu',
    enabled: true,
    algo: 'blake3-alephium',
    profile: null,
    hashrate: [2.1e9, 2.05e9, 2e9],
    threads: [
      {
        index: 0,
        affinity: -1,
        hashrate: [2.1e9, 2.05e9, 2e9],
        name: 'RTX 4090',
        state: 'mining',
        held: [],
        errors: 1,
        health: { temperature: 61.4, power: 322.5, clock: 2520, mem_clock: 10_251, fan_speed: [45.5] },
        bus_id: '0a:00.0',
      },
    ],
  });
});

test('backends: threads that are bound to CPUs; several of them have no number that XMRig knows', () => {
  const affinityOf = (cpus: readonly number[]): unknown[] => {
    const status = { ...ON_POOL, devices: [{ ...CPU, cpus }] };
    const [backend] = backendsAnswer({ status }) as readonly { threads: Record<string, unknown>[] }[];
    return backend!.threads.map(({ affinity, cpus }) => [affinity, cpus]);
  };
  assert.deepEqual(affinityOf([3]), [[3, [3]]]);
  assert.deepEqual(affinityOf([5, 3]), [[null, [5, 3]]]);
});

test('a backend without devices is not enabled, and has no rates, as XMRig has it', () => {
  const status = { ...ON_POOL, devices: [{ ...CARD, state: 'stopped' as const }] };
  for (const backend of backendsAnswer({ status }) as readonly Record<string, unknown>[]) {
    assert.equal(backend.enabled, false);
    assert.ok(!('threads' in backend) && !('hashrate' in backend));
  }
});

test('a card of which nothing is measured has no health; one without a certain bus has null', () => {
  const { sensors: _s, pci: _p, ...bare } = CARD;
  const [, cards] = backendsAnswer({ status: { ...ON_POOL, devices: [bare] } }) as readonly {
    threads: Record<string, unknown>[];
  }[];
  const [thread] = cards!.threads;
  assert.equal(thread!.bus_id, null);
  assert.ok(!('health' in thread!));
});
