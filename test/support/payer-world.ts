/**
 * A simulated network whose blocks pay a wallet, and the books of a pool that owes miners: what a payer process is started on.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Devnet, type DevnetOptions, startDevnet } from '../../devnet/app.js';
import { ALL_GROUPS } from '../../ledger/accounts.js';
import { Ledger } from '../../ledger/ledger.js';
import { fetchOutputs } from '../../node/rest-outputs.js';
import { parsePoolConfig } from '../../pool/config/pool-config.js';
import { storeSettingsOf } from '../../pool/config/store-settings-of.js';
import type { OwnBooks } from '../../pool/ports/books.js';
import { openBooks } from '../../pool/store/open-books.js';
import { chainIndex, GROUPS } from '../../protocol/chain.js';
import { deriveFileKey } from '../../wallet/derive-file-key.js';
import { sealWallet } from '../../wallet/seal-wallet.js';
import { bookRewards } from './books-with-money.js';
import { walletKeys } from './round-lab.js';
import { MNEMONICS, PASSWORD } from './wallet-lab.js';

export interface PayerWorld {
  readonly folder: string;
  readonly config: string;
  readonly passwordFile: string;
  readonly devnet: Devnet;
  readonly books: OwnBooks;
  readonly ledger: Ledger;
  /** attoALPH that blocks say an address has. */
  received(address: string): Promise<bigint>;
  /** Writes another configuration, as of another machine: with a data folder of its own. @returns its path */
  otherConfig(name: string, changes: object): Promise<string>;
  /** Blocks come, over all chains, until the test ends. @param pauseMs - between two, 20 by default */
  mine(pauseMs?: number): void;
}

export interface PayerWorldOptions {
  /** Coins of each group, attoALPH, that are there and booked. */
  readonly coins: readonly bigint[];
  readonly payouts?: object;
  /** That the node keeps. */
  readonly wallets?: DevnetOptions['wallets'];
  /** `store` of the configuration; an embedded one by default. */
  readonly store?: object;
}

const ENDPOINT = { host: '127.0.0.1', port: 1 };
const OPTIONS = { timeoutMs: 10_000 };

export async function payerWorld(
  t: TestContext,
  { coins, payouts = {}, wallets = [], store = { type: 'embedded' } }: PayerWorldOptions,
): Promise<PayerWorld> {
  let ended = false;
  let mining: Promise<void> | undefined;
  // Before the network ends.
  t.after(async () => {
    ended = true;
    await mining;
  });
  const wallet = walletKeys.map(({ address }) => address.text);
  const devnet = await startDevnet({
    ...{ rate: 1_000, blockTimeMs: 500, retarget: false, lockMs: 3_600_000, minerAddresses: wallet },
    wallets,
    coins: wallet.flatMap((address) => coins.map((amount) => ({ address, amount }))),
  });
  t.after(() => devnet.close());
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-payer-'));
  t.after(() => rm(folder, { recursive: true }));
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  const passwordFile = join(folder, 'password.txt');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  const text = await sealWallet({
    ...{ mnemonic: MNEMONICS[0], networkId: 4, password: PASSWORD },
    random: randomBytes,
    deriveKey: deriveFileKey,
  });
  await writeFile(join(folder, 'wallet.json'), text, { mode: 0o600 });
  const settings = {
    ...{ mode: 'pool', dataFolder, store },
    nodes: [{ host: ENDPOINT.host, port: devnet.minerApiPort, restPort: devnet.restPort }],
    payouts: { wallet: 'wallet.json', confirmations: 2, recheck: 3, every: '1s', ...payouts },
  };
  const otherConfig = async (name: string, changes: object): Promise<string> => {
    const path = join(folder, `${name}.json`);
    const own = { dataFolder: join(folder, name) };
    await writeFile(path, JSON.stringify({ ...settings, ...own, ...changes }));
    return path;
  };
  const config = await otherConfig('pool', { dataFolder });
  const sources = { env: {}, readFile: () => '', resolvePath: (path: string) => path };
  const books = await openBooks(storeSettingsOf(parsePoolConfig(settings, sources)), { onNotice: () => {} });
  t.after(() => books.close());
  const ledger = new Ledger(books);
  const endpoint = { ...ENDPOINT, restPort: devnet.restPort };
  for (const group of ALL_GROUPS) {
    const { outputs } = await fetchOutputs(endpoint, wallet[group]!, OPTIONS);
    const all = outputs.map((output) => ({ ...output, group, lockTimeMs: 0 }));
    await bookRewards(
      ledger,
      all,
      all.map(({ key }) => key),
      Date.now(),
    );
  }
  const mineAll = async (pauseMs: number): Promise<void> => {
    for (let i = 0; !ended; i++) {
      // Chains of one group decide: they come in between.
      const from = (i >> 1) % GROUPS;
      await devnet.mineBlock(chainIndex(from, i % 2 === 0 ? from : (i >> 3) % GROUPS));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  return {
    ...{ folder, config, otherConfig, passwordFile, devnet, books, ledger },
    received: async (address) => {
      const { outputs } = await fetchOutputs(endpoint, address, OPTIONS);
      return outputs.reduce((sum, { amount }) => sum + amount, 0n);
    },
    mine: (pauseMs = 20) => {
      mining ??= mineAll(pauseMs);
    },
  };
}
