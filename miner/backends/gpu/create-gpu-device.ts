/**
 * A card of this machine as a device: worked by a child process.
 * @module
 */
import type { DeviceHardware } from '../../core/device.js';
import type { ListedAdapter } from './adapter-list.js';
import type { OneOfSeveral } from './cards.js';
import { ChildLink, type ChildVulkan } from './child-link.js';
import { GpuDevice, type GpuDeviceModules } from './gpu-device.js';
import type { GpuLinkEvents } from './gpu-link.js';
import type { ChildMessage, ParentMessage } from './messages.js';

/** A card, and how its child process finds it. */
export interface CardOptions {
  readonly adapter: ListedAdapter;
  /** Vulkan driver that the child shall see alone; without it the system's own. */
  readonly driverManifest?: string | undefined;
  /** Which of several adapters with one name it is. */
  readonly oneOf?: OneOfSeveral | undefined;
  /** Missing where the CPU does the card's work. */
  readonly hardware?: DeviceHardware | undefined;
}

/** What tests bring themselves. */
export interface CardModules extends Omit<GpuDeviceModules, 'openLink'> {
  /** The child process: a file beside this one, without its ending, or the URL of one elsewhere. */
  readonly child?: string | URL;
}

export function createGpuDevice(
  { adapter: { backend, name }, driverManifest, oneOf, hardware }: CardOptions,
  { child = 'child', ...modules }: CardModules = {},
): GpuDevice {
  return new GpuDevice(
    { name, hardware },
    {
      ...modules,
      openLink: (events) => {
        const link = startChild(child, { driverManifest, layer: oneOf?.layer }, events);
        const adapter = { backend, name: oneOf?.card.name ?? name };
        link.send({ type: 'open', adapter, card: oneOf?.card });
        return link;
      },
    },
  );
}

function startChild(
  module: string | URL,
  vulkan: ChildVulkan,
  events: GpuLinkEvents,
): ChildLink<ParentMessage, ChildMessage> {
  try {
    return new ChildLink(module, vulkan, events);
  } catch (error) {
    throw new Error(`can't start a child process: ${error instanceof Error ? error.message : error}`);
  }
}
