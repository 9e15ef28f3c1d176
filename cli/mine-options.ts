/**
 * What the options of `lesswork mine` come to.
 * @module
 */
import type { ApiPlace } from '../miner/api/api-options.js';
import type { PoolEndpoint } from '../miner/sources/pool-endpoint.js';
import type { GivenEndpoint } from '../node/endpoint.js';
import type { LogOptions, MinerOptions } from './options.js';
import type { PoolLoginOptions } from './pool-login.js';

/** Options of work for full nodes. */
export interface NodeSideOptions {
  readonly restPort: number;
  readonly apiKey: string | undefined;
  readonly polw: string | undefined;
  readonly polwData: string | undefined;
  readonly polwSince: number | undefined;
  readonly polwShift: number;
}

/** Options of work for pools. */
export interface PoolSideOptions extends PoolLoginOptions {
  readonly allowRedirect: boolean;
  readonly workLog?: string;
}

/** How devices are looked after. */
export interface CareSideOptions {
  readonly sensors: boolean;
  readonly tempLimit?: number;
  /** Above 0, at most 1. */
  readonly maxLoad?: number;
  readonly pauseOnBattery: boolean;
  readonly schedule?: string;
  /** CPUs that threads are bound to. */
  readonly affinity?: string;
  readonly onTrouble: string;
  readonly maxRestarts: number;
  readonly noWorkTimeout?: number;
}

/** Options of the API. */
export interface ApiOptions {
  readonly api?: ApiPlace;
  readonly apiTokenFile?: string;
  readonly apiOrigin?: readonly string[];
}

/** Options that are settings: each has its key in a file (mine-settings.ts). */
export interface SettingOptions
  extends MinerOptions,
    ApiOptions,
    LogOptions,
    CareSideOptions,
    NodeSideOptions,
    PoolSideOptions {
  readonly node?: readonly GivenEndpoint[];
  readonly pool?: readonly PoolEndpoint[];
}

/** Options about the file of settings. */
export interface FileOptions {
  readonly config?: string;
  readonly writeConfig?: string;
  readonly force: boolean;
}

export type MineOptions = SettingOptions & FileOptions;
