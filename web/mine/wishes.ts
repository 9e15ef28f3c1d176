/**
 * What was chosen for mining here, kept by this browser alone.
 * @module
 */
import { LEAST_LOAD } from '../../miner/core/load-pacer.js';
import { MAX_FIELD_CHARS } from './login.js';
import { DEVICE_WISHES, type DeviceWish } from './messages.js';

export interface Wishes {
  readonly address: string;
  readonly worker: string;
  readonly device: DeviceWish;
  /** `LEAST_LOAD` to 1. */
  readonly load: number;
  /** Whether to go on while the tab is hidden. */
  readonly whileHidden: boolean;
}

/** Half of the device: who tries this out goes on using it meanwhile. */
export const FIRST_WISHES: Wishes = {
  address: '',
  worker: 'browser',
  device: 'auto',
  load: 0.5,
  whileHidden: false,
};

const KEY = 'lesswork.mine';

/** As much of `localStorage` as is used. A browser that keeps nothing throws at each call. */
export interface Keeper {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What was kept; whatever is missing or no wish is as at first. @param keeper - may throw */
export function readWishes(keeper: () => Keeper): Wishes {
  let kept: unknown;
  try {
    kept = JSON.parse(keeper().getItem(KEY) ?? '{}');
  } catch {
    return FIRST_WISHES;
  }
  if (typeof kept !== 'object' || kept === null) return FIRST_WISHES;
  const { address, worker, device, load, whileHidden } = kept as Record<string, unknown>;
  const text = (value: unknown, otherwise: string): string =>
    typeof value === 'string' && value.length <= MAX_FIELD_CHARS ? value : otherwise;
  return {
    address: text(address, FIRST_WISHES.address),
    worker: text(worker, FIRST_WISHES.worker),
    device: DEVICE_WISHES.find((one) => one === device) ?? FIRST_WISHES.device,
    load: typeof load === 'number' && load >= LEAST_LOAD && load <= 1 ? load : FIRST_WISHES.load,
    whileHidden: whileHidden === true,
  };
}

/** Keeps them, where the browser does. @param keeper - may throw */
export function keepWishes(wishes: Wishes, keeper: () => Keeper): void {
  try {
    keeper().setItem(KEY, JSON.stringify(wishes));
  } catch {
    // Then they are asked for again.
  }
}
