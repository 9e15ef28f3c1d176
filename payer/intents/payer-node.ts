/**
 * A full node that takes transactions of the wallet's and is asked what became of them.
 * @module
 */
import type { AskedNode } from '../../node/node-choice.js';
import type { NodeAddress } from '../../node/node-set-port.js';
import { restAskedNode } from '../../node/rest-asked-node.js';
import { type AddressOutputs, fetchOutputs } from '../../node/rest-outputs.js';
import {
  fetchTransactionStatus,
  type SignedTransfer,
  type SubmitAnswer,
  submitTransaction,
  type TransactionPlace,
  type TransactionStatus,
} from '../../node/rest-transactions.js';

/** An answer takes some 30 ms; a list of outputs longer. */
const ANSWER_MS = 5_000;

/** Every question rejects as those of `AskedNode` do. */
export interface PayerNode extends AskedNode {
  /** Whatever is answered decides nothing. */
  submit(transfer: SignedTransfer): Promise<SubmitAnswer>;
  status(place: TransactionPlace): Promise<TransactionStatus>;
  outputs(address: string): Promise<AddressOutputs>;
}

export function restPayerNode(address: NodeAddress): PayerNode {
  const { endpoint, apiKey } = address;
  const options = { apiKey, timeoutMs: ANSWER_MS };
  return {
    ...restAskedNode(address, options),
    submit: (transfer) => submitTransaction(endpoint, transfer, options),
    status: (place) => fetchTransactionStatus(endpoint, place, options),
    outputs: (at) => fetchOutputs(endpoint, at, options),
  };
}
