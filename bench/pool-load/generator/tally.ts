/**
 * What the miners of one process count.
 * @module
 */
import { Histogram } from '../histogram.js';
import type { Report } from './messages.js';

/** Kinds of refusals that are told apart; the rest counts as `other`. */
const MAX_KINDS = 20;

/** Counts since the last `restart`. */
export class Tally {
  accepted = 0;
  held = 0;
  jobs = 0;
  readonly answerTimes = new Histogram();
  readonly jobTimes = new Histogram();
  #rejected: Record<string, number> = {};
  #startedMs = performance.now();
  #cpu = process.cpuUsage();

  /** Counts a refusal. @param reply - the whole line */
  reject(reply: string): void {
    const [, code = '?', message = reply.slice(0, 80)] =
      /"code":(-?\d+),"message":"([^"]*)"/.exec(reply) ?? [];
    // Messages may carry figures: they are not told apart by them.
    const kind = `${code} ${message.replaceAll(/\d+(\.\d+)?/g, '#')}`;
    const known = kind in this.#rejected || Object.keys(this.#rejected).length < MAX_KINDS;
    const name = known ? kind : 'other';
    this.#rejected[name] = (this.#rejected[name] ?? 0) + 1;
  }

  restart(): void {
    this.accepted = 0;
    this.held = 0;
    this.jobs = 0;
    this.answerTimes.clear();
    this.jobTimes.clear();
    this.#rejected = {};
    this.#startedMs = performance.now();
    this.#cpu = process.cpuUsage();
  }

  report(connections: number): Report {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      type: 'report',
      wallMs: performance.now() - this.#startedMs,
      cpuMs: (user + system) / 1000,
      connections,
      accepted: this.accepted,
      rejected: this.#rejected,
      held: this.held,
      jobs: this.jobs,
      answerTimes: this.answerTimes.counts(),
      jobTimes: this.jobTimes.counts(),
    };
  }
}
