/**
 * Many measurements as few numbers: medians, and ratios of one server, or one run, to another. Pure.
 * @module
 */
import { median } from '../statistics.js';
import type { Measurement } from './result.js';
import { ELSEWHERE, SCENARIOS, WITHOUT } from './scenarios.js';

/** A figure of one scenario, of two sides. */
export interface Row {
  readonly scenario: string;
  readonly figure: string;
  /** Medians over the repetitions; undefined where a side has none. */
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** `b` to `a`: the median of the repetitions' own ratios where both have as many, else that of the medians. */
  readonly ratio: number | undefined;
}

/** What the pool promises of a figure, by the scenario and figure. */
export interface Promised {
  readonly scenario: string;
  readonly figure: string;
  readonly ratio?: { readonly atMost?: number; readonly atLeast?: number };
  readonly value?: { readonly atMost?: number; readonly atLeast?: number };
}

/** Scenarios with strangers at the pool, or with none anywhere. */
const BESIDE_STRANGERS = SCENARIOS.filter(
  ({ strangers }) => strangers === 'none' || strangers?.to === 'pool',
).map(({ name }) => name);

/** Scenarios whose pool burns coins, and what that may not raise. */
const BURNING = SCENARIOS.filter(({ whole }) => whole?.burns).map(({ name }) => name);
const BURNING_FIGURES = ['jobMsP50', 'jobMsP99Median', 'cpuUsPerJob', 'mainCpuUsPerJob'];

/** Scenarios whose pool credits its miners, and what that may not raise. */
const CREDITING: Readonly<Record<string, readonly string[]>> = {
  'settled-shares': ['mainCpuUsPerShare', 'answerMsP50', 'jobMsP50'],
  'settled-jobs': ['mainCpuUsPerJob', 'jobMsP50', 'jobMsP99Median'],
};
/** What else is told of them. */
const CREDIT_FIGURES = ['serverCores', 'blocksFound', 'creditRuns', 'blocksCredited', 'accountsCredited'];

/** Scenarios with pages of the pool open, and what these may not raise. */
const LOOKED_AT: Readonly<Record<string, readonly string[]>> = {
  'pages-shares': ['mainCpuUsPerShare', 'answerMsP50', 'jobMsP50'],
  'pages-jobs': ['mainCpuUsPerJob', 'jobMsP50', 'jobMsP99Median'],
};
/** What else is told of them. */
const PAGE_FIGURES = ['pagesOpen', 'pageFailures', 'pageEventsPerSecond', 'pageRequestsPerSecond'];

/** Ratios are of the pool to the bare server in the same run. */
export const PROMISES: readonly Promised[] = [
  { scenario: 'shares', figure: 'cpuUsPerShare', ratio: { atMost: 1.7 } },
  { scenario: 'shares', figure: 'redisCpuUsPerShare', value: { atMost: 1 } },
  { scenario: 'shares', figure: 'sharesPerSecond', ratio: { atLeast: 0.6 } },
  { scenario: 'shares', figure: 'jobMsP99', ratio: { atMost: 1.2 } },
  { scenario: 'jobs', figure: 'cpuUsPerJob', ratio: { atMost: 1.1 } },
  { scenario: 'difficulties', figure: 'cpuUsPerJob', ratio: { atMost: 1.1 } },
  { scenario: 'latency', figure: 'jobMsP99', ratio: { atMost: 1.05 } },
  { scenario: 'memory', figure: 'rssKbPerConnection', value: { atMost: 8 } },
  { scenario: 'logins', figure: 'logCpuPercent', value: { atMost: 2 } },
  { scenario: 'idle', figure: 'connections', value: { atLeast: 18_000 } },
  // The pool's own, without and with.
  { scenario: 'busy/shares', figure: 'jobMsP99', ratio: { atMost: 1.2 } },
  { scenario: 'workers/offered', figure: 'cpuUsPerShare', ratio: { atMost: 1.2 } },
  { scenario: 'workers', figure: 'busiestProcessCores', value: { atMost: 0.6 } },
  ...BESIDE_STRANGERS.flatMap(keptBeside),
  ...BURNING.flatMap((scenario) =>
    BURNING_FIGURES.map((figure) => ({
      scenario: `${scenario}/${scenario}${WITHOUT}`,
      figure,
      ratio: { atMost: 1.1 },
    })),
  ),
  ...Object.entries(LOOKED_AT).flatMap(([scenario, figures]) => [
    ...figures.map((figure) => ({
      scenario: `${scenario}/${scenario}${WITHOUT}`,
      figure,
      ratio: { atMost: 1.05 },
    })),
    { scenario: `${scenario}/${scenario}${WITHOUT}`, figure: 'pagesOpen', value: { atLeast: 100 } },
    { scenario: `${scenario}/${scenario}${WITHOUT}`, figure: 'pageFailures', value: { atMost: 0 } },
  ]),
  ...Object.entries(CREDITING).flatMap(([scenario, figures]) => [
    ...figures.map((figure) => ({
      scenario: `${scenario}/${scenario}${WITHOUT}`,
      figure,
      ratio: { atMost: 1.05 },
    })),
    // Where nobody was credited there is nothing to compare.
    { scenario: `${scenario}/${scenario}${WITHOUT}`, figure: 'blocksCredited', value: { atLeast: 1 } },
  ]),
];

/** What good miners, newcomers and whoever looks at the pool have, whoever else is there. */
function keptBeside(scenario: string): Promised[] {
  return [
    // Without hostile clients, and with the same ones on the same machine, which leave the pool alone.
    ...['calm', `${scenario}${ELSEWHERE}`].flatMap((without) =>
      ['answerMsP99', 'jobMsP99'].map((figure) => ({
        scenario: `${scenario}/${without}`,
        figure,
        ratio: { atMost: 1.1 },
      })),
    ),
    { scenario, figure: 'newcomersLetIn', value: { atLeast: 1 } },
    { scenario, figure: 'apiFailures', value: { atMost: 0 } },
    { scenario, figure: 'adminFailures', value: { atMost: 0 } },
  ];
}

/** A figure of the pool in a scenario beside the same in another one, which it must not be much above. */
const WITHIN: readonly { scenario: string; to: string; figure: string }[] = [
  { scenario: 'busy', to: 'shares', figure: 'jobMsP99' },
  { scenario: 'workers', to: 'offered', figure: 'cpuUsPerShare' },
  ...BURNING.flatMap((scenario) =>
    BURNING_FIGURES.map((figure) => ({ scenario, to: `${scenario}${WITHOUT}`, figure })),
  ),
  ...Object.entries(LOOKED_AT).flatMap(([scenario, figures]) =>
    [...figures, 'serverCores', ...PAGE_FIGURES].map((figure) => ({
      scenario,
      to: `${scenario}${WITHOUT}`,
      figure,
    })),
  ),
  ...Object.entries(CREDITING).flatMap(([scenario, figures]) =>
    [...figures, ...CREDIT_FIGURES].map((figure) => ({
      scenario,
      to: `${scenario}${WITHOUT}`,
      figure,
    })),
  ),
  ...BESIDE_STRANGERS.filter((scenario) => scenario !== 'calm').flatMap((scenario) =>
    [
      [scenario, 'calm'],
      [`${scenario}${ELSEWHERE}`, 'calm'],
      [scenario, `${scenario}${ELSEWHERE}`],
    ].flatMap(([scenario, to]) =>
      ['answerMsP99', 'jobMsP99'].map((figure) => ({ scenario: scenario!, to: to!, figure })),
    ),
  ),
];

/** Rows of one server's scenarios beside each other, where it was measured in both. */
export function compareScenarios(measurements: readonly Measurement[]): Row[] {
  return WITHIN.flatMap(({ scenario, to, figure }) => {
    const [a, b] = [valuesOf(measurements, to, figure), valuesOf(measurements, scenario, figure)];
    if (a.length === 0 || b.length === 0) return [];
    return [{ scenario: `${scenario}/${to}`, figure, a: middle(a), b: middle(b), ratio: ratioOf(a, b) }];
  });
}

/** All figures of two sides, by scenario, in the order in which they were measured. */
export function compareSides(a: readonly Measurement[], b: readonly Measurement[]): Row[] {
  const rows: Row[] = [];
  const all = [...a, ...b];
  for (const scenario of new Set(all.map((measurement) => measurement.scenario))) {
    const names = new Set(
      all.filter((m) => m.scenario === scenario).flatMap(({ figures }) => Object.keys(figures)),
    );
    for (const figure of names) {
      const [left, right] = [valuesOf(a, scenario, figure), valuesOf(b, scenario, figure)];
      rows.push({ scenario, figure, a: middle(left), b: middle(right), ratio: ratioOf(left, right) });
    }
  }
  return rows;
}

/** Whether a promise is kept; undefined where there is none, or nothing to judge it by. */
export function isKept({ scenario, figure, b, ratio }: Row): boolean | undefined {
  const promise = PROMISES.find((one) => one.scenario === scenario && one.figure === figure);
  const bounds = promise?.ratio ?? promise?.value;
  const value = promise?.ratio === undefined ? b : ratio;
  if (bounds === undefined || value === undefined) return undefined;
  return value <= (bounds.atMost ?? Number.POSITIVE_INFINITY) && value >= (bounds.atLeast ?? 0);
}

function valuesOf(measurements: readonly Measurement[], scenario: string, figure: string): number[] {
  return measurements
    .filter((measurement) => measurement.scenario === scenario)
    .map(({ figures }) => figures[figure])
    .filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
}

function middle(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}

/** Repetitions of two servers ran one right after the other: what changed on the machine meanwhile is in both. */
function ratioOf(a: readonly number[], b: readonly number[]): number | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const ratio = a.length === b.length ? median(a.map((value, i) => b[i]! / value)) : median(b) / median(a);
  return Number.isFinite(ratio) ? ratio : undefined;
}
