/**
 * The miner itself, between a source of jobs and the devices that hash, without any I/O of its own:
 *
 * ```
 * source --jobs--> job board --templates--> task desk --tasks--> devices
 *                                                                   | reports
 * source <--block or share-- submissions <--find-- hashed again <---+
 * ```
 * @module
 */
import type { Job } from '../../protocol/job.js';
import { createSubmissions } from './create-submissions.js';
import type { SearchDevice } from './device.js';
import type { DeviceSlot } from './device-slot.js';
import type { MinerEvent, MinerStatus, SessionStatus } from './events.js';
import type { HoldReason } from './holds.js';
import { IdleWatch } from './idle-watch.js';
import { JobNews } from './job-news.js';
import { type DeviceSensors, type MeasuredDevice, NO_SENSORS } from './sensors.js';
import type { JobSource, SourceKind, SourceProgress, SourceSession } from './source.js';
import { SubmissionsByKind } from './submissions-by-kind.js';
import { Tally } from './tally.js';
import { TaskDesk } from './task-desk.js';
import { WorkPlan } from './work-plan.js';

export interface MinerModules {
  readonly source: JobSource;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** 16 random bytes, drawn once per process. */
  readonly noncePrefix: Uint8Array;
  readonly onEvent: (event: MinerEvent) => void;
  /** Without it nothing is measured. */
  readonly sensors?: DeviceSensors;
}

/** How long work goes on when its session is lost, ms: a link that is back by then brings the same templates, as a rule. */
const ORPHANED_WORK_MS = 10_000;

export class Miner {
  readonly #modules: MinerModules;
  readonly #plan: WorkPlan;
  /** Of the present session, or of the last one. */
  #kind: SourceKind;
  #news: JobNews;
  readonly #submissions: SubmissionsByKind;
  readonly #desk: TaskDesk;
  readonly #tally: Tally;
  #session: SourceSession | undefined;
  /** When it was begun to be worked in, and how much had been accepted by then. */
  #sessionStart = { ms: 0, accepted: 0 };
  #sessionsLost = 0;
  #progress: SourceProgress | undefined;
  readonly #idle = new IdleWatch();
  /** When the session of the present templates was lost, or undefined. */
  #orphanedMs: number | undefined;

  constructor(modules: MinerModules) {
    this.#modules = modules;
    this.#tally = new Tally(modules.now());
    const { source, now, noncePrefix, onEvent, sensors = NO_SENSORS } = modules;
    this.#kind = source.kind;
    this.#plan = new WorkPlan(source.kind);
    this.#news = new JobNews(source.kind);
    this.#desk = new TaskDesk({
      plan: this.#plan,
      tally: this.#tally,
      now,
      noncePrefix,
      sensors,
      onEvent,
      onFind: (find, nowMs) => this.#submissions.add(find, nowMs),
    });
    const modulesOfSubmissions = {
      source,
      plan: this.#plan,
      tally: this.#tally,
      now,
      onEvent,
      isOrphaned: () => this.#orphanedMs !== undefined,
      onResume: () => this.#desk.fill(),
    };
    this.#submissions = new SubmissionsByKind(source.kind, (kind) =>
      createSubmissions(kind, modulesOfSubmissions),
    );
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
   * @returns its slot, to remove it with
   */
  addDevice(device: SearchDevice, onState: () => void = () => {}): DeviceSlot {
    return this.#desk.addDevice(device, onState);
  }

  /** Stops a device that is not wanted any more: no status shows it from now on. */
  removeDevice(slot: DeviceSlot): Promise<void> {
    return this.#desk.removeDevice(slot);
  }

  /** A user stops all work, or starts it again. */
  setPaused(paused: boolean): void {
    if (this.#desk.setHeld('user', paused)) this.#modules.onEvent({ type: 'paused', paused });
  }

  /**
   * Holds a device, or all of them, for a reason, or lets that reason go.
   * @param message - why, in words; told with a change
   * @param slot - the device; all without it
   */
  setHeld(reason: Exclude<HoldReason, 'user'>, held: boolean, message: string, slot?: DeviceSlot): void {
    if (!this.#desk.setHeld(reason, held, slot)) return;
    const device = slot === undefined ? {} : { device: slot.device.name };
    this.#modules.onEvent({ type: 'hold', reason, held, ...device, message });
  }

  /** Part of their time that devices may be busy for, from now on: above 0, at most 1. */
  setMaxLoad(load: number): void {
    this.#desk.maxLoad = load;
  }

  /** What is measured of a device now. */
  measured(slot: DeviceSlot): MeasuredDevice {
    return (this.#modules.sensors ?? NO_SENSORS).read(slot.device);
  }

  /** Devices that are not stopped. */
  get slots(): readonly DeviceSlot[] {
    return this.#desk.slots;
  }

  /** Gives up whatever took too long: submissions without an answer, work without a session. To be called some times a second. */
  tick(): void {
    const nowMs = this.#modules.now();
    this.#submissions.expire(nowMs);
    this.#tellIdle(nowMs);
    if (this.#orphanedMs === undefined || nowMs - this.#orphanedMs < ORPHANED_WORK_MS) return;
    this.#orphanedMs = undefined;
    this.#submissions.dropHeld();
    this.#desk.abandon(this.#plan.clear(nowMs));
  }

  /** Only of full nodes: a pool's template is never used up. */
  #tellIdle(nowMs: number): void {
    const { onEvent } = this.#modules;
    const session = this.#session;
    const mines = session !== undefined && !this.#desk.holds.any && this.#kind === 'nodes';
    if (!this.#idle.update(mines ? this.#plan.idleness : undefined, nowMs)) return;
    // Without a session another message tells why.
    if (mines) onEvent({ type: 'idle', name: session.name, idle: this.#idle.told });
  }

  status(): MinerStatus {
    const nowMs = this.#modules.now();
    return {
      paused: this.#desk.holds.has('user'),
      held: this.#desk.holds.reasons,
      maxLoad: this.#desk.maxLoad,
      source: this.#session?.name,
      session: this.#sessionStatus(nowMs),
      sessionsLost: this.#sessionsLost,
      progress: this.#session === undefined ? this.#progress : undefined,
      idle: this.#idle.told,
      ...this.#tally.read(nowMs),
      devices: this.#desk.status(nowMs),
      blocks: { ...this.#submissions.blocks },
      shares: this.#submissions.shares(nowMs),
      difficulty: this.#news.difficulty,
      deviceErrors: this.#desk.errors,
    };
  }

  #sessionStatus(nowMs: number): SessionStatus | undefined {
    if (this.#session === undefined) return undefined;
    const { peer } = this.#session;
    return {
      forMs: nowMs - this.#sessionStart.ms,
      accepted: this.#accepted(nowMs) - this.#sessionStart.accepted,
      ...(peer === undefined ? {} : { peer }),
    };
  }

  /** Blocks or shares accepted so far. */
  #accepted(nowMs: number): number {
    const { accepted, side } = this.#submissions.blocks;
    return this.#submissions.shares(nowMs)?.accepted ?? accepted + side;
  }

  /** Gives out no more work, for good. What was sent may still be answered. */
  stop(): void {
    this.#desk.stop();
  }

  /** Tasks that devices hold. */
  get tasksGiven(): number {
    return this.#desk.given;
  }

  /** Submissions that are waiting for their answer. */
  get submissionsInFlight(): number {
    return this.#submissions.inFlight;
  }

  /** Ends all devices, then the source. */
  async close(): Promise<void> {
    this.stop();
    this.#submissions.close(this.#modules.now());
    await this.#desk.stopAll();
    this.#modules.source.close();
  }

  #changeSession(session: SourceSession): void {
    const nowMs = this.#modules.now();
    const { kind } = this.#modules.source;
    if (kind !== this.#kind) this.#changeKind(kind, nowMs);
    this.#session = session;
    this.#sessionStart = { ms: nowMs, accepted: this.#accepted(nowMs) };
    this.#orphanedMs = undefined;
    this.#news.startSession();
    this.#modules.onEvent({ type: 'session', name: session.name });
  }

  /** Jobs, and what is found on them, are of another kind from now on. */
  #changeKind(kind: SourceKind, nowMs: number): void {
    this.#kind = kind;
    this.#desk.abandon(this.#plan.change(kind, nowMs));
    this.#news = new JobNews(kind);
    this.#submissions.change(kind);
  }

  #takeJobs(session: SourceSession, jobs: readonly Job[]): void {
    if (session !== this.#session) return;
    const nowMs = this.#modules.now();
    this.#desk.abandon(this.#plan.takeJobs(session, jobs, nowMs));
    this.#submissions.sendHeld(nowMs);
    const news = this.#news.take(jobs);
    if (news !== undefined) this.#modules.onEvent(news);
    this.#desk.fill();
  }

  #endSession(session: SourceSession): void {
    const nowMs = this.#modules.now();
    if (this.#session === session) {
      this.#session = undefined;
      this.#sessionsLost++;
      // The next session of a pool has another extranonce: nothing that is found now can be sent to it.
      if (this.#kind === 'pools') this.#desk.abandon(this.#plan.clear(nowMs));
      else this.#orphanedMs = nowMs;
    }
    this.#submissions.endSession(session, nowMs);
  }
}
