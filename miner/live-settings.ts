/**
 * Settings of a miner that runs: others are taken up without a restart, those that can't be used are told, and the ones
 * before go on.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { Secret } from '../settings/secret.js';
import { MinerConfigError, type MinerSettings, type SettingName } from './config/miner-config.js';
import type { MinerFile } from './config/schema.js';

/** What of a running miner takes up some settings. `start`: nothing does, they hold from the next start on. */
type Part = 'work' | 'devices' | 'report' | 'log' | 'care' | 'start';

/** Who takes up each setting. One that is missing here does not compile. */
const PART_OF: Readonly<Record<SettingName, Part>> = {
  nodes: 'work',
  restPort: 'work',
  apiKey: 'work',
  polw: 'start',
  pools: 'work',
  user: 'work',
  password: 'work',
  anyUser: 'work',
  tlsInsecure: 'work',
  allowRedirect: 'work',
  workLog: 'start',
  devices: 'devices',
  threads: 'devices',
  affinity: 'devices',
  json: 'start',
  sensors: 'start',
  limits: 'care',
  watchdog: 'care',
  quiet: 'report',
  logLevel: 'report',
  log: 'log',
  api: 'start',
};

/**
 * The parts of a running miner, in the order in which they take up settings: those that may be unable to come first.
 * They throw what can't be done, and are as before then.
 */
export type LiveParts = Readonly<
  Record<Exclude<Part, 'start'>, (settings: MinerSettings) => void | Promise<void>>
>;

const ORDER = ['log', 'devices', 'work', 'care', 'report'] as const satisfies readonly (keyof LiveParts)[];

/** What became of settings that a running miner was given. */
export type ApplyOutcome =
  /** They can't be used: all is as before. Each problem `path: expected ..., got ...`, without secrets. */
  | { readonly applied: false; readonly problems: readonly string[] }
  | {
      readonly applied: true;
      /** Settings that are others now. */
      readonly changed: readonly SettingName[];
      /** Those that hold from the next start on. */
      readonly atRestart: readonly SettingName[];
      /** Whether they are in the file, too; it holds at the next start. */
      readonly written: boolean;
      /** Why they are not. */
      readonly notWritten?: string;
    };

/** Where settings come from, and go to. */
export interface SettingsPlace {
  /** Reads all of them anew. @throws MinerConfigError */
  load(): MinerSettings;
  /** Settings that a program gives. @throws MinerConfigError */
  parse(value: unknown, present: MinerSettings): MinerSettings;
  /** Keeps what a program has given. @returns why it was not, or undefined @throws Error as well */
  keep(value: unknown, present: MinerSettings): Promise<string | undefined>;
}

export class LiveSettings {
  readonly #place: SettingsPlace;
  readonly #parts: LiveParts;
  #present: MinerSettings;
  /** One change after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(present: MinerSettings, place: SettingsPlace, parts: LiveParts) {
    this.#present = present;
    this.#place = place;
    this.#parts = parts;
  }

  /** Those that hold now. */
  get present(): MinerSettings {
    return this.#present;
  }

  /** Takes up settings that a program gives, and keeps them where they are read from. */
  apply(value: unknown): Promise<ApplyOutcome> {
    return this.#inTurn(async () => {
      const before = this.#present;
      const outcome = await this.#take(() => this.#place.parse(value, before));
      if (!outcome.applied) return outcome;
      const notWritten = await this.#place
        .keep(value, before)
        .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
      return notWritten === undefined ? { ...outcome, written: true } : { ...outcome, notWritten };
    });
  }

  /** Reads the settings anew, and takes them up. */
  reload(): Promise<ApplyOutcome> {
    return this.#inTurn(async () => {
      const outcome = await this.#take(() => this.#place.load());
      return outcome.applied ? { ...outcome, written: true } : outcome;
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#last.then(act);
    this.#last = result.catch(() => {});
    return result;
  }

  async #take(read: () => MinerSettings): Promise<ApplyOutcome> {
    const before = this.#present;
    const done: (keyof LiveParts)[] = [];
    try {
      const next = read();
      const names = changedNames(before, next);
      const held = holdsWork(before, next);
      const atRestart = names.filter(
        (name) => PART_OF[name] === 'start' || (held && PART_OF[name] === 'work'),
      );
      const changed = names.filter((name) => !atRestart.includes(name));
      const taken = withoutChange(next, before, atRestart);
      for (const part of ORDER) {
        if (!changed.some((name) => PART_OF[name] === part)) continue;
        await this.#parts[part](taken);
        done.push(part);
      }
      this.#present = taken;
      return { applied: true, changed, atRestart, written: false };
    } catch (error) {
      for (const part of done.reverse()) await this.#parts[part](before);
      if (error instanceof MinerConfigError) return { applied: false, problems: error.problems };
      return { applied: false, problems: [error instanceof Error ? error.message : String(error)] };
    }
  }
}

/** Why what is mined for can't be exchanged, though no setting of it says so. */
function holdsWork(before: MinerSettings, next: MinerSettings): boolean {
  // What burns coins is opened with its nodes, and has a folder that only one may have.
  const burns = before.polw !== undefined || next.polw !== undefined;
  // The log of what pools acknowledge is that of one user, and an answer to the one before may be on its way.
  return burns || (before.workLog !== undefined && before.user !== next.user);
}

function changedNames(before: MinerSettings, next: MinerSettings): SettingName[] {
  const names = Object.keys(PART_OF) as SettingName[];
  return names.filter((name) => !isDeepStrictEqual(revealed(before[name]), revealed(next[name])));
}

/** Settings of which some are as before. */
function withoutChange(
  next: MinerSettings,
  before: MinerSettings,
  names: readonly SettingName[],
): MinerSettings {
  if (names.length === 0) return next;
  const settings: Record<string, unknown> = { ...next };
  const file: Record<string, unknown> = { ...next.file };
  for (const name of names) {
    settings[name] = before[name];
    file[name] = before.file[name];
    if (file[name] === undefined) delete file[name];
  }
  return { ...(settings as unknown as MinerSettings), file: file as MinerFile };
}

/** A value with its secrets, to be compared. */
function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revealed(inner)]));
}
