import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { measureScenario } from '../../../bench/pool-load/measure-scenario.js';
import { startLesswork } from '../../../bench/pool-load/targets/lesswork.js';
import { type CpuProfile, logCpuPercent } from '../../../bench/pool-load/targets/log-part.js';
import { skipWhen } from '../../support/requirement.js';

const skip = skipWhen(process.platform === 'linux' ? undefined : 'CPU times are read from /proc');

/** A profile of functions, each with its children and the time spent in itself, us. */
function profileOf(
  functions: readonly (readonly [name: string, url: string, us: number, children?: number[]])[],
): CpuProfile {
  return {
    nodes: functions.map(([functionName, url, , children = []], id) => ({
      id,
      callFrame: { functionName, url },
      children,
    })),
    samples: functions.map((_, id) => id),
    timeDeltas: functions.map(([, , us]) => us),
  };
}

test('what log lines take is counted with all that they call, and waiting counts for nothing', () => {
  const profile = profileOf([
    ['(root)', '', 0, [1, 2, 3]],
    ['(idle)', '', 1_000_000],
    ['handle', 'file:///x/dist/pool/sessions/request-desk.js', 900, [4, 5]],
    ['(program)', '', 5_000],
    ['note', 'file:///x/dist/pool/report/peer-lines.js', 20, [6]],
    ['#noteLogin', 'file:///x/dist/pool/sessions/request-desk.js', 30],
    ['stringify', '', 50],
  ]);
  equal(logCpuPercent(profile), 10);
  ok(
    Number.isNaN(
      logCpuPercent(
        profileOf([
          ['(root)', '', 0, [1]],
          ['(idle)', '', 5],
        ]),
      ),
    ),
  );
});

test('miners that come and go are counted, and the part of the log is read from a profile', {
  skip,
}, async () => {
  const scenario = {
    name: 'test',
    what: '',
    connections: 4,
    processes: 1,
    difficulties: 0,
    load: { kind: 'offered', inFlight: 4, sharesPerSecond: 200, loginsPerSecond: 100 } as const,
    logged: true,
  };
  const { figures, failures } = await measureScenario(
    scenario,
    (node) =>
      startLesswork(node, { store: 'embedded', difficultyByPassword: false, logged: true, open: false }),
    { warmUpMs: 300, windowMs: 2_000, jobIntervalMs: 60_000, nodePort: 0, nodeRestPort: 0 },
  );
  deepEqual(failures, {});
  ok(figures.loginsPerSecond! > 20 && figures.loginsPerSecond! < 200, `${figures.loginsPerSecond}`);
  ok(figures.logCpuPercent! > 0 && figures.logCpuPercent! < 50, `${figures.logCpuPercent}`);
});
