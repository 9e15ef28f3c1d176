/**
 * What pays: a wallet that is open, nodes that pay it, the books, and the lease under which something is sent.
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Ledger } from '../ledger/ledger.js';
import { Rounds } from '../payer/rounds/rounds.js';
import { nodeAddressOf } from '../pool/config/node-address-of.js';
import type { PoolConfig } from '../pool/config/pool-config.js';
import type { OwnBooks } from '../pool/ports/books.js';
import { StoreRefusedError } from '../pool/ports/store.js';
import type { PublicWallet } from '../wallet/public-wallet.js';
import type { TransferSigner } from '../wallet/transfer-signer.js';
import type { EndRequest } from './end-request.js';
import { type LedgerDesk, openingOfDesk } from './ledger-desk.js';
import { openPayerDesk } from './open-payer-desk.js';
import { openPoolBooks } from './open-pool-books.js';
import { openSigner } from './open-signer.js';
import { type PayoutsConfig, payerDesk, payoutsOf } from './payer-setting.js';
import { PayerTenure } from './payer-tenure.js';
import type { payerLog } from './payer-words.js';
import { readPoolConfig } from './run-pool.js';
import { tellingWait } from './telling-wait.js';
import { WalletNodes } from './wallet-nodes.js';

export interface PayingOptions {
  readonly config: string;
  /** Path of the wallet; undefined: that of the configuration. */
  readonly wallet?: string | undefined;
  /** Undefined: standard input. */
  readonly passwordFile?: string | undefined;
  /** Folder of the closed months. */
  readonly months?: string | undefined;
}

type Log = ReturnType<typeof payerLog>;

export interface Paying {
  readonly settings: PayoutsConfig;
  readonly signer: TransferSigner;
  readonly nodes: WalletNodes;
  readonly books: OwnBooks;
  readonly ledger: Ledger;
  readonly desk: LedgerDesk;
  readonly tenure: PayerTenure;
}

/**
 * Opens everything, and does something with it.
 * @param end - nothing new is begun once it was asked for
 * @throws PoolConfigError, WalletError, or what else keeps it from paying
 */
export async function withPaying(
  options: PayingOptions,
  { end, log }: { readonly end: EndRequest; readonly log: Log },
  action: (paying: Paying) => Promise<void>,
): Promise<void> {
  const config = readPoolConfig(options.config);
  const settings = payoutsOf(config);
  const warn = (words: string): void => log({ type: 'warning', words });
  const { wallet, passwordFile } = options;
  const signer = await openSigner(config, settings, { wallet, passwordFile, warn });
  const nodes = await fittingNodes(config, signer, warn);
  const books = await openPoolBooks(config);
  const desk = payerDesk(config, books, () => {});
  const ledger = new Ledger(books);
  let ending = false;
  const over = new AbortController();
  log({ type: 'started', networkId: signer.networkId, addresses: addressesOf(signer) });
  const tenure = new PayerTenure({
    books,
    owner: desk.owner,
    now: Date.now,
    onEvent: log,
    isEnding: () => ending,
    pause: (ms) => wait(ms, undefined, { signal: over.signal }).catch(() => {}),
    open: async (fence) => {
      const parts = { config, settings, signer, books, fence, onEvent: log };
      const { desk: intents, close } = await openPayerDesk(parts);
      const rounds = new Rounds({
        ...{ books, ledger, wallet: signer, settings, fence },
        desk: intents,
        look: () => nodes.look(),
        opening: () => openingOfDesk(desk, options.months),
        now: Date.now,
        onEvent: log,
      });
      return { desk: intents, rounds, close };
    },
  });
  void end.asked.then(() => {
    ending = true;
    tenure.stop();
    over.abort();
  });
  try {
    await action({ settings, signer, nodes, books, ledger, desk, tenure });
  } catch (error) {
    if (error instanceof StoreRefusedError)
      throw new Error(
        `nothing is paid: what is sent must be kept first, and this store can't: ${error.message}`,
      );
    throw error;
  } finally {
    end.ask();
    const inFlight = tenure.open?.length;
    log({ type: 'ending', ...(inFlight !== undefined && { inFlight }) });
    await tenure.close();
    await books.close();
  }
}

/** @throws Error if one of the nodes pays others than the wallet, or is on another network */
async function fittingNodes(
  config: PoolConfig,
  wallet: PublicWallet,
  warn: (words: string) => void,
): Promise<WalletNodes> {
  const identity = { networkId: wallet.networkId, minerAddresses: addressesOf(wallet) };
  const nodes = new WalletNodes(config.nodes.map(nodeAddressOf), identity, () => performance.now());
  const fit = await tellingWait(() => nodes.fit(), { unheard: () => nodes.unheard, say: warn });
  if (fit.kind === 'differs')
    throw new Error(
      `nothing is paid: blocks must pay the wallet that payouts come from, but ${fit.why.join('; ')}`,
    );
  if (fit.kind === 'unknown') for (const words of fit.why) warn(words);
  return nodes;
}

function addressesOf({ keys }: PublicWallet): readonly string[] {
  return keys.map(({ address }) => address.text);
}
