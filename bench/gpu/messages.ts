/**
 * What the bench and the child process of a card say to each other: one order at a time, one answer to each. The child
 * ends when the channel closes.
 * @module
 */
import type { ListedAdapter } from '../../miner/backends/gpu/adapter-list.js';
import type { VulkanCard } from '../../miner/backends/gpu/vulkan-card.js';
import type { MixTask } from '../../shaders/ceiling.js';
import type { NonceRange, SearchResult } from '../../shaders/search.js';
import type { SearchOrder, SearchWindow } from '../contender.js';
import type { Window } from '../statistics.js';

export type CardOrder =
  /** First of all, once. */
  | { readonly type: 'open'; readonly adapter: ListedAdapter; readonly card?: VulkanCard | undefined }
  | { readonly type: 'search'; readonly range: NonceRange }
  | { readonly type: 'searchFor'; readonly order: SearchOrder; readonly windowMs: number }
  | { readonly type: 'mix'; readonly task: MixTask };

/** Answers by the orders' types. */
export interface CardAnswers {
  /** Nonces of a dispatch, once the engine has found its pace. */
  readonly open: { readonly callNonces: number };
  readonly search: SearchResult;
  readonly searchFor: SearchWindow;
  readonly mix: Window;
}

export type CardAnswer =
  | { readonly type: 'done'; readonly answer: CardAnswers[CardOrder['type']] }
  /** The child's last word. */
  | { readonly type: 'failed'; readonly message: string; readonly final: boolean };
