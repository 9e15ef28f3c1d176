/**
 * The port between the miner and what measures its devices.
 * @module
 */
import type { SearchDevice } from './device.js';

/** What sensors say of a device; what is not measured there is missing. */
export interface SensorReading {
  /** Of a card its core's, of a CPU its hottest package's, °C. */
  readonly temperatureC?: number;
  /** What it draws, W. */
  readonly powerW?: number;
  /** 0 to 100, of the fan's full speed; some go a little beyond. */
  readonly fanPercent?: number;
  readonly coreMHz?: number;
  readonly memoryMHz?: number;
}

/** Cards of one name, of which a device is one, and nobody knows which. */
export interface CardsOfName {
  /** How many there are, at least 2. */
  readonly cards: number;
  /** Of the hottest of them, °C: the device is no hotter. Missing while none tells. */
  readonly hottestC?: number;
}

/** A device, as its sensors know it. */
export interface MeasuredDevice {
  /** Its place on the PCI bus, as `0000:01:00.0`; missing where it is not certain. */
  readonly pci?: string;
  /** Missing where there are no sensors, and while they have been silent for some time. */
  readonly sensors?: SensorReading;
  /** Mean over the last minute, or since the first reading, W. */
  readonly meanPowerW?: number;
  /** Instead of all these, where it can't be told from other cards. */
  readonly among?: CardsOfName;
}

/** What sensors must know of a device to find it. */
export type MeasurableDevice = Pick<SearchDevice, 'kind' | 'name' | 'hardware'>;

/** Sensors of the devices that mine. */
export interface DeviceSensors {
  /** Begins to measure a device. Never throws. */
  watch(device: MeasurableDevice): void;
  /** What is known of a device now. Costs nothing: what sensors say is read beside it. */
  read(device: MeasurableDevice): MeasuredDevice;
}

/** Where nothing is measured. */
export const NO_SENSORS: DeviceSensors = { watch: () => {}, read: () => ({}) };
