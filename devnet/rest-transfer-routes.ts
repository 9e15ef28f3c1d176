/**
 * Transfers: `/transactions/build`, `/transactions/submit`, `/mempool/transactions`, where the network keeps coins.
 * @module
 */
import { addressOfPublicKey } from '../protocol/address.js';
import { parseAlph } from '../protocol/alph-text.js';
import { blake2b256 } from '../protocol/blake2b.js';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { fromGroupOf, toGroupOf } from '../protocol/chain.js';
import { DecodeError } from '../protocol/decode-error.js';
import {
  createTransaction,
  encodeUnsignedTransaction,
  type UnsignedTransaction,
} from '../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../protocol/transaction-decoder.js';
import type { Coin } from './coins/coin.js';
import { TransferError, type TransferRequest } from './coins/transfer-builder.js';
import { chainOfTransfer, type TransferDesk } from './coins/transfer-desk.js';
import type { WaitingTransfer } from './coins/transfer-pool.js';
import {
  parseJsonBody,
  parseNodesAddress,
  parseTransactionId,
  queryValue,
  RestFault,
} from './rest-answer.js';
import { transactionOf } from './rest-json.js';
import { get, post, put, type RestContext, type Route } from './rest-route.js';

type Fields = Readonly<Record<string, unknown>>;

export const TRANSFER_ROUTES: readonly Route[] = [
  post('/transactions/build', (context, { body }) => {
    const desk = deskOf(context);
    const unsigned = inNodesWords(() => desk.build(parseBuild(parseJsonBody(body) as Fields, desk)));
    const bytes = encodeUnsignedTransaction(unsigned);
    return {
      type: 'BuildSimpleTransferTxResult',
      unsignedTx: bytesToHex(bytes),
      gasAmount: unsigned.gasAmount,
      gasPrice: unsigned.gasPrice.toString(),
      txId: bytesToHex(createTransaction(unsigned).id),
      ...groupsOf(unsigned),
    };
  }),
  post('/transactions/decode-unsigned-tx', (context, { body }) => {
    deskOf(context);
    const unsigned = parseUnsigned(parseJsonBody(body) as Fields);
    return { ...groupsOf(unsigned), unsignedTx: transactionOf(createTransaction(unsigned)).unsigned };
  }),
  post('/transactions/submit', (context, { body }) => {
    const desk = deskOf(context);
    const fields = parseJsonBody(body) as Fields;
    const { signature } = fields;
    if (signature === undefined) throw missing('signature');
    if (typeof signature !== 'string' || !/^[0-9a-fA-F]{128}$/.test(signature))
      throw invalid(`Unable to decode key from ${signature}: decoding failure`);
    checkVersion(fields, signature);
    const unsigned = parseUnsigned(fields);
    const { transaction, chain } = inNodesWords(() =>
      desk.submit(unsigned, hexToBytes(signature.toLowerCase())),
    );
    context.node.board.refresh([chain]);
    return { txId: bytesToHex(transaction.id), fromGroup: fromGroupOf(chain), toGroup: toGroupOf(chain) };
  }),
  // No query: it removes what is not valid any more.
  put('/mempool/transactions/validate', ({ node }, { query }) => {
    const id = parseTransactionId(queryValue(query, 'txId'), 'query parameter txId');
    node.coins?.removeInvalid((chain) => node.board.freshDeps(chain), id);
  }),
  get('/mempool/transactions', ({ node }) => waitingByChain(node.coins?.desk.waiting() ?? [])),
];

/** @throws RestFault where the network keeps no coins */
function deskOf({ node }: RestContext): TransferDesk {
  if (node.coins) return node.coins.desk;
  throw RestFault.serverError('The simulated node takes no transfers');
}

function inNodesWords<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof TransferError) throw RestFault.serverError(error.message);
    throw error;
  }
}

function groupsOf(unsigned: UnsignedTransaction) {
  const chain = chainOfTransfer(unsigned);
  return { fromGroup: fromGroupOf(chain), toGroup: toGroupOf(chain) };
}

function waitingByChain(waiting: readonly WaitingTransfer[]) {
  const chains = [...new Set(waiting.map(({ chain }) => chain))].sort((a, b) => a - b);
  return chains.map((chain) => ({
    fromGroup: fromGroupOf(chain),
    toGroup: toGroupOf(chain),
    transactions: waiting
      .filter((one) => one.chain === chain)
      .map(({ transaction, atMs }) => {
        const { unsigned, inputSignatures, scriptSignatures } = transactionOf(transaction);
        return { unsigned, inputSignatures, scriptSignatures, seenAt: atMs };
      }),
  }));
}

function invalid(detail: string): RestFault {
  return RestFault.badRequest(`Invalid value for: body (${detail})`);
}

function missing(...keys: string[]): RestFault {
  return invalid(`missing keys in dictionary: ${keys.join(', ')}: decoding failure`);
}

function parseUnsigned({ unsignedTx }: Fields): UnsignedTransaction {
  if (unsignedTx === undefined) throw missing('unsignedTx');
  if (typeof unsignedTx !== 'string' || !/^([0-9a-fA-F]{2})*$/.test(unsignedTx))
    throw RestFault.badRequest('Invalid hex');
  const bytes = hexToBytes(unsignedTx.toLowerCase());
  try {
    return decodeUnsignedTransaction(bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw RestFault.badRequest(wordsFor(error, bytes.length));
    throw error;
  }
}

/** Another version than the first is told by its name, where the rest is a transaction. @throws RestFault */
function checkVersion({ unsignedTx }: Fields, signature: string): void {
  const [, version, rest] = /^([0-9a-fA-F]{2})(.*)$/.exec(String(unsignedTx)) ?? [];
  if (version === undefined || version === '00') return;
  parseUnsigned({ unsignedTx: `00${rest}` });
  const bytes = hexToBytes(String(unsignedTx).toLowerCase());
  throw RestFault.serverError(
    `Failed in validating tx ${bytesToHex(blake2b256(bytes))} due to InvalidTxVersion: ${bytesToHex(bytes)}01${signature}00`,
  );
}

/** The node's words for bytes that end too early or too late; a fault within them is told in ours. */
function wordsFor({ message, position }: DecodeError, length: number): string {
  if (message.includes('too many')) return `Too many bytes: expected ${position}, got ${length}`;
  return position >= length ? 'Too few bytes: expected 1, got 0' : message;
}

function parseBuild(fields: Fields, desk: TransferDesk): TransferRequest {
  const absent = ['fromPublicKey', 'destinations'].filter((key) => fields[key] === undefined);
  if (absent.length > 0) throw missing(...absent);
  const { fromPublicKey, destinations, utxos, gasAmount, gasPrice } = fields;
  if (typeof fromPublicKey !== 'string' || !/^[0-9a-fA-F]{66}$/.test(fromPublicKey))
    throw RestFault.badRequest(`Invalid SecP256K1 public key: ${fromPublicKey}`);
  if (!Array.isArray(destinations)) throw invalid('expected destinations, a list');
  const publicKey = hexToBytes(fromPublicKey.toLowerCase());
  return {
    publicKey,
    payer: addressOfPublicKey(publicKey),
    destinations: destinations.map((one) => parseDestination(one as Fields)),
    ...(utxos === undefined ? {} : { inputs: parseInputs(utxos, desk) }),
    ...(gasAmount === undefined ? {} : { gasAmount: Number(parseAmount(gasAmount)) }),
    ...(gasPrice === undefined ? {} : { gasPrice: parseAmount(gasPrice) }),
  };
}

function parseDestination({ address: text, attoAlphAmount, lockTime = 0 }: Fields) {
  const address = typeof text === 'string' ? parseNodesAddress(text) : undefined;
  if (!address) throw invalid(`Invalid address ${text}: decoding failure`);
  return { address, amount: parseAmount(attoAlphAmount), lockTimeMs: parseAmount(lockTime) };
}

function parseAmount(value: unknown): bigint {
  const text = typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : value;
  const inAlph =
    typeof text === 'string' && text.endsWith(' ALPH') ? parseAlph(text.slice(0, -5)) : undefined;
  if (inAlph !== undefined) return inAlph;
  if (typeof text === 'string' && /^\d{1,78}$/.test(text) && BigInt(text) < 2n ** 256n) return BigInt(text);
  throw invalid(`Invalid amount: ${value}: decoding failure`);
}

function parseInputs(utxos: unknown, desk: TransferDesk): Coin[] {
  if (!Array.isArray(utxos)) throw invalid('expected utxos, a list');
  return utxos.map(({ hint, key }: Fields) => {
    const coin = typeof key === 'string' ? desk.known(key.toLowerCase()) : undefined;
    if (coin && coin.hint === hint) return coin;
    throw RestFault.serverError('Can not find all selected UTXOs');
  });
}
