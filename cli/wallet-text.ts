/**
 * What people and programs are shown of a wallet.
 * @module
 */
import { bytesToHex } from '../protocol/bytes.js';
import { networkIdText } from '../protocol/network-name.js';
import type { Wallet } from '../wallet/seal-wallet.js';

/** A mnemonic that was just made. */
export function newMnemonicText(mnemonic: string): string {
  return `mnemonic, shown this once: write it down, and keep it where no server is; whoever has it has the coins

  ${mnemonic}

`;
}

/** Addresses, and what a full node is to be told of them. */
export function walletText({ networkId, keys }: Wallet): string {
  const rows = keys.map(({ address, path }) => `${address.group}      ${address.text.padEnd(46)} ${path}\n`);
  const settings = keys.map(({ address }, i) => `  "${address.text}"${i < keys.length - 1 ? ',' : ''}\n`);
  return `${networkIdText(networkId)}

group  address                                        key
${rows.join('')}
in user.conf of each full node, so that its blocks pay this wallet:

alephium.mining.miner-addresses = [
${settings.join('')}]
`;
}

/** One JSON object. @param mnemonic - of a wallet that was just made; undefined otherwise */
export function walletJson(file: string, { networkId, keys }: Wallet, mnemonic?: string): string {
  const shown = keys.map(({ path, publicKey, address }) => ({
    group: address.group,
    path,
    publicKey: bytesToHex(publicKey),
    address: address.text,
  }));
  return `${JSON.stringify({ type: 'wallet', file, networkId, mnemonic, keys: shown })}\n`;
}
