/**
 * The messages between the miner and what works a card for it: a child process, over Node's IPC channel with 'advanced'
 * serialization (bigint and bytes travel as they are), or a worker of a browser.
 *
 * ```
 * miner --open, search, abandon, load--> child     one card, until the channel closes
 * miner <--alive, ready, report, failed-- child
 * miner <--adapters, failed-- probe          lists the adapters and ends
 * ```
 * @module
 */
import type { ChainIndex } from '../../../protocol/chain.js';
import type { SearchReport, SearchTask } from '../../core/device.js';
import type { ListedAdapter } from './adapter-list.js';
import type { VulkanCard } from './vulkan-card.js';

/** A message of the miner. */
export type ParentMessage =
  /** The first message, sent once: the adapter to open, and of several with its name the card that is meant. */
  | { readonly type: 'open'; readonly adapter: ListedAdapter; readonly card?: VulkanCard | undefined }
  /** Sent only after `ready`; answered by one `report`. */
  | { readonly type: 'search'; readonly task: SearchTask }
  /** Tasks of the chain with an older generation are stale. */
  | { readonly type: 'abandon'; readonly chain: ChainIndex; readonly generation: number }
  /** Part of its time that the card may be busy for. */
  | { readonly type: 'load'; readonly load: number }
  /** A drill: the child destroys its device, and what follows is what follows a lost one. */
  | { readonly type: 'loseDevice' };

/** A message of a card's child process. */
export type ChildMessage =
  /** Every `ALIVE_INTERVAL_MS`, from the start on. */
  | { readonly type: 'alive' }
  /** The self-test passed. */
  | { readonly type: 'ready'; readonly taskSize: number }
  /** With the nonces that the next task should have. */
  | { readonly type: 'report'; readonly report: SearchReport; readonly taskSize: number }
  | Failed;

/** A message of the probe. */
export type ProbeMessage =
  | { readonly type: 'adapters'; readonly adapters: readonly ProbedAdapter[] }
  | Failed;

/** The last word of a child: it ends. `final`: another one would fail in the same way. */
export interface Failed {
  readonly type: 'failed';
  readonly message: string;
  readonly final: boolean;
}

/** The facts of an adapter; texts as the driver gives them, possibly empty. */
export interface ProbedAdapter extends ListedAdapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Whether the CPU does its work. */
  readonly software: boolean;
  readonly limits: AdapterLimits;
  /** Which of those with its name it is, where the probe had the Vulkan layer. */
  readonly card?: VulkanCard;
}

/** Limits that bound a dispatch. */
export interface AdapterLimits {
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
}

/** Time between two signs of life. */
export const ALIVE_INTERVAL_MS = 500;
