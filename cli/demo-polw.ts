/**
 * What `lesswork demo --polw` adds: a network past its threshold, 16 burn keys, their authorizations, and deposits.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolwOptions } from '../devnet/app.js';
import { authorizationsText } from '../polw/authorizations/authorizations-text.js';
import { authorize } from '../polw/keys/authorize.js';
import { deriveBurnKeys } from '../polw/keys/burn-keys.js';
import { CHAINS } from '../protocol/chain.js';
import { ALPH, blockTimeMsOf } from '../protocol/emission.js';
import { createMnemonic } from '../wallet/mnemonic.js';

/** Of the simulated network. */
const NETWORK_ID = 4;

/** Bytes of a mnemonic's entropy. */
const ENTROPY_BYTES = 32;

/** Deposited at each burn address: blocks burn some 0.01 ALPH a second there, which comes back after 10 min. */
const DEPOSIT = 1_000n * ALPH;

/** Proof of Less Work begins at 2 to this power H/s, where it is not lowered. */
const THRESHOLD_LOG2 = 60;

/** The threshold is a target: it stands for that rate at the block time of the rules, however fast a network's blocks come. */
const RULES_BLOCK_TIME_MS = blockTimeMsOf('danube');

/** What the targets of the demo's network are made for. */
export interface DemoNetwork {
  /** H/s, at least 2,000. */
  readonly rate: number;
  /** At least 1,000. */
  readonly blockTimeMs: number;
}

/** Of the demo's network and pool. */
export interface DemoPolw {
  /** Of the simulated node. */
  readonly node: PolwOptions;
  /** Setting of the pool. */
  readonly pool: { readonly authorizations: string; readonly since: string; readonly shift: number };
  /** What was done, and what will be, for people. */
  readonly told: readonly string[];
}

/**
 * Makes keys that are kept nowhere, and writes what they authorize into a folder.
 * @param folder - there, and empty
 */
export function prepareDemoPolw(folder: string, network: DemoNetwork): DemoPolw {
  const keys = deriveBurnKeys(createMnemonic(randomBytes(ENTROPY_BYTES)));
  const authorizations = join(folder, 'authorizations.json');
  writeFileSync(authorizations, authorizationsText(NETWORK_ID, authorize(keys)), { mode: 0o600 });
  const shift = polwShiftFor(network);
  return {
    node: {
      shift,
      support: 'full',
      coins: keys.map(({ address }) => ({ address: address.text, amount: DEPOSIT })),
    },
    pool: { authorizations, since: '1970-01-01', shift },
    told: [
      `${CHAINS} burn keys made, ${DEPOSIT / ALPH} ALPH deposited at the address of each; the pool has what they authorize, not the keys`,
      'a block of chain 0-1 burns coins of its address, and pays them to that of chain 1-0 with its net reward, locked for 10 min',
    ],
  };
}

/** Bits by which the threshold is lowered, so that a network is two to four times beyond it. */
export function polwShiftFor({ rate, blockTimeMs }: DemoNetwork): number {
  return THRESHOLD_LOG2 + 1 - Math.floor(Math.log2((rate * blockTimeMs) / RULES_BLOCK_TIME_MS));
}
