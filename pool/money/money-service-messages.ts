/**
 * What the reader of money figures, in the store's thread, says to the rest of the pool. All of it can be cloned.
 * @module
 */
import type { MoneyFigures } from '../domain/money-figures.js';

export type FromMoneyService =
  | { readonly type: 'figures'; readonly figures: MoneyFigures }
  /** The books can't be read, or can again. */
  | { readonly type: 'trouble'; readonly level: 'info' | 'warn'; readonly message: string };

/** What the service is started with: nothing. */
export type MoneyServiceData = Record<string, never>;
