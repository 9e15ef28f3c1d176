/**
 * Puts stratum servers under load: `npm run pool-load -- --help` tells how. Exit code 1 when a promised figure is missed
 * or could not be measured.
 * @module
 */
import { readFileSync } from 'node:fs';
import { describeMachine } from '../machine.js';
import { describeMachineLines } from '../words.js';
import { makeBurnRights } from './burn-rights.js';
import { measureScenario } from './measure-scenario.js';
import { type PoolLoadOptions, parseArguments } from './options.js';
import { type Measurement, type PoolLoadRun, parsePoolLoadRun } from './result.js';
import { SCENARIOS, type Scenario, WITHOUT } from './scenarios.js';
import { compareScenarios, compareSides, isKept } from './summary.js';
import { startBare } from './targets/bare.js';
import { startLesswork } from './targets/lesswork.js';
import type { StartTarget } from './targets/target.js';
import { describeMeasurement, describeRows } from './words.js';

/** A server that is measured. */
interface Side {
  readonly name: string;
  start(scenario: Scenario): StartTarget;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const asked = parseArguments(process.argv.slice(2));
try {
  if (asked.kind === 'compare') compareFiles(asked.files);
  else await measure(asked.options);
} catch (error) {
  console.error(`pool-load: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();

function compareFiles(files: readonly [string, string]): void {
  const [a, b] = files.map((file) => parsePoolLoadRun(readFileSync(file, 'utf8'))) as [
    PoolLoadRun,
    PoolLoadRun,
  ];
  for (const target of new Set([...a.measurements, ...b.measurements].map((one) => one.target))) {
    const of = (run: PoolLoadRun): Measurement[] => run.measurements.filter((one) => one.target === target);
    console.log(`${target}:`);
    for (const line of describeRows(compareSides(of(a), of(b)), ['first', 'second'])) console.log(line);
  }
}

async function measure(options: PoolLoadOptions): Promise<void> {
  const machine = describeMachine([]);
  const say = options.json ? console.error : console.log;
  for (const line of describeMachineLines(machine)) say(line);
  const sides = sidesOf(options);
  const measurements: Measurement[] = [];
  const scenarios = scenariosOf(options);
  for (const { name, connections, what } of scenarios) say(`${name}: ${connections} miners, ${what}`);
  for (let repetition = 0; repetition < options.repeat; repetition++) {
    for (const together of options.together ? pairsOf(scenarios) : scenarios.map((scenario) => [scenario])) {
      const able = together.some(isForLessworkAlone) ? sides.filter(({ name }) => name !== 'bare') : sides;
      // By turns, and in changing order: what else happens on the machine falls on both, and on all scenarios.
      for (const side of repetition % 2 === 0 ? able : able.toReversed()) {
        const results = await Promise.all(
          together.map((scenario) =>
            measureScenario(scenario, side.start(scenario), {
              warmUpMs: options.warmup * 1000,
              windowMs: options.seconds * 1000,
              jobIntervalMs: options.jobInterval,
              nodePort: options.nodePort,
              nodeRestPort: options.nodeRestPort,
            }),
          ),
        );
        for (const [i, result] of results.entries()) {
          const measurement = { scenario: together[i]!.name, target: side.name, repetition, ...result };
          measurements.push(measurement);
          for (const line of describeMeasurement(measurement)) say(line);
        }
      }
    }
  }
  const [first, second] = sides.map(({ name }) => measurements.filter(({ target }) => target === name));
  const rows = compareSides(first!, second ?? []);
  const names = sides.map(({ name }) => name) as [string] | [string, string];
  for (const line of describeRows(rows, names)) say(line);
  const within = compareScenarios(second ?? first!);
  if (within.length > 0) for (const line of describeRows(within, ['without', 'with'])) say(line);
  const promised = second ? [...rows, ...within] : within;
  if (promised.some((row) => isKept(row) === false)) process.exitCode = 1;
  if (options.json) console.log(JSON.stringify({ machine, measurements } satisfies PoolLoadRun));
}

/** A bare server has no store and no API to be busy with, no workers, no log, knows no strangers, burns and credits nothing. */
function isForLessworkAlone({ busy, workers, strangers, logged, whole, found, pages }: Scenario): boolean {
  return pages !== undefined || [busy, workers, strangers, logged, whole, found].some(Boolean);
}

/** Each scenario with the one right before it that it is held against, where both are there. */
function pairsOf(scenarios: readonly Scenario[]): Scenario[][] {
  const pairs: Scenario[][] = [];
  for (const scenario of scenarios) {
    const before = pairs.at(-1);
    if (before?.at(-1)?.name === `${scenario.name}${WITHOUT}`) before.push(scenario);
    else pairs.push([scenario]);
  }
  return pairs;
}

function scenariosOf(options: PoolLoadOptions): Scenario[] {
  // Workers need a store that they can share.
  const possible = SCENARIOS.filter(({ workers }) => workers === undefined || options.store === 'redis');
  return possible
    .filter(({ name }) => options.scenario.includes(name))
    .map((scenario) => {
      const { load } = scenario;
      const inFlight = options.inFlight ?? (load.kind === 'idle' ? 0 : load.inFlight);
      return {
        ...scenario,
        connections: options.connections ?? scenario.connections,
        processes: options.processes ?? scenario.processes,
        load:
          load.kind === 'offered'
            ? { ...load, inFlight, sharesPerSecond: options.rate ?? load.sharesPerSecond }
            : load.kind === 'saturated'
              ? { ...load, inFlight, coalesce: options.coalesce }
              : load,
      };
    });
}

function sidesOf(options: PoolLoadOptions): Side[] {
  const { connect, cpuProf, store } = options;
  const nodeArgs = cpuProf === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', cpuProf];
  if (connect) {
    const target = { ...connect, pid: connect.pid, close: async () => {} };
    return [{ name: `${connect.host}:${connect.port}`, start: () => async () => target }];
  }
  const bare: Side = { name: 'bare', start: () => (node) => startBare(node, nodeArgs) };
  const lesswork: Side = {
    name: `lesswork, ${store}`,
    start:
      ({ difficulties, strangers, workers = options.workers, logged = false, whole, found }) =>
      (node) =>
        startLesswork(node, {
          store,
          authorizations: whole?.burns === true ? makeBurnRights().authorizations : undefined,
          difficultyByPassword: difficulties > 0,
          open: strangers !== undefined,
          found,
          args: workers === undefined ? [] : ['--workers', String(workers)],
          profileFolder: cpuProf,
          logged,
        }),
  };
  if (options.target === 'both') return [bare, lesswork];
  return options.target === 'bare' ? [bare] : [lesswork];
}
