/**
 * The processes that play miners, as one.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Histogram } from '../histogram.js';
import type { Answer, Connected, Load, LoadPlan, Order, Report } from './messages.js';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** Time in which a process must end when it is let go, ms. */
const STOP_TIMEOUT_MS = 5_000;

/** A plan for all processes together. */
export interface CrewPlan extends LoadPlan {
  /** Processes that share the connections, at least 1. */
  readonly processes: number;
}

/** What all miners counted. */
export interface CrewReport extends Omit<Report, 'type' | 'answerTimes' | 'jobTimes'> {
  readonly answerTimes: Histogram;
  readonly jobTimes: Histogram;
}

/** A generator process that ended too soon. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
  readonly code = 'ERR_GENERATOR';
}

/** Running generators. */
export class LoadCrew {
  readonly #children: readonly ChildProcess[];
  readonly #plans: readonly LoadPlan[];

  /** Starts the processes; nothing is connected yet. */
  constructor({ processes, ...plan }: CrewPlan) {
    const share = Math.ceil(plan.connections / processes);
    const { load } = plan;
    this.#plans = Array.from({ length: processes }, (_, i) => ({
      ...plan,
      firstWorker: plan.firstWorker + i * share,
      connections: Math.min(share, plan.connections - i * share),
      load: load.kind === 'offered' ? partOf(load, processes) : load,
    }));
    this.#children = this.#plans.map(() => fork(CHILD, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  get pids(): number[] {
    return this.#children.map(({ pid }) => pid!);
  }

  /** Connects all miners. @throws GeneratorError if a process ends */
  async connect(): Promise<Omit<Connected, 'type'>> {
    const answers = await this.#ask<Connected>('connected', (i) => ({
      type: 'connect',
      plan: this.#plans[i]!,
    }));
    return {
      authorized: sum(answers.map(({ authorized }) => authorized)),
      failures: addCounts(answers.map(({ failures }) => failures)),
    };
  }

  load(): void {
    this.#tell({ type: 'load' });
  }

  measure(): void {
    this.#tell({ type: 'measure' });
  }

  /** What was counted since `measure`. @throws GeneratorError if a process ends */
  async report(): Promise<CrewReport> {
    const reports = await this.#ask<Report>('report', () => ({ type: 'report' }));
    const answerTimes = new Histogram();
    const jobTimes = new Histogram();
    for (const report of reports) {
      answerTimes.add(report.answerTimes);
      jobTimes.add(report.jobTimes);
    }
    const total = (count: (report: Report) => number): number => sum(reports.map(count));
    return {
      wallMs: total(({ wallMs }) => wallMs) / reports.length,
      cpuMs: total(({ cpuMs }) => cpuMs),
      connections: total(({ connections }) => connections),
      accepted: total(({ accepted }) => accepted),
      rejected: addCounts(reports.map(({ rejected }) => rejected)),
      held: total(({ held }) => held),
      jobs: total(({ jobs }) => jobs),
      logins: total(({ logins }) => logins),
      answerTimes,
      jobTimes,
      pushTimes: reports.flatMap(({ pushTimes }) => pushTimes),
    };
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
        child.disconnect();
        await once(child, 'exit');
        clearTimeout(timer);
      }),
    );
  }

  #tell(order: Order): void {
    for (const child of this.#children) child.send(order);
  }

  #ask<T extends Answer>(type: T['type'], orderOf: (index: number) => Order): Promise<T[]> {
    return Promise.all(
      this.#children.map(
        (child, i) =>
          new Promise<T>((resolve, reject) => {
            const onExit = (): void => reject(new GeneratorError('a process that plays miners ended'));
            const onMessage = (message: unknown): void => {
              if ((message as Answer).type !== type) return;
              child.off('message', onMessage).off('exit', onExit);
              resolve(message as T);
            };
            child.on('message', onMessage).once('exit', onExit);
            child.send(orderOf(i));
          }),
      ),
    );
  }
}

/** What one of so many processes offers. */
function partOf(load: Load & { readonly kind: 'offered' }, processes: number): Load {
  const { sharesPerSecond, loginsPerSecond } = load;
  return {
    ...load,
    sharesPerSecond: sharesPerSecond / processes,
    ...(loginsPerSecond === undefined ? {} : { loginsPerSecond: loginsPerSecond / processes }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function addCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  return total;
}
