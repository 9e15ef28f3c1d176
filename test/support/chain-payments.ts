/**
 * What blocks say of a wallet: whom its transactions paid, and which of its outputs are there. Worked out from the blocks of a simulated
 * node alone.
 * @module
 */
import type { DevnetNode } from '../../devnet/node.js';
import { addressOfLockupScript, addressOfPublicKey } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import type { Transaction } from '../../protocol/transaction.js';

/** First byte of an unlock script by a key, which 33 bytes follow. */
const P2PKH_UNLOCK = 0;

/** What main-chain transactions of a wallet came to; those that conflict count for nothing. */
export interface ChainPayments {
  /** Paid to others, by address, attoALPH. */
  readonly paid: ReadonlyMap<string, bigint>;
  /** Ids of the transactions that paid somebody else. */
  readonly payouts: ReadonlySet<string>;
  /** Ids of all transactions of the wallet. */
  readonly all: ReadonlySet<string>;
  /** In blocks, and without effect. */
  readonly conflicted: number;
}

/** @param own - addresses of the wallet */
export function paymentsOnChain(node: DevnetNode, own: ReadonlySet<string>): ChainPayments {
  const paid = new Map<string, bigint>();
  const payouts = new Set<string>();
  const all = new Set<string>();
  let conflicted = 0;
  for (const chain of ALL_CHAINS)
    for (let height = 1; height <= node.state.tip(chain).height; height++) {
      const block = node.state.mainAt(chain, height)!;
      const without = new Set(node.coins!.conflictedOf(block));
      for (const transaction of block.transactions.slice(0, -1)) {
        if (!isSentBy(transaction, own)) continue;
        const id = bytesToHex(transaction.id);
        if (without.has(id)) {
          conflicted++;
          continue;
        }
        all.add(id);
        for (const { lockupScript, amount } of transaction.unsigned.outputs) {
          const { text } = addressOfLockupScript(lockupScript);
          if (own.has(text)) continue;
          payouts.add(id);
          paid.set(text, (paid.get(text) ?? 0n) + amount);
        }
      }
    }
  return { paid, payouts, all, conflicted };
}

/** Whether a transaction of the wallet pays somebody else. */
export function isPaymentOf(transaction: Transaction, own: ReadonlySet<string>): boolean {
  return (
    isSentBy(transaction, own) &&
    transaction.unsigned.outputs.some(
      ({ lockupScript }) => !own.has(addressOfLockupScript(lockupScript).text),
    )
  );
}

/** Whether the first input is unlocked by a key of one of the addresses. */
function isSentBy({ unsigned }: Transaction, own: ReadonlySet<string>): boolean {
  const unlock = unsigned.inputs[0]?.unlockScript;
  if (unlock?.[0] !== P2PKH_UNLOCK) return false;
  return own.has(addressOfPublicKey(unlock.subarray(1)).text);
}
