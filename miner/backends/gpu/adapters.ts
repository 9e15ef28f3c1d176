/**
 * The adapters of this machine, listed by short-lived child processes: one for the system's drivers, and one for each
 * software driver that those do not show; one more where names do not tell which card is which, on Linux.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import type { DeviceHardware } from '../../core/device.js';
import { ambiguityOf, type ListedAdapter } from './adapter-list.js';
import { assignCards, type OneOfSeveral, type ProbedCard } from './cards.js';
import { ChildLink, type ChildVulkan, type LinkEvents } from './child-link.js';
import { findSoftwareDrivers, type SoftwareDriver } from './drivers.js';
import type { AdapterLimits, ProbedAdapter, ProbeMessage } from './messages.js';
import { pciAddressOf } from './pci.js';
import { findVulkanLayer, type VulkanLayer } from './vulkan-layer.js';

/** Longest that a probe may take: drivers of several cards load one after the other. */
const PROBE_TIMEOUT_MS = 60_000;

/** What a probe with the layer may take longer, for each card: it opens them one by one. */
const LAYER_CARD_MS = 10_000;

/** One adapter; texts as the driver gives them, possibly empty. Of several with one name, each has its number behind it. */
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
  /** Which card it is, where only that tells it from others of its name. */
  readonly oneOf?: OneOfSeveral | undefined;
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
  readonly findLayer: typeof findVulkanLayer;
}

const MODULES: AdapterModules = { probe: runProbe, findSoftwareDrivers, findLayer: findVulkanLayer };

/**
 * The adapters of this machine, hardware first.
 * @param options.software - whether to list those, too, whose work the CPU does
 * @param options.signal - gives up
 * @param options.limitMs - longest that a probe may take; one with the layer has longer, by 10 s a card
 * @param options.onFault - told of a software driver that can't be listed: the others can
 * @param options.onLayerFault - told why cards are not told apart which the layer should tell apart, and may the next time
 * @throws AdapterListError if WebGPU is missing or the probe of the system's drivers fails
 */
export async function listAdapters(
  options: {
    readonly software: boolean;
    readonly signal?: AbortSignal;
    readonly limitMs?: number;
    readonly onFault?: (message: string) => void;
    readonly onLayerFault?: (message: string) => void;
  },
  replaced: Partial<AdapterModules> = {},
): Promise<Adapter[]> {
  const modules = { ...MODULES, ...replaced };
  const { signal, limitMs = PROBE_TIMEOUT_MS } = options;
  const probe: Probe = (vulkan, moreMs = 0) => modules.probe(vulkan, signal, limitMs + moreMs);
  const system = await probe({});
  const groups = [{ driverManifest: undefined as string | undefined, adapters: system }];
  for (const { manifest } of options.software ? modules.findSoftwareDrivers() : []) {
    const known = groups.flatMap((group) => group.adapters.map(({ name }) => name));
    try {
      const probed = await probe({ driverManifest: manifest });
      const adapters = probed.filter(({ name }) => !known.includes(name));
      groups.push({ driverManifest: manifest, adapters });
    } catch (error) {
      if (!(error instanceof AdapterListError) || signal?.aborted) throw error;
      options.onFault?.(`${manifest}: ${error.message}`);
    }
  }
  const entries: Omit<Adapter, 'index'>[] = [];
  for (const { driverManifest, adapters } of groups) {
    const cards = await tellApart(adapters, { driverManifest }, modules.findLayer, probe, signal);
    if (cards.mayPass) options.onLayerFault?.(cards.fault!);
    entries.push(...adapters.map((_, i) => toEntry(i, adapters, cards, driverManifest)));
  }
  return entries
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
  if (a.driverManifest !== b.driverManifest || a.backend !== b.backend) return false;
  // One card may have two drivers, under two names.
  if (a.pciAddress !== undefined && b.pciAddress !== undefined) return a.pciAddress === b.pciAddress;
  if (a.oneOf && b.oneOf) return isDeepStrictEqual(a.oneOf.card, b.oneOf.card);
  return nameOf(a).includes(nameOf(b)) || nameOf(b).includes(nameOf(a));
}

/** As Dawn lists it. */
function nameOf({ name, oneOf }: Adapter): string {
  return oneOf?.card.name ?? name;
}

/** What is known of the adapters as cards. */
interface ToldApart {
  /** Of each adapter; undefined where it is not known. */
  readonly cards: readonly (ProbedCard | undefined)[];
  readonly layer?: VulkanLayer;
  /** Why nothing is known of those that are undefined. */
  readonly fault?: string;
  /** Whether there is a layer that should have told what is missing. */
  readonly mayPass?: boolean;
}

type Probe = (vulkan: ChildVulkan, moreMs?: number) => Promise<readonly ProbedAdapter[]>;

/** Looks which card is which, where names or the bus do not say it: twice, if need be. Whatever is wrong there takes no adapter away. */
async function tellApart(
  adapters: readonly ProbedAdapter[],
  vulkan: ChildVulkan,
  findLayer: AdapterModules['findLayer'],
  probe: Probe,
  signal: AbortSignal | undefined,
): Promise<ToldApart> {
  const unknown = ({ software, ...adapter }: ProbedAdapter): boolean =>
    adapter.backend === 'vulkan' &&
    (ambiguityOf(adapter, adapters) !== undefined ||
      (!software && severalOf(adapter.vendor, adapters) && adapter.vendor !== ''));
  if (!adapters.some(unknown)) return { cards: [] };
  const layer = findLayer();
  if (layer === undefined) return { cards: [] };
  if ('reason' in layer) return { cards: [], fault: layer.reason };
  const look = async (): Promise<ToldApart> => {
    try {
      const probed = await probe({ ...vulkan, layer }, adapters.length * LAYER_CARD_MS);
      const found = probed.flatMap(({ card, ...adapter }) => (card ? [{ ...adapter, card }] : []));
      const cards = assignCards(adapters, found);
      const fault = 'with it, their number or their places on the bus are not certain';
      return { cards, layer, fault, mayPass: adapters.some((one, i) => unknown(one) && !cards[i]) };
    } catch (error) {
      if (!(error instanceof AdapterListError) || signal?.aborted) throw error;
      return { cards: [], fault: error.message, mayPass: true };
    }
  };
  const first = await look();
  const second = first.mayPass ? await look() : first;
  return second.layer === undefined ? first : second;
}

function severalOf(vendor: string, all: readonly ProbedAdapter[]): boolean {
  return all.filter((other) => other.vendor === vendor).length > 1;
}

/** @param index - of the adapter among all of its probe */
function toEntry(
  index: number,
  all: readonly ProbedAdapter[],
  { cards, layer, fault }: ToldApart,
  driverManifest: string | undefined,
): Omit<Adapter, 'index'> {
  const listed = all[index]!;
  const probed = cards[index];
  const ambiguous = ambiguityOf(listed, all);
  const { description, card, ...adapter } = probed && ambiguous !== undefined ? probed : listed;
  // Two adapters of a vendor that has one card on the bus are one card under two drivers, or a card elsewhere.
  const alone = !severalOf(adapter.vendor, all) && !adapter.software;
  const pciAddress = probed?.card.pciAddress ?? (alone ? pciAddressOf(adapter.vendor) : undefined);
  const entry = { ...adapter, driver: description, pciAddress, driverManifest };
  if (ambiguous === undefined) return { ...entry, ambiguous };
  if (card === undefined || layer === undefined) {
    const why = fault === undefined ? '' : `; the Vulkan layer that tells them apart is not used: ${fault}`;
    return { ...entry, ambiguous: `${ambiguous}${why}` };
  }
  const same = (one: ProbedAdapter): boolean => one.name === listed.name;
  const number = all.slice(0, index + 1).filter(same).length;
  const name = all.filter(same).length > 1 ? `${listed.name} #${number}` : listed.name;
  return { ...entry, name, ambiguous: undefined, oneOf: { card, layer } };
}

/** Lists what a child process sees. @throws AdapterListError */
function runProbe(
  vulkan: ChildVulkan,
  signal: AbortSignal | undefined,
  limitMs: number,
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
      link = new ChildLink('probe', vulkan, events);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      reject(new AdapterListError(`listing adapters failed: ${why}`));
      return;
    }
    const abort = (): void => link.kill('not wanted any more');
    signal?.addEventListener('abort', abort);
    const timer = setTimeout(() => link.kill(`no answer in ${limitMs} ms`), limitMs);
  });
}
