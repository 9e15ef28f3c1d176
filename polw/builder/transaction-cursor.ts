/**
 * Finds its way through the bytes of transactions without making objects of them: where each part ends, and the few
 * values that a block's builder needs.
 *
 * Where a script ends only those can tell who know every instruction: they come in as an argument, and are asked only
 * where there is one.
 * @module
 */
import { DecodeError } from '../../protocol/decode-error.js';

/** What only the network's bytecode tells the end of. */
export type ScriptPart = 'script' | 'unlockScript';

/**
 * The position after a part that holds bytecode.
 * @throws DecodeError if there is no such part
 */
export type EndOfScript = (part: ScriptPart, bytes: Uint8Array, position: number) => number;

const HASH_BYTES = 32;
const KEY_BYTES = 33;
const SIGNATURE_BYTES = 64;
const HINT_BYTES = 4;
const CHECKSUM_BYTES = 4;
const TIMESTAMP_BYTES = 8;
/** Lengths of public keys by their type. */
const KEY_LIKE_BYTES: readonly number[] = [33, 33, 32, 33];
/** Lockup scripts by type: of P2PKH, P2SH and P2C a hash follows. */
const P2MPKH_LOCK = 1;
const HASH_LOCKS: readonly number[] = [0, 2, 3];
const P2PK_LOCK = 4;
const P2HMPK_LOCK = 5;
/** Unlock scripts by type: of P2PKH and PoLW a key follows, of SameAsPrevious and P2PK nothing. */
const KEY_UNLOCKS: readonly number[] = [0, 4];
const P2MPKH_UNLOCK = 1;
const P2SH_UNLOCK = 2;
const EMPTY_UNLOCKS: readonly number[] = [3, 5];
const P2HMPK_UNLOCK = 6;

/** A position in some bytes, which only grows. Every step is checked against the end. */
export class TransactionCursor {
  readonly bytes: Uint8Array;
  readonly #endOfScript: EndOfScript;
  #position: number;

  constructor(bytes: Uint8Array, position: number, endOfScript: EndOfScript) {
    this.bytes = bytes;
    this.#position = position;
    this.#endOfScript = endOfScript;
  }

  /** Offset of what comes next. */
  get position(): number {
    return this.#position;
  }

  /** Goes past so many bytes. @returns where they begin @throws DecodeError if fewer are left */
  skip(length: number, what: string): number {
    const start = this.#position;
    if (length > this.bytes.length - start)
      throw new DecodeError(`${what}: expected ${length} bytes, got ${this.bytes.length - start}`, start);
    this.#position = start + length;
    return start;
  }

  /** @throws DecodeError at the end */
  u8(what: string): number {
    return this.bytes[this.skip(1, what)]!;
  }

  /** A number of the signed kind. @returns 0 to 2^31 - 1 @throws DecodeError on one that is negative or larger */
  size(what: string): number {
    const start = this.#position;
    const first = this.u8(what);
    const kind = first >> 6;
    let value: number;
    if (kind === 3) {
      if (first !== 0xc0) throw new DecodeError(`${what}: expected at most 2^31 - 1`, start);
      value = this.#number(this.skip(4, what), 4, 0);
    } else {
      value = this.#number(this.skip(2 ** kind - 1, what), 2 ** kind - 1, first & 0x3f);
      // The top value bit is the sign.
      if ((first & 0x20) !== 0) value = -1;
    }
    if (value < 0 || value >= 2 ** 31) throw new DecodeError(`${what}: expected 0 to 2^31 - 1`, start);
    return value;
  }

  /** An amount of the unsigned kind. */
  amount(what: string): bigint {
    const start = this.#position;
    const first = this.u8(what);
    if (first >> 6 !== 3) {
      const more = 2 ** (first >> 6) - 1;
      return BigInt(this.#number(this.skip(more, what), more, first & 0x3f));
    }
    const length = (first & 0x3f) + 4;
    if (length > HASH_BYTES) throw new DecodeError(`${what}: expected at most 2^256 - 1`, start);
    const from = this.skip(length, what);
    let value = 0n;
    for (let i = from; i < from + length; i++) value = (value << 8n) | BigInt(this.bytes[i]!);
    return value;
  }

  /** Goes past an amount. */
  skipAmount(what: string): void {
    const first = this.u8(what);
    this.skip(first >> 6 === 3 ? (first & 0x3f) + 4 : 2 ** (first >> 6) - 1, what);
  }

  /** Goes past elements behind their number, which is `what`. Each takes a byte at least, so that what is announced in vain ends early. */
  skipArray(what: string, skipElement: () => void): number {
    const length = this.size(what);
    for (let i = 0; i < length; i++) skipElement();
    return length;
  }

  /** Goes past an optional script. */
  skipScript(): void {
    const start = this.#position;
    const kind = this.u8('script');
    if (kind > 1) throw new DecodeError(`script: expected 0 or 1, got ${kind}`, start);
    if (kind === 1) this.#skipBytecode('script', this.#position);
  }

  /** Goes past an input. @returns where the key of the spent output begins */
  skipInput(): number {
    this.skip(HINT_BYTES, 'hint');
    const key = this.skip(HASH_BYTES, 'output key');
    const start = this.#position;
    const type = this.u8('unlock script');
    if (KEY_UNLOCKS.includes(type)) this.skip(KEY_BYTES, 'public key');
    else if (type === P2MPKH_UNLOCK)
      this.skipArray('number of public keys', () => {
        this.skip(KEY_BYTES, 'public key');
        this.size('index of a public key');
      });
    else if (type === P2SH_UNLOCK) this.#skipBytecode('unlockScript', start);
    else if (type === P2HMPK_UNLOCK) {
      this.skipArray('number of public keys', () => this.#skipKeyLike());
      this.skipArray('number of indexes', () => this.size('index of a public key'));
    } else if (!EMPTY_UNLOCKS.includes(type))
      throw new DecodeError(`unlock script: expected type 0 to 6, got ${type}`, start);
    return key;
  }

  /** Goes past a lockup script. */
  skipLockupScript(): void {
    const start = this.#position;
    const type = this.u8('lockup script');
    if (HASH_LOCKS.includes(type)) this.skip(HASH_BYTES, 'hash');
    else if (type === P2MPKH_LOCK) {
      this.skipArray('number of key hashes', () => this.skip(HASH_BYTES, 'key hash'));
      this.size('number of signatures');
    } else if (type === P2PK_LOCK) {
      this.#skipKeyLike();
      this.skip(CHECKSUM_BYTES + 1, 'checksum and group');
    } else if (type === P2HMPK_LOCK) this.skip(HASH_BYTES + CHECKSUM_BYTES + 1, 'hash, checksum and group');
    else throw new DecodeError(`lockup script: expected type 0 to 5, got ${type}`, start);
  }

  /** Goes past an output, as an account has them. @returns where its lockup script begins */
  skipOutput(): number {
    this.skipAmount('amount');
    const lockupScript = this.#position;
    this.skipLockupScript();
    this.skip(TIMESTAMP_BYTES, 'lock time');
    this.#skipTokens();
    this.skip(this.size('length of additional data'), 'additional data');
    return lockupScript;
  }

  /** Goes past all that follows the unsigned part of a transaction. @returns where lockup scripts of generated outputs begin */
  skipExecution(): readonly number[] {
    const lockupScripts: number[] = [];
    this.u8('script execution flag');
    this.skipArray('number of contract inputs', () => this.skip(HINT_BYTES + HASH_BYTES, 'contract input'));
    this.skipArray('number of generated outputs', () => {
      const lockupScript = this.#skipGeneratedOutput();
      if (lockupScript !== undefined) lockupScripts.push(lockupScript);
    });
    this.skipArray('number of input signatures', () => this.skip(SIGNATURE_BYTES, 'input signature'));
    this.skipArray('number of script signatures', () => this.skip(SIGNATURE_BYTES, 'script signature'));
    return lockupScripts;
  }

  /** `0` and an output like any other, or `1` and one of a contract. @returns where the former's lockup script begins */
  #skipGeneratedOutput(): number | undefined {
    const start = this.#position;
    const kind = this.u8('kind of output');
    if (kind > 1) throw new DecodeError(`kind of output: expected 0 or 1, got ${kind}`, start);
    if (kind === 0) return this.skipOutput();
    this.skipAmount('amount');
    this.skip(HASH_BYTES, 'contract');
    this.#skipTokens();
    return undefined;
  }

  #skipTokens(): void {
    this.skipArray('number of tokens', () => {
      this.skip(HASH_BYTES, 'token id');
      this.skipAmount('token amount');
    });
  }

  #skipKeyLike(): void {
    const start = this.#position;
    const length = KEY_LIKE_BYTES[this.u8('key type')];
    if (length === undefined) throw new DecodeError('key type: expected 0 to 3', start);
    this.skip(length, 'public key');
  }

  #skipBytecode(part: ScriptPart, start: number): void {
    const end = this.#endOfScript(part, this.bytes, start);
    this.skip(end - this.#position, 'script');
  }

  #number(start: number, length: number, high: number): number {
    let value = high;
    for (let i = start; i < start + length; i++) value = value * 256 + this.bytes[i]!;
    return value;
  }
}
