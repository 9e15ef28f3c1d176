/**
 * The miner itself, between a source of jobs and the devices that hash, without any I/O of its own:
 *
 * ```
 * source --jobs--> job board --templates--> scheduler --tasks--> devices
 *                                                                   | reports
 * source <--block or share-- submissions <--find-- hashed again <---+
 * ```
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import type { ChainIndex } from '../../protocol/chain.js';
import type { Job } from '../../protocol/job.js';
import { counted } from '../../protocol/quantity-text.js';
import { createSubmissions } from './create-submissions.js';
import type { DeviceEvents, SearchDevice, SearchReport, SearchTask } from './device.js';
import { DeviceSlot, type GivenTask } from './device-slot.js';
import type { DeviceState, MinerEvent, MinerStatus } from './events.js';
import { checkFind } from './find-check.js';
import { IdleWatch } from './idle-watch.js';
import { JobNews } from './job-news.js';
import { NonceSpace } from './nonce-space.js';
import type { JobSource, SourceProgress, SourceSession } from './source.js';
import type { Submissions } from './submissions.js';
import { Tally } from './tally.js';
import { taskNonces } from './task-size.js';
import { WorkPlan } from './work-plan.js';

export interface MinerModules {
  readonly source: JobSource;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** 16 random bytes, drawn once per process. */
  readonly noncePrefix: Uint8Array;
  readonly onEvent: (event: MinerEvent) => void;
}

/** How long work goes on when its session is lost, ms: a link that is back by then brings the same templates, as a rule. */
const ORPHANED_WORK_MS = 10_000;

export class Miner {
  readonly #modules: MinerModules;
  readonly #plan: WorkPlan;
  readonly #news: JobNews;
  readonly #submissions: Submissions;
  readonly #slots: DeviceSlot[] = [];
  readonly #tally: Tally;
  #session: SourceSession | undefined;
  #progress: SourceProgress | undefined;
  readonly #idle = new IdleWatch();
  #paused = false;
  /** When the session of the present templates was lost, or undefined. */
  #orphanedMs: number | undefined;
  #taskIds = 0;

  constructor(modules: MinerModules) {
    this.#modules = modules;
    this.#tally = new Tally(modules.now());
    const { source, now, onEvent } = modules;
    this.#plan = new WorkPlan(source.kind);
    this.#news = new JobNews(source.kind);
    this.#submissions = createSubmissions({
      source,
      plan: this.#plan,
      tally: this.#tally,
      now,
      onEvent,
      isOrphaned: () => this.#orphanedMs !== undefined,
      onResume: () => this.#fill(),
    });
  }

  /** Begins to take jobs. */
  start(): void {
    this.#modules.source.open({
      onSession: (session) => this.#changeSession(session),
      onJobs: (session, jobs) => this.#takeJobs(session, jobs),
      onVerdict: (_session, hash, refusal) => {
        this.#submissions.settle(hash, refusal, this.#modules.now());
      },
      onSessionEnd: (session) => this.#endSession(session),
      onProgress: (progress) => {
        this.#progress = progress;
        this.#modules.onEvent({ type: 'progress', ...progress });
      },
      onNotice: (notice) => this.#modules.onEvent({ type: 'notice', ...notice }),
    });
  }

  /**
   * Adds a device and starts it.
   * @param onState - told after each change of the slot's state but `stopped`
   * @returns its slot, to stop it with
   */
  addDevice(device: SearchDevice, onState: () => void = () => {}): DeviceSlot {
    const { now, noncePrefix } = this.#modules;
    const slot = new DeviceSlot(device, new NonceSpace(noncePrefix, this.#slots.length), now());
    this.#slots.push(slot);
    device.start(this.#deviceEvents(slot, onState));
    return slot;
  }

  /** Stops a device; its tasks are given up. */
  async stopDevice(slot: DeviceSlot): Promise<void> {
    if (slot.state !== 'failed') slot.state = 'stopped';
    this.#loseTasks(slot, [...slot.given.keys()]);
    await slot.device.close();
  }

  /** Stops giving out work, or starts again. */
  setPaused(paused: boolean): void {
    if (this.#paused === paused) return;
    this.#paused = paused;
    this.#modules.onEvent({ type: 'paused', paused });
    this.#fill();
  }

  /** Gives up whatever took too long: submissions without an answer, work without a session. To be called some times a second. */
  tick(): void {
    const nowMs = this.#modules.now();
    this.#submissions.expire(nowMs);
    this.#tellIdle(nowMs);
    if (this.#orphanedMs === undefined || nowMs - this.#orphanedMs < ORPHANED_WORK_MS) return;
    this.#orphanedMs = undefined;
    this.#submissions.dropHeld();
    this.#abandon(this.#plan.clear(nowMs));
  }

  /** Only of full nodes: a pool's template is never used up. */
  #tellIdle(nowMs: number): void {
    const { source, onEvent } = this.#modules;
    const session = this.#session;
    const mines = session !== undefined && !this.#paused && source.kind === 'nodes';
    if (!this.#idle.update(mines ? this.#plan.idleness : undefined, nowMs)) return;
    // Without a session another message tells why.
    if (mines) onEvent({ type: 'idle', name: session.name, idle: this.#idle.told });
  }

  status(): MinerStatus {
    const nowMs = this.#modules.now();
    return {
      paused: this.#paused,
      source: this.#session?.name,
      progress: this.#session === undefined ? this.#progress : undefined,
      idle: this.#idle.told,
      ...this.#tally.read(nowMs),
      devices: this.#slots.map((slot) => slot.status(nowMs)),
      blocks: { ...this.#submissions.blocks },
      shares: this.#submissions.shares(nowMs),
      difficulty: this.#news.difficulty,
      deviceErrors: this.#slots.reduce((sum, slot) => sum + slot.errors, 0),
    };
  }

  /** Gives out no more work, for good. What was sent may still be answered. */
  stop(): void {
    this.#paused = true;
  }

  /** Tasks that devices hold. */
  get tasksGiven(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.given.size, 0);
  }

  /** Submissions that are waiting for their answer. */
  get submissionsInFlight(): number {
    return this.#submissions.inFlight;
  }

  /** Ends all devices, then the source. */
  async close(): Promise<void> {
    this.stop();
    this.#submissions.close(this.#modules.now());
    await Promise.all(
      this.#slots.filter((slot) => slot.state !== 'stopped').map((slot) => this.stopDevice(slot)),
    );
    this.#modules.source.close();
  }

  #changeSession(session: SourceSession): void {
    this.#session = session;
    this.#orphanedMs = undefined;
    this.#news.startSession();
    this.#modules.onEvent({ type: 'session', name: session.name });
  }

  #takeJobs(session: SourceSession, jobs: readonly Job[]): void {
    if (session !== this.#session) return;
    const nowMs = this.#modules.now();
    this.#abandon(this.#plan.takeJobs(session, jobs, nowMs));
    this.#submissions.sendHeld(nowMs);
    const news = this.#news.take(jobs);
    if (news !== undefined) this.#modules.onEvent(news);
    this.#fill();
  }

  #endSession(session: SourceSession): void {
    const nowMs = this.#modules.now();
    if (this.#session === session) {
      this.#session = undefined;
      // The next session of a pool has another extranonce: nothing that is found now can be sent to it.
      if (this.#modules.source.kind === 'pools') this.#abandon(this.#plan.clear(nowMs));
      else this.#orphanedMs = nowMs;
    }
    this.#submissions.endSession(session, nowMs);
  }

  #abandon(chains: readonly ChainIndex[]): void {
    for (const chain of chains) {
      const generation = this.#plan.board.generation(chain);
      for (const slot of this.#slots) if (slot.state === 'mining') slot.device.abandon(chain, generation);
    }
  }

  #fill(): void {
    if (this.#paused) return;
    for (const slot of this.#slots) {
      while (slot.wantsTask) {
        if (!this.#giveTask(slot)) return;
      }
    }
  }

  /** @returns false if no chain has work */
  #giveTask(slot: DeviceSlot): boolean {
    const nowMs = this.#modules.now();
    const template = this.#plan.next(nowMs);
    if (template === undefined) return false;
    const { job, generation, session } = template;
    const count = taskNonces(slot.device.taskSize, job.target);
    this.#taskIds++;
    const task: SearchTask = {
      id: this.#taskIds,
      generation,
      headerBlob: job.headerBlob,
      chain: job.chain,
      target: job.target,
      prefix: slot.nonces.prefix(session.noncePrefix),
      start: slot.nonces.take(count),
      count,
    };
    this.#plan.book(job.chain, count, nowMs);
    slot.given.set(task.id, { task, template });
    slot.device.search(task);
    return true;
  }

  #deviceEvents(slot: DeviceSlot, onState: () => void): DeviceEvents {
    const enter = (state: DeviceState, message: string): void => {
      slot.state = state;
      // Told first: those who hear of the event find its consequences done, such as another device's start.
      onState();
      this.#tellDevice(slot, message, state !== 'mining');
    };
    return {
      onReady: () => {
        if (slot.state === 'stopped') return;
        enter('mining', 'self-test passed');
        this.#fill();
      },
      onReport: (report) => {
        if (slot.state !== 'stopped') this.#takeReport(slot, report);
      },
      onFailure: ({ message, lostTaskIds, final }) => {
        if (slot.state === 'stopped') return;
        slot.errors++;
        this.#loseTasks(slot, lostTaskIds);
        enter(final ? 'failed' : 'away', message);
      },
    };
  }

  #takeReport(slot: DeviceSlot, report: SearchReport): void {
    const given = slot.given.get(report.taskId);
    if (given === undefined) return;
    slot.given.delete(report.taskId);
    const nowMs = this.#modules.now();
    const { chain, count } = given.task;
    if (report.hashes < count) this.#plan.book(chain, report.hashes - count, nowMs);
    slot.meter.add(report.hashes, nowMs);
    this.#tally.addHashes(chain, report.hashes, report.staleHashes, nowMs);
    // The device gets its next task first: it goes on while the finds are checked.
    this.#fill();
    if (report.overflow > 0)
      this.#deviceError(slot, `${counted(report.overflow, 'find')} more than it has room for in one task`);
    for (const counter of report.finds) this.#takeFind(slot, given, counter, nowMs);
  }

  #takeFind(slot: DeviceSlot, { task, template }: GivenTask, counter: bigint, nowMs: number): void {
    const { header, hash, valid } = checkFind(task, counter);
    if (!valid) {
      this.#deviceError(slot, `a find that is none: counter ${counter} hashes to ${bytesToHex(hash)}`);
      return;
    }
    this.#modules.onEvent({
      type: 'find',
      chain: task.chain,
      height: template.job.height,
      hash: bytesToHex(hash),
      device: slot.device.name,
      stale: this.#plan.board.isStale(template),
    });
    this.#submissions.add({ template, header, hash }, nowMs);
  }

  #deviceError(slot: DeviceSlot, message: string): void {
    slot.errors++;
    this.#tellDevice(slot, message, true);
  }

  #tellDevice(slot: DeviceSlot, message: string, error: boolean): void {
    this.#modules.onEvent({ type: 'device', name: slot.device.name, state: slot.state, error, message });
  }

  /** Takes back the work of tasks that will never be reported. */
  #loseTasks(slot: DeviceSlot, taskIds: readonly number[]): void {
    for (const taskId of taskIds) {
      const given = slot.given.get(taskId);
      if (given === undefined) continue;
      slot.given.delete(taskId);
      this.#plan.book(given.task.chain, -given.task.count, this.#modules.now());
    }
  }
}
