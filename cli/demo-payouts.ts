/**
 * What `lesswork demo` adds so that its miner is paid: a wallet that the blocks pay, and a payer beside the pool, as an operator has them.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateMinerAddresses } from '../devnet/addresses.js';
import { createRandom } from '../devnet/random.js';
import { deriveFileKey } from '../wallet/derive-file-key.js';
import { createMnemonic } from '../wallet/mnemonic.js';
import { sealWallet } from '../wallet/seal-wallet.js';
import { deriveWalletKeys } from '../wallet/wallet-keys.js';
import { writeWallet } from '../wallet/wallet-on-disk.js';
import type { DemoPayTally } from './demo-pay-tally.js';
import { payerWords } from './payer-words.js';
import { withPaying } from './paying.js';

/** Of the simulated network. */
const NETWORK_ID = 4;

/** Bytes of a mnemonic's entropy, and of a password that nobody types. */
const SECRET_BYTES = 32;

/** For so long rewards are locked, ms: 500 minutes on the main network. */
const LOCK_MS = 20_000;

/** The section `payouts`: as soon as a simulated network allows for. */
const PAYOUTS = {
  scheme: 'pplns',
  fee: 1,
  minimum: '0.01',
  inactiveMinimum: '0.01',
  every: '10s',
  confirmations: 2,
  recheck: 8,
  blockDepth: 8,
} as const;

/** Time between two looks at what was paid, ms. */
const LOOK_MS = 2_000;

export interface DemoPayouts {
  /** Of the wallet, by group: what the node is told to pay. */
  readonly minerAddresses: readonly string[];
  /** How long rewards are locked, ms. */
  readonly lockMs: number;
  /** Whom the miner mines for. */
  readonly user: string;
  /** The section of the pool's configuration. */
  readonly pool: typeof PAYOUTS & { readonly wallet: string };
  /** What was done, for people. */
  readonly told: readonly string[];
}

/** A payer at work. */
export interface DemoPayer {
  /** Ends it. Never rejects. */
  close(): Promise<void>;
}

/** Makes a wallet that is kept nowhere else. @param folder - there, for its owner alone */
export async function prepareDemoPayouts(folder: string): Promise<DemoPayouts> {
  const mnemonic = createMnemonic(randomBytes(SECRET_BYTES));
  const password = randomBytes(SECRET_BYTES).toString('hex');
  const wallet = join(folder, 'wallet.json');
  const sealed = await sealWallet({
    mnemonic,
    networkId: NETWORK_ID,
    password,
    random: randomBytes,
    deriveKey: deriveFileKey,
  });
  await writeWallet(wallet, sealed);
  writeFileSync(passwordPath(folder), `${password}\n`, { mode: 0o600 });
  const [miner] = generateMinerAddresses(createRandom(randomBytes(4).readUInt32BE()));
  return {
    minerAddresses: deriveWalletKeys(mnemonic).map(({ address }) => address.text),
    lockMs: LOCK_MS,
    user: `${miner!.text}.demo`,
    pool: { ...PAYOUTS, wallet },
    told: [
      `rewards go to a wallet of the pool and are locked for ${LOCK_MS / 1000} s; the miner, ${miner!.text}, is paid its part of them every 10 s, for the first time after some two minutes`,
    ],
  };
}

/**
 * Starts the payer.
 * @param folder - as it was prepared
 * @param config - the pool's whole configuration
 */
export function startDemoPayer(
  folder: string,
  config: object,
  { tally, warn }: { readonly tally: DemoPayTally; readonly warn: (words: string) => void },
): DemoPayer {
  const path = join(folder, 'pool.json');
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  let ask: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const log: Parameters<typeof withPaying>[1]['log'] = (event) => {
    const { level, text } = payerWords(event);
    if (level === 'warn') warn(text);
  };
  const options = { config: path, passwordFile: passwordPath(folder) };
  const paying = withPaying(options, { end: { asked, ask }, log }, async ({ tenure, ledger }) => {
    const look = async (): Promise<void> => {
      const [credited, paid] = await ledger.balances(['total/credited', 'total/paid']);
      tally.note({ credited: credited!, paid: paid! });
    };
    const looking = setInterval(() => void look().catch(() => {}), LOOK_MS);
    try {
      await tenure.run();
      await look();
    } finally {
      clearInterval(looking);
    }
  }).catch((error: Error) => warn(`nothing is paid: ${error.message}`));
  return {
    close: async () => {
      ask();
      await paying;
    },
  };
}

function passwordPath(folder: string): string {
  return join(folder, 'password.txt');
}
