/**
 * A full node's REST API that answers about itself and about the outputs of a wallet, as a test sets them.
 * @module
 */
import type { MadeCoin } from '../../ledger/transaction.js';
import { type Answer, type PaymentRest, startPaymentRest } from './payment-rest.js';

export interface WalletRest extends PaymentRest {
  synced: boolean;
  networkId: number;
  /** Miner addresses, by group. */
  addresses: readonly string[];
  height: number;
  outputs: readonly MadeCoin[];
  /** More outputs than it tells of. */
  tooMany: boolean;
}

/** @param addresses - of the wallet, by group */
export async function startWalletRest(addresses: readonly string[]): Promise<WalletRest> {
  const rest = await startPaymentRest(({ path }): Answer => {
    const ok = (response: object): Answer => ({ status: 200, response });
    const outputs = node.outputs.filter(({ group }) => path.includes(addresses[group]!));
    if (path === '/infos/self-clique') return ok({ synced: node.synced, selfReady: true });
    if (path === '/infos/version') return ok({ version: 'v4.6.0' });
    if (path === '/infos/chain-params') return ok({ networkId: node.networkId });
    if (path === '/miners/addresses') return ok({ addresses: node.addresses });
    if (path.startsWith('/blockflow/chain-info')) return ok({ currentHeight: node.height });
    if (path.endsWith('/utxos'))
      return node.tooMany
        ? { status: 500, response: { detail: 'Your address has too many UTXOs and exceeds the API limit.' } }
        : ok({
            utxos: outputs.map(({ key, amount, lockTimeMs }) => ({
              ref: { hint: 1, key },
              amount: `${amount}`,
              lockTime: lockTimeMs,
            })),
          });
    if (path.includes('/balance?mempool=false')) {
      const balance = outputs.reduce((sum, { amount }) => sum + amount, 0n);
      return ok({ balance: `${balance}`, utxoNum: outputs.length });
    }
    return { status: 500, response: { detail: path } };
  });
  const node: WalletRest = {
    ...rest,
    ...{ synced: true, networkId: 4, addresses, height: 100, outputs: [], tooMany: false },
  };
  return node;
}
