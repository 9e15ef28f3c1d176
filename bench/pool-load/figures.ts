/**
 * Figures of one measurement, from what the miners counted and what the processes took. Pure.
 * @module
 */
import { median } from '../statistics.js';
import type { CrewReport } from './generator/crew.js';
import type { ProcessUsage } from './process-usage.js';
import type { Figures } from './result.js';

/** What the miners saw. @param due - jobs of all pushes in the window, one for each miner */
export function countsOf(report: CrewReport, due: number): Figures {
  const { wallMs, accepted, rejected, held, jobs, logins, answerTimes, jobTimes, pushTimes } = report;
  const refused = Object.values(rejected).reduce((a, b) => a + b, 0);
  const shares = answerTimes.total > 0;
  return {
    jobsPerSecond: (jobs * 1000) / wallMs,
    jobsPerPush: jobs / due,
    timedJobs: jobTimes.total / jobs,
    // The first miner's: what passes before anybody is served.
    jobMsFirst: jobTimes.percentileUs(0.001) / 1000,
    jobMsP50: jobTimes.percentileUs(0.5) / 1000,
    jobMsP99: jobTimes.percentileUs(0.99) / 1000,
    jobMsMax: jobTimes.maxUs / 1000,
    // Of the push in the middle: what else happens on the machine falls on a few of them, and makes the p99 of all.
    ...(pushTimes.length > 0 ? { jobMsP99Median: median(pushTimes) / 1000 } : {}),
    ...(logins > 0 ? { loginsPerSecond: (logins * 1000) / wallMs } : {}),
    ...(shares
      ? {
          sharesPerSecond: (accepted * 1000) / wallMs,
          rejectedPerSecond: (refused * 1000) / wallMs,
          heldPerSecond: (held * 1000) / wallMs,
          answerMsP50: answerTimes.percentileUs(0.5) / 1000,
          answerMsP90: answerTimes.percentileUs(0.9) / 1000,
          answerMsP99: answerTimes.percentileUs(0.99) / 1000,
          answerMsMax: answerTimes.maxUs / 1000,
        }
      : {}),
  };
}

/** What the server took. Rates against rates: the server's window and the miners' differ by some ms. */
export function serverFigures(
  before: ProcessUsage | undefined,
  after: ProcessUsage | undefined,
  wallMs: number,
  report: CrewReport,
): Figures {
  if (before === undefined || after === undefined) return {};
  const cores = (after.cpuMs - before.cpuMs) / wallMs;
  const mainThreads = (after.mainThreadMs - before.mainThreadMs) / wallMs;
  const busiest = Math.max(
    ...[...after.cpuMsOf].map(([pid, cpuMs]) => (cpuMs - (before.cpuMsOf.get(pid) ?? 0)) / wallMs),
  );
  const perMs = (count: number): number => (cores * 1000) / (count / report.wallMs);
  return {
    serverCores: cores,
    serverMainThreads: mainThreads,
    // What its main thread waited for a core, as part of the time: where that is much, times tell of the machine.
    serverMainWaits: (after.waitMs - before.waitMs) / wallMs,
    ...(after.cpuMsOf.size > 1 ? { busiestProcessCores: busiest } : {}),
    serverRssMb: after.rssBytes / 2 ** 20,
    ...(report.accepted > 0
      ? {
          cpuUsPerShare: perMs(report.accepted),
          mainCpuUsPerShare: (perMs(report.accepted) * mainThreads) / cores,
          sharesPerBusySecond: (report.accepted * 1000) / report.wallMs / mainThreads,
        }
      : {}),
    ...(report.jobs > 0
      ? { cpuUsPerJob: perMs(report.jobs), mainCpuUsPerJob: (perMs(report.jobs) * mainThreads) / cores }
      : {}),
  };
}

/** What Redis took. */
export function redisFigures(
  before: ProcessUsage | undefined,
  after: ProcessUsage | undefined,
  wallMs: number,
  report: CrewReport,
): Figures {
  if (before === undefined || after === undefined) return {};
  const cores = (after.cpuMs - before.cpuMs) / wallMs;
  if (report.accepted === 0) return { redisCores: cores };
  return { redisCores: cores, redisCpuUsPerShare: (cores * 1000) / (report.accepted / report.wallMs) };
}
