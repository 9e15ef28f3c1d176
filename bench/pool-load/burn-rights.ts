/**
 * Keys of a pool's burn addresses for the bench: anybody can tell them.
 * @module
 */
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { authorize } from '../../polw/keys/authorize.js';
import { deriveBurnKeys } from '../../polw/keys/burn-keys.js';
import type { Address } from '../../protocol/address.js';
import { createMnemonic } from '../../wallet/mnemonic.js';
import { STUB_NETWORK_ID } from './stub-node/rest-answers.js';

/** What a pool under Proof of Less Work has. */
export interface BurnRights {
  /** By chain index. */
  readonly addresses: readonly Address[];
  /** A file of authorizations. */
  readonly authorizations: string;
}

const ENTROPY_BYTES = 32;

/** The same each time, for the network of the stub node. */
export function makeBurnRights(): BurnRights {
  const keys = deriveBurnKeys(createMnemonic(new Uint8Array(ENTROPY_BYTES)));
  return {
    addresses: keys.map(({ address }) => address),
    authorizations: authorizationsText(STUB_NETWORK_ID, authorize(keys)),
  };
}
