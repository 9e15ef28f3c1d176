/**
 * Holds devices while they are too hot, while the machine runs on its battery, and outside of the hours to mine in; and
 * limits how busy they may be. What it decides by is looked at every second or less often, beside the mining.
 * @module
 */
import type { DeviceSlot } from '../core/device-slot.js';
import type { Miner } from '../core/miner.js';
import { powerSourceReader, type ReadPowerSource } from './battery.js';
import { describeTime, localWallTime, type Schedule, type WallTime } from './schedule.js';
import { COOL_BELOW_C, TemperatureLimit, type TemperatureNews } from './temperature-limit.js';

/** Limits that hold; without one nothing is held for it. */
export interface LimitSettings {
  /** Temperature at which a device is held, °C. */
  readonly temperatureC?: number | undefined;
  /** Part of their time that devices may be busy for, above 0, at most 1. */
  readonly load?: number | undefined;
  readonly pauseOnBattery?: boolean | undefined;
  readonly schedule?: Schedule | undefined;
}

/** The parts that limits are built from; tests bring their own. */
export interface LimitModules {
  readonly miner: Pick<Miner, 'setHeld' | 'setMaxLoad' | 'slots' | 'measured' | 'status'>;
  readonly onNotice: (message: string) => void;
  /** Monotonic clock, ms. */
  readonly now?: () => number;
  /** The clock of this place, and what it shows. */
  readonly epochMs?: () => number;
  readonly wallTime?: (epochMs: number) => WallTime;
  /** Undefined where the system does not tell. */
  readonly readPowerSource?: ReadPowerSource | undefined;
}

const TICK_MS = 1_000;

/** Time between two looks at where power comes from, ms. */
const BATTERY_LOOK_MS = 5_000;

/** Time after which it is not known any more where power comes from, ms: then nothing is held for it. */
const BATTERY_UNKNOWN_MS = 60_000;

/** Keeps a miner within its limits. */
export class Limits {
  readonly #modules: Required<Omit<LimitModules, 'readPowerSource'>> & Pick<LimitModules, 'readPowerSource'>;
  readonly #temperatures = new Map<DeviceSlot, TemperatureLimit>();
  readonly #timer: NodeJS.Timeout;
  #settings: LimitSettings = {};
  #nextBatteryMs = 0;
  #looksAtBattery = false;
  #batteryKnownMs: number | undefined;
  #toldOfBattery = false;

  constructor(modules: LimitModules) {
    this.#modules = {
      now: () => performance.now(),
      epochMs: () => Date.now(),
      wallTime: localWallTime,
      readPowerSource: powerSourceReader(process.platform),
      ...modules,
    };
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Takes other limits from now on; what held for those that are gone ends. */
  set(settings: LimitSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    const { miner } = this.#modules;
    miner.setMaxLoad(settings.load ?? 1);
    if (settings.temperatureC === undefined) {
      for (const slot of this.#temperatures.keys())
        miner.setHeld('temperature', false, 'no limit of the temperature any more: resumed', slot);
      this.#temperatures.clear();
    }
    if (settings.pauseOnBattery !== true)
      miner.setHeld('battery', false, 'the battery does not matter any more: resumed');
    else if (before.pauseOnBattery !== true) {
      this.#nextBatteryMs = 0;
      this.#toldOfBattery = false;
      this.#batteryKnownMs = undefined;
    }
    if (settings.schedule === undefined) miner.setHeld('schedule', false, 'no schedule any more: resumed');
    this.tick();
  }

  /** Looks at all that limits depend on. */
  tick(): void {
    const nowMs = this.#modules.now();
    if (this.#settings.temperatureC !== undefined)
      this.#lookAtTemperatures(this.#settings.temperatureC, nowMs);
    if (this.#settings.schedule !== undefined) this.#lookAtClock(this.#settings.schedule);
    if (this.#settings.pauseOnBattery === true) this.#lookAtBattery(nowMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#settings = {};
  }

  #lookAtTemperatures(limitC: number, nowMs: number): void {
    const { miner } = this.#modules;
    const slots = miner.slots;
    for (const slot of this.#temperatures.keys()) if (!slots.includes(slot)) this.#temperatures.delete(slot);
    for (const slot of slots) {
      let limit = this.#temperatures.get(slot);
      if (limit === undefined) {
        limit = new TemperatureLimit();
        this.#temperatures.set(slot, limit);
      }
      const { sensors, among } = miner.measured(slot);
      // One of several cards is no hotter than the hottest: it may be held too early, and never too late.
      const news = limit.update(sensors?.temperatureC ?? among?.hottestC, limitC, nowMs);
      if (news !== undefined) this.#tellTemperature(slot, news, limitC);
    }
  }

  #tellTemperature(slot: DeviceSlot, news: TemperatureNews, limitC: number): void {
    const { miner, onNotice } = this.#modules;
    const { name } = slot.device;
    if (news.held === undefined)
      onNotice(`${name}: its temperature is not known: the limit of ${limitC} °C does not hold for it`);
    else if (news.temperatureC === undefined)
      miner.setHeld(
        'temperature',
        false,
        'its sensor has been silent for two minutes: mines again, unwatched',
        slot,
      );
    else {
      const { among } = miner.measured(slot);
      const whose = among === undefined ? '' : `the hottest of ${among.cards} cards, one of which it is, at `;
      const degrees = `${whose}${Math.round(news.temperatureC)} °C`;
      const what = news.held
        ? `${degrees}, at its limit of ${limitC} °C: paused until ${limitC - COOL_BELOW_C} °C`
        : `${degrees}: cool again, resumed`;
      miner.setHeld('temperature', news.held, what, slot);
    }
  }

  #lookAtClock(schedule: Schedule): void {
    const { miner, epochMs, wallTime } = this.#modules;
    const nowMs = epochMs();
    const held = !schedule.includes(wallTime(nowMs));
    if (held === miner.status().held.includes('schedule')) return;
    const nextMs = schedule.nextChange(nowMs, wallTime);
    const until = nextMs === undefined ? '' : ` until ${describeTime(nextMs, nowMs, wallTime)}`;
    miner.setHeld(
      'schedule',
      held,
      held ? `paused by the schedule${until}` : `mining by the schedule${until}`,
    );
  }

  #lookAtBattery(nowMs: number): void {
    const { readPowerSource } = this.#modules;
    if (readPowerSource === undefined) {
      this.#tellOfBattery('whether it runs on a battery this system does not tell: mining goes on');
      return;
    }
    if (this.#batteryKnownMs !== undefined && nowMs - this.#batteryKnownMs >= BATTERY_UNKNOWN_MS)
      this.#modules.miner.setHeld('battery', false, 'where power comes from is not known any more: resumed');
    if (this.#looksAtBattery || nowMs < this.#nextBatteryMs) return;
    this.#looksAtBattery = true;
    this.#nextBatteryMs = nowMs + BATTERY_LOOK_MS;
    readPowerSource()
      .then(
        (source) => {
          if (this.#settings.pauseOnBattery !== true) return;
          this.#batteryKnownMs = this.#modules.now();
          if (source === 'none') this.#tellOfBattery('no battery is found here: nothing is paused for one');
          const held = source === 'battery';
          const message = held ? 'on battery: paused' : 'on mains again: resumed';
          this.#modules.miner.setHeld('battery', held, message);
        },
        (error) => this.#tellOfBattery(`where power comes from can't be told: ${error.message}`),
      )
      .finally(() => {
        this.#looksAtBattery = false;
      });
  }

  #tellOfBattery(message: string): void {
    if (this.#toldOfBattery) return;
    this.#toldOfBattery = true;
    this.#modules.onNotice(message);
  }
}
