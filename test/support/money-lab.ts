/**
 * A pool that pays its miners, not started yet, and the simulated network that it works on.
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { DevnetOptions } from '../../devnet/app.js';
import { createSystemClock } from '../../devnet/clock.js';
import { isAuthorized } from '../../polw/authorizations/authorization.js';
import { authorizationsText } from '../../polw/authorizations/authorizations-text.js';
import { alphText } from '../../protocol/alph-text.js';
import { ALPH } from '../../protocol/emission.js';
import { deriveFileKey } from '../../wallet/derive-file-key.js';
import { sealWallet } from '../../wallet/seal-wallet.js';
import { deriveWalletKeys } from '../../wallet/wallet-keys.js';
import { ACTIVE_RATE, FUNDED, SHIFT } from '../devnet/polw-setting.js';
import { BURN_AUTHORIZATIONS } from './devnet-authorizations.js';
import { PoolLab } from './pool-lab.js';
import { seededBytes } from './seeded-bytes.js';
import { MNEMONICS, PASSWORD } from './wallet-lab.js';

export interface MoneyLabOptions {
  /** `store` of the configuration. */
  readonly store: object;
  /** Whether Proof of Less Work may begin, and the pool supplies the coins. */
  readonly polw: boolean;
}

export interface MoneyLab {
  readonly lab: PoolLab;
  readonly passwordFile: string;
}

/** Least balance that is paid, attoALPH. */
export const MINIMUM = ALPH / 20n;

/** Addresses of the wallet, by group. */
export const WALLET = deriveWalletKeys(MNEMONICS[0]).map(({ address }) => address.text);

/** Of coinbases. */
const LOCK_MS = 4_000;

/** A block takes some 800 hashes. */
const PLAIN = { rate: 50_000, blockTimeMs: 250 } as const;

/** Hash rates beyond the threshold of Proof of Less Work, and below it, H/s: a block takes 1,000 and 250 hashes. */
export const POLW_RATES = { on: ACTIVE_RATE, off: ACTIVE_RATE / 4 } as const;

/** How far the time of a network with it is behind, ms: for the pool, locks of ten minutes are over at once. */
const BEHIND_MS = 900_000;

/** All of it ends with the test. */
export async function openMoneyLab(t: TestContext, { store, polw }: MoneyLabOptions): Promise<MoneyLab> {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-money-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const wallet = write('wallet.json', await walletText());
  const authorizations = write(
    'authorizations.json',
    authorizationsText(BURN_AUTHORIZATIONS.networkId, BURN_AUTHORIZATIONS.chains.filter(isAuthorized)),
  );
  const clock = createSystemClock();
  const network = polw ? { rate: POLW_RATES.off, blockTimeMs: 2_000 } : PLAIN;
  const kept: DevnetOptions = polw
    ? { polw: { shift: SHIFT, support: 'full', coins: FUNDED } }
    : { coins: true };
  const lab = await PoolLab.open(t, {
    store,
    ...(polw && { clock: { ...clock, now: () => clock.now() - BEHIND_MS } }),
    devnet: {
      ...network,
      ...kept,
      lockMs: LOCK_MS,
      keepHeights: 100_000,
      minPushIntervalMs: 20,
      minerAddresses: WALLET,
    },
    config: {
      mode: 'pool',
      payouts: {
        wallet,
        fee: 1,
        minimum: alphText(MINIMUM),
        inactiveMinimum: '0.01',
        every: '3s',
        confirmations: 4,
        recheck: 12,
        blockDepth: 12,
      },
      ...(polw && { polw: { authorizations, since: '1970-01-01', shift: SHIFT } }),
    },
  });
  const passwordFile = write('password.txt', `${PASSWORD}\n`);
  return { lab, passwordFile };
}

async function walletText(): Promise<string> {
  return sealWallet({
    mnemonic: MNEMONICS[0],
    networkId: 4,
    password: PASSWORD,
    random: (length) => seededBytes('money', length),
    deriveKey: deriveFileKey,
  });
}
