/**
 * All routes of the node's REST API.
 * @module
 */
import { BLOCK_ROUTES } from './rest-block-routes.js';
import { INFO_ROUTES } from './rest-info-routes.js';
import type { Route } from './rest-route.js';
import { TRANSACTION_ROUTES } from './rest-transaction-routes.js';
import { TRANSFER_ROUTES } from './rest-transfer-routes.js';
import { WALLET_ROUTES } from './rest-wallet-routes.js';

/** All routes: an entry for each method of a path. */
export const ROUTES: readonly Route[] = [
  ...INFO_ROUTES,
  ...BLOCK_ROUTES,
  ...TRANSACTION_ROUTES,
  ...TRANSFER_ROUTES,
  ...WALLET_ROUTES,
];
