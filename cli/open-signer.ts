/**
 * Who signs for a pool that pays: its wallet's file, or a wallet that a full node keeps.
 * @module
 */
import type { NodeIdentity } from '../node/identity.js';
import { fetchIdentity, fetchNetworkId } from '../node/rest.js';
import { openNodeSigner, restNodeWallet } from '../payer/intents/node-signer.js';
import { refuseSharedAddress } from '../pool/check/shared-address.js';
import { nodeAddressOf, nodeOfWallet } from '../pool/config/node-address-of.js';
import type { PoolConfig } from '../pool/config/pool-config.js';
import { type Address, parseAddress } from '../protocol/address.js';
import { isLoopback } from '../protocol/ip-address.js';
import { deriveFileKey } from '../wallet/derive-file-key.js';
import { type TransferSigner, walletSigner } from '../wallet/transfer-signer.js';
import { WalletError } from '../wallet/wallet-error.js';
import { loadWallet, readWalletHeader } from '../wallet/wallet-on-disk.js';
import { askingOptions, fromFirstNode } from './first-node.js';
import { type PayoutsConfig, walletPathOf } from './payer-setting.js';
import { readPassword } from './read-password.js';
import { processSecrets, SecretInput } from './secret-input.js';

export interface SignerOptions {
  /** Path of a wallet's file; undefined: what the configuration says. */
  readonly wallet: string | undefined;
  /** Undefined: standard input. */
  readonly passwordFile: string | undefined;
  readonly warn: (words: string) => void;
}

/** What anybody may know of a wallet without its password: its public keys are not among it. */
export interface ShownWallet {
  readonly networkId: number;
  /** 4, by group. */
  readonly keys: readonly { readonly address: Address }[];
}

/**
 * Opens the wallet that pays.
 * @throws PoolConfigError, WalletError; RestError or Error if a node can't be asked
 */
export async function openSigner(
  config: PoolConfig,
  settings: PayoutsConfig,
  { wallet, passwordFile, warn }: SignerOptions,
): Promise<TransferSigner> {
  const named = nodeWalletOf(settings, wallet);
  if (named === undefined)
    return openFile(config, walletPathOf(settings, wallet), { file: passwordFile, warn });
  const { node, name, label } = nodeOfWallet(config, named);
  const { host } = node.endpoint;
  if (!isLoopback(host))
    warn(`${label}: its password goes to ${host} as it is, for everybody on the way to read`);
  // Nobody types a password for a wallet that can't be used here.
  const identity = await paidIdentity(config);
  const networkId = await fetchNetworkId(node.endpoint, askingOptions(node));
  if (networkId !== identity.networkId)
    throw new WalletError(
      'ERR_WALLET_NETWORK',
      `${label}: expected a node of network id ${identity.networkId}, that of the pool's, got one of ${networkId}`,
    );
  await refuseSharedAddress(config, label, identity.minerAddresses, 'payouts.nodeWallet');
  const password = await askPassword(passwordFile, warn);
  const paid = { networkId, addresses: identity.minerAddresses };
  return openNodeSigner(restNodeWallet(node, name, password), paid);
}

/** The wallet that pays, as far as it is known without its password. @throws as `openSigner` */
export async function shownWallet(
  config: PoolConfig,
  settings: PayoutsConfig,
  given: string | undefined,
): Promise<ShownWallet> {
  const named = nodeWalletOf(settings, given);
  if (named !== undefined) {
    const { networkId, minerAddresses } = await paidIdentity(config);
    const { label } = nodeOfWallet(config, named);
    await refuseSharedAddress(config, label, minerAddresses, 'payouts.nodeWallet');
    return { networkId, keys: keysOf(minerAddresses, 'the full nodes') };
  }
  const path = walletPathOf(settings, given);
  const { networkId, addresses } = await readWalletHeader(path);
  const texts = addresses.map(({ address }) => address);
  const keys = keysOf(texts, path);
  await refuseSharedAddress(config, path, texts);
  return { networkId, keys };
}

function nodeWalletOf({ nodeWallet }: PayoutsConfig, given: string | undefined) {
  return given === undefined ? nodeWallet : undefined;
}

function keysOf(texts: readonly string[], of: string): ShownWallet['keys'] {
  return texts.map((text) => {
    const address = parseAddress(text);
    if (address === undefined) throw new Error(`${of}: expected four addresses, got ${text}`);
    return { address };
  });
}

async function openFile(
  config: PoolConfig,
  path: string,
  { file, warn }: { readonly file: string | undefined; readonly warn: SignerOptions['warn'] },
): Promise<TransferSigner> {
  // Nobody types a password for a file that is none, or that can't be used here.
  const { addresses } = await readWalletHeader(path);
  await refuseSharedAddress(
    config,
    path,
    addresses.map(({ address }) => address),
  );
  const { wallet, warning } = await loadWallet(path, await askPassword(file, warn), deriveFileKey);
  if (warning !== undefined) warn(warning);
  return walletSigner(wallet);
}

async function askPassword(file: string | undefined, warn: SignerOptions['warn']): Promise<string> {
  const secrets = new SecretInput(processSecrets());
  try {
    return await readPassword({ file, secrets, warn });
  } finally {
    secrets.close();
  }
}

/** Network and reward addresses as the first of the pool's nodes tells them. @throws Error if none does */
async function paidIdentity(config: PoolConfig): Promise<NodeIdentity> {
  return fromFirstNode(
    config.nodes.map(nodeAddressOf),
    'nothing is paid: no full node tells which addresses blocks pay',
    (node, options) => fetchIdentity(node.endpoint, options),
  );
}
