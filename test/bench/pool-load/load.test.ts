import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadCrew } from '../../../bench/pool-load/generator/crew.js';
import { ShareSource } from '../../../bench/pool-load/generator/share-source.js';
import { measureScenario } from '../../../bench/pool-load/measure-scenario.js';
import { readUsage } from '../../../bench/pool-load/process-usage.js';
import { NO_BLOCKS, StubNode } from '../../../bench/pool-load/stub-node/stub-node.js';
import { startBare } from '../../../bench/pool-load/targets/bare.js';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';
import { joinHeader } from '../../../protocol/header.js';
import { blockHash, chainOfHash, meetsTarget } from '../../../protocol/pow.js';
import { createWasmKernel } from '../../../shaders/cpu/wasm.js';
import { skipWhen } from '../../support/requirement.js';
import { seededBytes } from '../../support/seeded-bytes.js';

const skip = skipWhen(process.platform === 'linux' ? undefined : 'CPU times are read from /proc');

const SCENARIO = { name: 'test', what: '', connections: 6, processes: 2, difficulties: 0 };
/** A job in the window, and not two while a process of miners stands still: what they send then would be stale. */
const OPTIONS = { warmUpMs: 300, windowMs: 2_000, jobIntervalMs: 1_500, nodePort: 0, nodeRestPort: 0 };
/** Miners that keep to the clock send all that has come due before they read on. */
const ONE_JOB = { ...OPTIONS, jobIntervalMs: 60_000 };

test('the bare server takes every share of miners that submit as fast as they can', { skip }, async () => {
  const load = { kind: 'saturated', inFlight: 4, coalesce: false } as const;
  const { figures, rejected, failures } = await measureScenario({ ...SCENARIO, load }, startBare, OPTIONS);
  deepEqual([rejected, failures], [{}, {}]);
  equal(figures.authorized, 6);
  equal(figures.connections, 6);
  ok(figures.sharesPerSecond! > 100, `${figures.sharesPerSecond}`);
  ok(figures.cpuUsPerShare! > 0.5 && figures.cpuUsPerShare! < 10_000, `${figures.cpuUsPerShare}`);
  ok(figures.jobMsP99! > 0 && figures.answerMsP50! > 0 && figures.answerMsP50! <= figures.answerMsMax!);
});

test('an offered load comes at its rate', { skip }, async () => {
  const load = { kind: 'offered', inFlight: 4, sharesPerSecond: 500 } as const;
  const { figures, rejected } = await measureScenario({ ...SCENARIO, load }, startBare, ONE_JOB);
  deepEqual(rejected, {});
  const rate = figures.sharesPerSecond! + figures.heldPerSecond!;
  ok(rate > 300 && rate < 800, `${rate}`);
});

test('idle miners get every job and submit nothing, at whatever difficulty', { skip }, async (t) => {
  const node = await StubNode.start({ intervalMs: 300, blockTarget: NO_BLOCKS, port: 0, restPort: 0 });
  t.after(() => node.close());
  const server = await startBare(node);
  t.after(() => server.close());
  const crew = new LoadCrew({
    ...{ host: server.host, port: server.port, connections: 40, processes: 1, sources: 3, difficulties: 5 },
    load: { kind: 'idle' },
    firstWorker: 0,
    address: 'anybody',
  });
  t.after(() => crew.close());
  deepEqual(await crew.connect(), { authorized: 40, failures: {} });
  crew.load();
  // The window begins and ends at some time between an order and its answer.
  const beforeBegin = node.pushes;
  crew.measure();
  await crew.report();
  const afterBegin = node.pushes;
  await sleep(3_000);
  const beforeEnd = node.pushes;
  const report = await crew.report();
  const [least, most] = [(beforeEnd - afterBegin) * 40, (node.pushes - beforeBegin) * 40];
  // A push that is under way at an end of the window may fall to either side of it.
  ok(report.jobs >= least - 40 && report.jobs <= most + 40, `${report.jobs} of ${least} to ${most}`);
  equal(report.jobTimes.total, report.jobs);
  const { maxUs } = report.jobTimes;
  ok(
    report.pushTimes.length > 3 && report.pushTimes.every((us) => us > 0 && us <= maxUs),
    `${report.pushTimes}, at most ${maxUs}`,
  );
  deepEqual([report.accepted, report.rejected, report.connections], [0, {}, 40]);
});

test('miners that find no server say why', async () => {
  const crew = new LoadCrew({
    ...{ host: '127.0.0.1', port: 1, connections: 3, processes: 1, sources: 1, difficulties: 0 },
    load: { kind: 'idle' },
    firstWorker: 0,
    address: 'anybody',
  });
  try {
    deepEqual(await crew.connect(), { authorized: 0, failures: { ECONNREFUSED: 3 } });
  } finally {
    await crew.close();
  }
});

for (const [what, targetBlob] of [
  ['the lowest difficulty', 'ff'.repeat(32)],
  ['8 times the lowest, as an unpadded target', '1f'.padEnd(62, 'f')],
] as const) {
  test(`shares at ${what} are real, and no two are the same`, () => {
    const blob = seededBytes('pool-load shares', 302);
    const job = { jobId: '1', fromGroup: 2, toGroup: 1, headerBlob: bytesToHex(blob), targetBlob };
    const source = new ShareSource(createWasmKernel(), 'beef', job);
    const target = hexToBytes(targetBlob.padStart(64, '0'));
    const nonces = new Set<string>();
    for (let i = 0; i < 3_000 && nonces.size < 200; i++) {
      const nonce = source.take();
      if (nonce === undefined) continue;
      ok(!nonces.has(nonce) && /^beef[0-9a-f]{44}$/.test(nonce), nonce);
      nonces.add(nonce);
      const hash = blockHash(joinHeader(hexToBytes(nonce), blob));
      equal(chainOfHash(hash), 9);
      ok(meetsTarget(hash, target));
    }
    equal(nonces.size, 200);
  });
}

test('CPU time and memory of this process are read', { skip }, () => {
  const before = readUsage(process.pid);
  const cpu = process.cpuUsage();
  while (process.cpuUsage(cpu).user < 200_000);
  const after = readUsage(process.pid);
  const grown = after.cpuMs - before.cpuMs;
  ok(grown > 150 && grown < 5_000, `${grown}`);
  ok(after.mainThreadMs - before.mainThreadMs <= grown + 20);
  ok(Math.abs(after.rssBytes / process.memoryUsage.rss() - 1) < 0.3);
});
