/**
 * The simulated full node, put together: 16 chains with real proof of work, a miner API, a REST API, and ways to make
 * things happen. Nothing in it knows which miner or pool is at the other end.
 * @module
 */
import { bytesToHex, concatBytes } from '../protocol/bytes.js';
import type { SearchKernel } from '../shaders/search.js';
import { generateMinerAddresses } from './addresses.js';
import type { AnswerFault } from './answers.js';
import type { Block } from './block.js';
import { chooseKernel } from './choose-kernel.js';
import { type Clock, createSystemClock } from './clock.js';
import type { FirstCoins, PolwOptions } from './coins/open-coins.js';
import { Competitors } from './competitors.js';
import { createControlServer } from './control.js';
import type { DevnetControl } from './devnet-control.js';
import { openChains } from './kept-chains.js';
import { type DevnetOptions, type DevnetSettings, resolveOptions } from './options.js';
import { createRandom } from './random.js';
import type { MineOptions } from './scenario.js';
import { createSimulation, type DevnetEvent, scriptsOf } from './simulation.js';
import { type Closer, startRests } from './start-rests.js';
import { StateFileError } from './state-file.js';

export type { AnswerFault, Block, DevnetEvent, DevnetOptions, FirstCoins, MineOptions, PolwOptions };
export { StateFileError };

/** Parts that a devnet can be given from outside. */
export interface DevnetModules {
  /** The system's time by default. A clock that is given stays the caller's to close. */
  readonly clock?: Clock;
  /** Searches nonces for blocks that are made in here; by default the fastest kernel of this machine. */
  readonly kernel?: SearchKernel;
  /** Hashes that the kernel makes before anything else gets its turn: some 5 ms of work. */
  readonly sliceHashes?: number;
  /** The blocks to begin with: a result of `saveState`. */
  readonly savedState?: string;
  /** Hears what happens. */
  readonly report?: (event: DevnetEvent) => void;
}

/** Hashes of competing miners, made and lost. */
export interface CompetitorCounts {
  readonly hashes: number;
  /** Hashes that the machine was too slow to make. */
  readonly lost: number;
}

/** A running devnet. */
export interface Devnet extends DevnetControl {
  readonly host: string;
  readonly minerApiPort: number;
  readonly restPort: number;
  /** Of the further REST APIs. */
  readonly facePorts: readonly number[];
  /** Missing where there is no control port. */
  readonly controlPort: number | undefined;
  readonly minerAddresses: readonly string[];
  competitors(): CompetitorCounts;
  /** Closes everything, also where part of that fails. @throws what failed first; StateFileError among others */
  close(): Promise<void>;
}

/**
 * Starts a devnet.
 * @throws RangeError if a setting is out of range
 * @throws Error with code EADDRINUSE and the like if it cannot listen
 * @throws StateFileError if the state file cannot be read or written, or does not fit the settings
 * @throws SavedStateError if `savedState` does not
 */
export async function startDevnet(options: DevnetOptions = {}, modules: DevnetModules = {}): Promise<Devnet> {
  const settings = resolveOptions(options);
  const clock = modules.clock ?? createSystemClock();
  const search = await chooseKernel(modules);

  const random = createRandom(settings.seed);
  const generated = generateMinerAddresses(random);
  const otherMiners = scriptsOf(generateMinerAddresses(random));
  const cliqueIds = Array.from({ length: 1 + settings.facePorts.length }, () =>
    bytesToHex(concatBytes(Uint8Array.of(2), random.bytes(32))),
  );

  const chains = openChains(settings, clock, modules.savedState);
  const report = modules.report ?? (() => {});
  const simulation = createSimulation(settings, { chains, clock, search, generated, report });
  const { node, minerApi, cpuMining } = simulation;

  let started = false;
  const closers: Closer[] = modules.clock ? [] : [() => clock.close()];
  // Written when nobody can add a block any more.
  closers.push(() => {
    if (started) chains.write();
  });
  closers.push(
    () => simulation.stopSearches(),
    () => cpuMining.set(false),
    () => minerApi.close(),
  );
  const close = (): Promise<void> => runAll(closers.splice(0).reverse());
  try {
    simulation.setReady();
    const minerApiPort = await minerApi.start();
    const { restPort, facePorts, rest } = await startRests(settings, {
      simulation,
      chains,
      cliqueIds,
      minerApiPort,
      closers,
    });
    const control: DevnetControl = { ...simulation.control, ...rest };
    const controlPort = await startControl(settings, control, closers);
    let competitors: Competitors | undefined;
    if (settings.others > 0) {
      competitors = new Competitors(
        {
          rate: settings.others,
          latencyMs: settings.othersLatencyMs,
          refreshMs: settings.refreshMs,
          depGapMs: settings.depGapMs,
        },
        { ...search, node, miners: otherMiners, random: createRandom(settings.seed + 2) },
      );
      closers.push(() => competitors?.close());
    }
    started = true;
    return {
      ...control,
      host: settings.host,
      minerApiPort,
      restPort,
      facePorts,
      controlPort,
      get minerAddresses() {
        return simulation.minerAddresses();
      },
      competitors: () => ({ hashes: competitors?.hashes ?? 0, lost: competitors?.lost ?? 0 }),
      close,
    };
  } catch (error) {
    await close().catch(() => {}); // Why it did not start is worth more.
    throw error;
  }
}

/** Starts the control server, where one is wanted. @returns its port */
async function startControl(
  { controlPort }: DevnetSettings,
  control: DevnetControl,
  closers: Closer[],
): Promise<number | undefined> {
  if (controlPort === undefined) return undefined;
  const server = createControlServer(control);
  closers.push(() => server.close());
  return server.start(controlPort, '127.0.0.1');
}

/** Runs all of them, one after the other. @throws what the first that failed threw, after the last has run */
async function runAll(closers: readonly Closer[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
