/**
 * What the miners of one process count.
 * @module
 */
import { percentile } from '../../statistics.js';
import { Histogram } from '../histogram.js';
import type { Report } from './messages.js';

/** Kinds of refusals that are told apart; the rest counts as `other`. */
const MAX_KINDS = 20;

/** Counts since the last `restart`. */
export class Tally {
  accepted = 0;
  held = 0;
  jobs = 0;
  logins = 0;
  readonly answerTimes = new Histogram();
  readonly jobTimes = new Histogram();
  /** Times of each push, by its stamp. */
  readonly #pushes = new Map<number, number[]>();
  readonly #newestOnly: boolean;
  #newestUs = 0;
  #rejected: Record<string, number> = {};
  #startedMs = performance.now();
  #cpu = process.cpuUsage();

  /** @param newestOnly - whether jobs of older pushes than the newest are not timed */
  constructor(newestOnly: boolean) {
    this.#newestOnly = newestOnly;
  }

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

  /** Counts the receipt of a push. @param stampUs - of the push @param us - that it took */
  noteJobTime(stampUs: number, us: number): void {
    if (this.#newestOnly && stampUs < this.#newestUs) return;
    this.#newestUs = Math.max(this.#newestUs, stampUs);
    this.jobTimes.record(us);
    const times = this.#pushes.get(stampUs);
    if (times === undefined) this.#pushes.set(stampUs, [us]);
    else times.push(us);
  }

  restart(): void {
    this.accepted = 0;
    this.held = 0;
    this.jobs = 0;
    this.logins = 0;
    this.answerTimes.clear();
    this.jobTimes.clear();
    this.#pushes.clear();
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
      logins: this.logins,
      answerTimes: this.answerTimes.counts(),
      jobTimes: this.jobTimes.counts(),
      // A push that was under way when the window began or ended is there in part.
      pushTimes: [...this.#pushes.values()]
        .filter((times) => this.#newestOnly || times.length >= 0.9 * connections)
        .map((times) => percentile(times, 0.99)),
    };
  }
}
