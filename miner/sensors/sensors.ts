/**
 * The sensors of the devices that mine: which tool or files tell of which device, looked at every 2 s beside the mining.
 *
 * A card is known by its place on the PCI bus where that is certain, else by its name where no other card has it. Of one that
 * can't be told from others it is known that it is no hotter than the hottest of them: another card's temperature would be worse
 * than none, but a limit can hold for all.
 * @module
 */
import type { DeviceSensors, MeasurableDevice, MeasuredDevice, SensorReading } from '../core/sensors.js';
import { Hwmon } from './hwmon.js';
import { NvidiaSmi, type NvidiaSmiModules } from './nvidia-smi.js';
import { Readings } from './readings.js';

/** Time between two looks at sysfs, ms. */
const LOOK_MS = 2_000;

/** A look that takes this long is told, ms: a driver hangs. */
const SLOW_LOOK_MS = 10_000;

/** Place of the CPU among the readings. */
const CPU = 'cpu';

/** The parts that sensors are built from; tests bring their own. */
export interface SensorModules {
  /** Told once of each fault. */
  readonly onFault: (message: string) => void;
  /** Monotonic clock, ms. */
  readonly now?: () => number;
  /** The folder that is `/sys`; undefined where there is none. */
  readonly sysRoot?: string | undefined;
  readonly nvidiaSmi?: NvidiaSmiModules;
  readonly lookMs?: number;
  readonly slowLookMs?: number;
}

/** Sensors of this machine. */
export class Sensors implements DeviceSensors {
  readonly #modules: SensorModules;
  readonly #now: () => number;
  readonly #readings = new Readings();
  readonly #hwmon: Hwmon | undefined;
  /** Places that sysfs tells of: PCI addresses, and the CPU. */
  readonly #places = new Set<string>();
  #nvidiaSmi: NvidiaSmi | undefined;
  #timer: NodeJS.Timeout | undefined;
  #slow: NodeJS.Timeout | undefined;
  #toldSlow = false;
  #closed = false;

  constructor(modules: SensorModules) {
    this.#modules = modules;
    this.#now = modules.now ?? (() => performance.now());
    const root = 'sysRoot' in modules ? modules.sysRoot : process.platform === 'linux' ? '/sys' : undefined;
    this.#hwmon = root === undefined ? undefined : new Hwmon(root, this.#now);
  }

  watch(device: MeasurableDevice): void {
    if (this.#closed) return;
    if (device.kind === 'cpu') this.#watchPlace(CPU);
    else if (device.hardware !== undefined) {
      const { vendor, pci } = device.hardware;
      if (pci !== undefined) this.#watchPlace(pci);
      if (vendor === 'nvidia') this.#startNvidiaSmi();
    }
  }

  read(device: MeasurableDevice): MeasuredDevice {
    const nowMs = this.#now();
    if (device.kind === 'cpu') return this.#readings.at(CPU, nowMs);
    if (device.hardware === undefined) return {};
    const pci = device.hardware.pci ?? this.#readings.placeOf(device.name);
    if (pci !== undefined) return { pci, ...this.#readings.at(pci, nowMs) };
    const among = this.#readings.among(device.name, nowMs);
    return among === undefined ? {} : { among };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#slow);
    this.#nvidiaSmi?.close();
  }

  #startNvidiaSmi(): void {
    if (this.#nvidiaSmi !== undefined) return;
    this.#nvidiaSmi = new NvidiaSmi(
      {
        onCard: ({ pci, name, reading }) => this.#readings.add(pci, name, reading, this.#now()),
        onFault: (message) => this.#modules.onFault(`no sensors of NVIDIA cards: ${message}`),
      },
      this.#modules.nvidiaSmi,
    );
    this.#nvidiaSmi.start();
  }

  #watchPlace(place: string): void {
    if (this.#hwmon === undefined || this.#places.has(place)) return;
    this.#places.add(place);
    if (this.#timer === undefined) this.#timer = setTimeout(() => void this.#look(this.#hwmon!), 0);
  }

  async #look(hwmon: Hwmon): Promise<void> {
    this.#slow = setTimeout(() => this.#tellSlow(), this.#modules.slowLookMs ?? SLOW_LOOK_MS);
    for (const place of this.#places) {
      const reading = await (place === CPU ? hwmon.readCpu() : hwmon.readCard(place));
      this.#take(place, reading);
    }
    clearTimeout(this.#slow);
    if (!this.#closed)
      this.#timer = setTimeout(() => void this.#look(hwmon), this.#modules.lookMs ?? LOOK_MS);
  }

  /** What says nothing of a card leaves it to its tool. */
  #take(place: string, reading: SensorReading): void {
    if (!this.#closed && Object.keys(reading).length > 0) this.#readings.add(place, '', reading, this.#now());
  }

  #tellSlow(): void {
    if (this.#toldSlow) return;
    this.#toldSlow = true;
    this.#modules.onFault(
      'a file under /sys does not answer: a driver hangs; its sensors are left out meanwhile',
    );
  }
}
