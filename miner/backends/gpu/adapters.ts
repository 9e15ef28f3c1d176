/**
 * The adapters of this machine, listed by short-lived child processes: one for the system's drivers, and one for each
 * software driver that those do not show.
 * @module
 */
import type { DeviceHardware } from '../../core/device.js';
import { ambiguityOf, type ListedAdapter } from './adapter-list.js';
import { ChildLink, type LinkEvents } from './child-link.js';
import { findSoftwareDrivers, type SoftwareDriver } from './drivers.js';
import type { AdapterLimits, ProbedAdapter, ProbeMessage } from './messages.js';
import { pciAddressOf } from './pci.js';

/** Longest that a probe may take: drivers of several cards load one after the other. */
const PROBE_TIMEOUT_MS = 30_000;

/** One adapter; texts as the driver gives them, possibly empty. */
export interface Adapter extends ListedAdapter {
  /** Place in the list: the same as long as the machine and its drivers are. */
  readonly index: number;
  readonly vendor: string;
  readonly architecture: string;
  readonly driver: string;
  /** Whether the CPU does its work. */
  readonly software: boolean;
  /** As `0000:01:00.0`, where it is certain. */
  readonly pciAddress: string | undefined;
  readonly limits: AdapterLimits;
  /** Why this adapter can't be told apart from another one; undefined if it can. */
  readonly ambiguous: string | undefined;
  /** Vulkan driver that a child must see alone to get this adapter; undefined for the system's own. */
  readonly driverManifest: string | undefined;
}

/** Adapters can't be listed here. */
export class AdapterListError extends Error {
  override readonly name = 'AdapterListError';
  readonly code = 'ERR_ADAPTER_LIST';
}

/** Functions that the list is made with; tests bring their own. */
export interface AdapterModules {
  readonly probe: typeof runProbe;
  readonly findSoftwareDrivers: () => readonly SoftwareDriver[];
}

/**
 * The adapters of this machine, hardware first.
 * @param options.software - whether to list those, too, whose work the CPU does
 * @param options.signal - gives up
 * @param options.onFault - told of a software driver that can't be listed: the others can
 * @throws AdapterListError if WebGPU is missing or the probe of the system's drivers fails
 */
export async function listAdapters(
  options: {
    readonly software: boolean;
    readonly signal?: AbortSignal;
    readonly onFault?: (message: string) => void;
  },
  modules: AdapterModules = { probe: runProbe, findSoftwareDrivers },
): Promise<Adapter[]> {
  const { probe } = modules;
  const system = await probe(undefined, options.signal);
  const groups = [{ driverManifest: undefined as string | undefined, adapters: system }];
  for (const { manifest } of options.software ? modules.findSoftwareDrivers() : []) {
    const known = groups.flatMap((group) => group.adapters.map(({ name }) => name));
    try {
      const probed = await probe(manifest, options.signal);
      const adapters = probed.filter(({ name }) => !known.includes(name));
      groups.push({ driverManifest: manifest, adapters });
    } catch (error) {
      if (!(error instanceof AdapterListError) || options.signal?.aborted) throw error;
      options.onFault?.(`${manifest}: ${error.message}`);
    }
  }
  return groups
    .flatMap(({ driverManifest, adapters }) =>
      adapters.map((adapter) => toEntry(adapter, adapters, driverManifest)),
    )
    .filter((adapter) => options.software || !adapter.software)
    .sort((a, b) => Number(a.software) - Number(b.software))
    .map((adapter, index) => ({ ...adapter, index }));
}

/**
 * Those of some adapters that are certainly different cards: of adapters that can't be told apart only the first.
 * @returns `left`: the others, each with the reason that keeps it from being used
 */
export function distinctAdapters(adapters: readonly Adapter[]): {
  readonly distinct: Adapter[];
  readonly left: { readonly adapter: Adapter; readonly reason: string }[];
} {
  const distinct: Adapter[] = [];
  const left: { adapter: Adapter; reason: string }[] = [];
  for (const adapter of adapters) {
    const twin = distinct.find((other) => mayBeSame(adapter, other));
    if (twin) left.push({ adapter, reason: `may be the same card as adapter ${twin.index}, ${twin.name}` });
    else distinct.push(adapter);
  }
  return { distinct, left };
}

/** What is known of an adapter's card; undefined where there is none. */
export function hardwareOf({ software, vendor, pciAddress }: Adapter): DeviceHardware | undefined {
  return software ? undefined : { vendor, pci: pciAddress };
}

function mayBeSame(a: Adapter, b: Adapter): boolean {
  return (
    a.driverManifest === b.driverManifest &&
    a.backend === b.backend &&
    (a.name.includes(b.name) || b.name.includes(a.name))
  );
}

function toEntry(
  { description, ...adapter }: ProbedAdapter,
  all: readonly ProbedAdapter[],
  driverManifest: string | undefined,
): Omit<Adapter, 'index'> {
  const ambiguous = ambiguityOf(adapter, all);
  // Two adapters of a vendor that has one card on the bus are one card under two drivers, or a card elsewhere.
  const alone = all.filter(({ vendor }) => vendor === adapter.vendor).length === 1;
  const pciAddress = alone && !adapter.software ? pciAddressOf(adapter.vendor) : undefined;
  return { ...adapter, driver: description, pciAddress, ambiguous, driverManifest };
}

/** Lists what a child process sees. @throws AdapterListError */
function runProbe(
  driverManifest: string | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly ProbedAdapter[]> {
  return new Promise((resolve, reject) => {
    let answer: ProbeMessage | undefined;
    const events: LinkEvents<ProbeMessage> = {
      onMessage: (message) => {
        answer = message;
      },
      onEnd: (why) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        if (answer?.type === 'adapters') resolve(answer.adapters);
        else reject(new AdapterListError(answer?.message ?? `listing adapters failed: ${why}`));
      },
    };
    let link: ChildLink<never, ProbeMessage>;
    try {
      link = new ChildLink('probe', driverManifest, events);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      reject(new AdapterListError(`listing adapters failed: ${why}`));
      return;
    }
    const abort = (): void => link.kill('not wanted any more');
    signal?.addEventListener('abort', abort);
    const timer = setTimeout(() => link.kill(`no answer in ${PROBE_TIMEOUT_MS} ms`), PROBE_TIMEOUT_MS);
  });
}
