/**
 * Transactions from their bytes, by the codecs of the official SDK: where a script ends only those can tell who know
 * every instruction. The SDK takes some 95 ms and 15 MB to load, so this module, and what builds on it, stays out of
 * what a miner needs.
 *
 * What is decoded keeps the very bytes that came, and ids and Merkle leaves are of these. A transaction whose unsigned
 * part this project would write in other bytes is refused.
 * @module
 */
import { codec, type node } from '@alephium/web3';
import { blake2b256 } from './blake2b.js';
import { copyBytes, equalBytes } from './bytes.js';
import { DecodeError } from './decode-error.js';
import {
  encodeUnsignedTransaction,
  type Input,
  type Output,
  type Token,
  type Transaction,
  type UnsignedTransaction,
} from './transaction.js';

type SdkReader = Parameters<codec.Codec<unknown>['_decode']>[0];

const VERSION = 0;
const SIGNATURE_BYTES = 64;
const MAX_AMOUNT = 2n ** 256n - 1n;

/**
 * One transaction.
 * @throws DecodeError if the bytes are not exactly one transaction of version 0, in its shortest form
 */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  return decodeWhole(bytes, 0, readTransaction);
}

/**
 * A block's transactions, as `encodeTransactions` writes them.
 * @param bytes - a block, or what follows its header
 * @param start - where the transactions begin; they end with the bytes
 * @throws DecodeError if the bytes are not exactly a list of transactions; positions count from the start of `bytes`
 */
export function decodeTransactions(bytes: Uint8Array, start = 0): Transaction[] {
  return decodeWhole(bytes, start, (reader) => reader.array('transactions', readTransaction));
}

/** What is signed of a transaction. @throws DecodeError as `decodeTransaction` */
export function decodeUnsignedTransaction(bytes: Uint8Array): UnsignedTransaction {
  return decodeWhole(bytes, 0, readUnsigned);
}

/**
 * Where a part of a transaction ends that holds bytecode.
 * @param part - a script, without the byte that says that there is one, or an unlock script, type byte first
 * @param position - where it begins
 * @throws DecodeError if it is none
 */
export function endOfScript(part: 'script' | 'unlockScript', bytes: Uint8Array, position: number): number {
  const partCodec = part === 'script' ? codec.script.scriptCodec : codec.unlockScript.unlockScriptCodec;
  class End extends codec.Codec<number> {
    encode(): never {
      throw new Error('decodes only');
    }

    _decode(sdkReader: SdkReader): number {
      const reader = new TransactionReader(sdkReader);
      reader.value(part === 'script' ? 'script' : 'unlock script', partCodec as codec.Codec<unknown>);
      return position + reader.position;
    }
  }
  return new End().decode(bytes.subarray(position));
}

/** A transaction as a node's REST interface shows it. */
export function restTransactionOf(transaction: Transaction): node.Transaction {
  return codec.transactionCodec.decodeApiTransaction(transaction.bytes);
}

function readTransaction(reader: TransactionReader): Transaction {
  const start = reader.position;
  const unsigned = readUnsigned(reader);
  const unsignedBytes = reader.since(start);
  reader.value('script execution flag', codec.boolCodec);
  reader.value('contract inputs', codec.contractOutputRefsCodec);
  reader.array('generated outputs', readGeneratedOutput);
  const inputSignatures = reader.array('input signatures', () =>
    reader.bytes(SIGNATURE_BYTES, 'input signature'),
  );
  reader.array('script signatures', () => reader.bytes(SIGNATURE_BYTES, 'script signature'));
  return {
    bytes: reader.since(start),
    unsignedLength: unsignedBytes.length,
    id: blake2b256(unsignedBytes),
    unsigned,
    inputSignatures,
  };
}

function readUnsigned(reader: TransactionReader): UnsignedTransaction {
  const start = reader.position;
  const version = reader.byte('transaction version');
  if (version !== VERSION)
    throw new DecodeError(`transaction version: expected ${VERSION}, got ${version}`, start);
  const networkId = reader.byte('network id');
  const optionalScript = reader.raw('script', codec.script.statefulScriptCodecOpt);
  const unsigned = {
    networkId,
    // The first byte says whether there is one.
    script: optionalScript.length === 1 ? undefined : optionalScript.subarray(1),
    gasAmount: reader.size('gas amount'),
    gasPrice: reader.amount('gas price'),
    inputs: reader.array('inputs', readInput),
    outputs: reader.array('outputs', readOutput),
  };
  if (!equalBytes(encodeUnsignedTransaction(unsigned), reader.since(start)))
    throw new DecodeError('transaction: expected the shortest form', start);
  return unsigned;
}

function readInput(reader: TransactionReader): Input {
  return {
    hint: reader.value('hint', codec.intAs4BytesCodec),
    key: reader.bytes(32, 'output key'),
    unlockScript: reader.raw('unlock script', codec.unlockScript.unlockScriptCodec),
  };
}

function readOutput(reader: TransactionReader): Output {
  return {
    amount: reader.amount('amount'),
    lockupScript: reader.raw('lockup script', codec.lockupScript.lockupScriptCodec),
    lockTimeMs: reader.value('lock time', codec.timestampCodec),
    tokens: reader.array('tokens', readToken),
    additionalData: reader.value('additional data', codec.byteStringCodec),
  };
}

function readToken(reader: TransactionReader): Token {
  return { id: reader.bytes(32, 'token id'), amount: reader.amount('token amount') };
}

/** An output that a script made: `0` and one like any other, or `1` and one of a contract. Not kept. */
function readGeneratedOutput(reader: TransactionReader): void {
  const start = reader.position;
  const kind = reader.byte('kind of output');
  if (kind > 1) throw new DecodeError(`kind of output: expected 0 or 1, got ${kind}`, start);
  if (kind === 0) readOutput(reader);
  else reader.value('contract output', codec.contractOutput.contractOutputCodec);
}

/** Reads values by the SDK's codecs, and says what went wrong and where, which they don't. */
class TransactionReader {
  readonly #reader: SdkReader;

  constructor(reader: SdkReader) {
    this.#reader = reader;
  }

  get position(): number {
    return this.#reader.getIndex();
  }

  /** Everything read since a position, copied. */
  since(position: number): Uint8Array {
    return this.#reader.getBytes(position, this.position);
  }

  byte(what: string): number {
    return this.#named(what, () => this.#reader.consumeByte());
  }

  bytes(length: number, what: string): Uint8Array {
    return this.#named(what, () => this.#reader.consumeBytes(length));
  }

  value<T>(what: string, sdkCodec: codec.Codec<T>): T {
    return this.#named(what, () => sdkCodec._decode(this.#reader));
  }

  /** The bytes of a value, whatever it is. */
  raw(what: string, sdkCodec: codec.Codec<unknown>): Uint8Array {
    const start = this.position;
    this.value(what, sdkCodec);
    return this.since(start);
  }

  /** A number of the unsigned kind, which the SDK takes in any length. */
  amount(what: string): bigint {
    const start = this.position;
    const amount = this.value(what, codec.u256Codec);
    if (amount > MAX_AMOUNT) throw new DecodeError(`${what}: expected at most 2^256 - 1`, start);
    return amount;
  }

  /** A number of the signed kind that must not be negative. */
  size(what: string): number {
    const start = this.position;
    const size = this.value(what, codec.i32Codec);
    if (size < 0) throw new DecodeError(`${what}: expected at least 0, got ${size}`, start);
    return size;
  }

  /** Elements behind their number. Each takes a byte at least, so that what is announced in vain ends early. */
  array<T>(what: string, readElement: (reader: TransactionReader) => T): T[] {
    const length = this.size(`number of ${what}`);
    const elements: T[] = [];
    while (elements.length < length) elements.push(readElement(this));
    return elements;
  }

  #named<T>(what: string, read: () => T): T {
    const start = this.position;
    try {
      return read();
    } catch (error) {
      throw new DecodeError(`${what}: ${error instanceof Error ? error.message : error}`, start);
    }
  }
}

/** All of some bytes from a start on. The SDK keeps its reader to itself: only a codec is handed one. */
function decodeWhole<T>(bytes: Uint8Array, start: number, read: (reader: TransactionReader) => T): T {
  class Whole extends codec.Codec<T> {
    encode(): never {
      throw new Error('decodes only');
    }

    _decode(sdkReader: SdkReader): T {
      const reader = new TransactionReader(sdkReader);
      reader.bytes(start, 'header');
      const value = read(reader);
      if (reader.position < bytes.length)
        throw new DecodeError(
          `transactions: ${bytes.length - reader.position} bytes too many`,
          reader.position,
        );
      return value;
    }
  }
  return new Whole().decode(copyBytes(bytes));
}
