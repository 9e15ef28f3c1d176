/**
 * What the tests of payments on the simulated node share: four payers with coins, and what they send by REST.
 * @module
 */
import type { TestContext } from 'node:test';
import type { DevnetOptions } from '../../devnet/app.js';
import { signTransfer } from '../../devnet/coins/faucet.js';
import { generateKey, type Key } from '../../devnet/coins/keys.js';
import { createRandom } from '../../devnet/random.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { type ChainIndex, chainIndex } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import type { Transaction } from '../../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../../protocol/transaction-decoder.js';
import { setUp } from './setting.js';

/** A payer of each group. */
export const PAYERS: readonly Key[] = (() => {
  const random = createRandom(41);
  return [0, 1, 2, 3].map((group) => generateKey(group, random));
})();

/** What they have: a coin each. */
export const FIRST_COINS = PAYERS.map(({ address }) => ({ address: address.text, amount: 1_000n * ALPH }));

/** A transfer, signed. */
export interface Made {
  /** Hex. */
  readonly id: string;
  readonly chain: ChainIndex;
  readonly transaction: Transaction;
  /** As it is submitted. */
  readonly body: { readonly unsignedTx: string; readonly signature: string };
}

/** Each payer has one coin of 1,000 ALPH. Some 60 hashes make a block. */
export async function setUpPayments(t: TestContext, options: DevnetOptions = {}) {
  const setting = await setUp(t, { coins: FIRST_COINS, rate: 1_000, blockTimeMs: 1_000, ...options });
  const { devnet, clock } = setting;
  const portOf = (face: number): number => (face === 0 ? devnet.restPort : devnet.facePorts[face - 1]!);

  /** Asks a REST API: 0 is the node's own. */
  async function call(method: string, path: string, body?: object, face = 0) {
    const response = await fetch(`http://127.0.0.1:${portOf(face)}${path}`, {
      method,
      headers: { connection: 'close' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  }

  /** A transfer of 1 ALPH between groups. */
  async function make(from: number, to: number): Promise<Made> {
    const key = PAYERS[from]!;
    const { body } = await call('POST', '/transactions/build', {
      fromPublicKey: bytesToHex(key.publicKey),
      destinations: [{ address: PAYERS[to]!.address.text, attoAlphAmount: ALPH.toString() }],
    });
    const unsignedTx = String(body.unsignedTx);
    const transaction = signTransfer(key, decodeUnsignedTransaction(hexToBytes(unsignedTx)));
    const signature = bytesToHex(transaction.inputSignatures[0]!);
    return {
      id: bytesToHex(transaction.id),
      chain: chainIndex(from, to),
      transaction,
      body: { unsignedTx, signature },
    };
  }

  const send = (made: Made, face = 0) => call('POST', '/transactions/submit', made.body, face);

  /** What a transfer's own chain says of it: its status, and `chain/from/to` where there are counts. */
  async function status({ id, chain }: Pick<Made, 'id' | 'chain'>, face = 0): Promise<string> {
    const groups = `fromGroup=${chain >> 2}&toGroup=${chain & 3}`;
    const { body } = await call('GET', `/transactions/status?txId=${id}&${groups}`, undefined, face);
    const { type, chainConfirmations, fromGroupConfirmations, toGroupConfirmations } = body;
    if (chainConfirmations === undefined) return String(type);
    return `${type} ${chainConfirmations}/${fromGroupConfirmations}/${toGroupConfirmations}`;
  }

  const balance = async (group: number, query = '', face = 0): Promise<bigint> => {
    const path = `/addresses/${PAYERS[group]!.address.text}/balance${query}`;
    return BigInt(String((await call('GET', path, undefined, face)).body.balance));
  };

  async function mine(...chains: ChainIndex[]): Promise<void> {
    for (const chain of chains) {
      clock.advance(10);
      await devnet.mineBlock(chain);
    }
  }
  return { ...setting, call, make, send, status, balance, mine };
}
