/**
 * Where bytecode ends: instructions are gone past by their lengths, and nothing is made of them. Whatever is not known here, or looks
 * wrong, is left to whoever knows every instruction: a script is never taken for longer or shorter than it is.
 * @module
 */
import type { ScriptPart } from './transaction-cursor.js';

/** Instructions that are known, from the first code up to the second. */
const KNOWN: readonly (readonly [number, number])[] = [
  [0x00, 0x91],
  [0xa0, 0xd6],
];

/** What follows the code of an instruction. */
const NOTHING = 0;
const BYTE = 1;
const TWO_BYTES = 2;
const FOUR_BYTES = 3;
const SMALL_NUMBER = 4;
const NUMBER = 5;
const BYTES = 6;
const BYTES_ARRAY = 7;
const ADDRESS = 8;
const UNKNOWN = 9;

const OPERANDS: readonly (readonly [operand: number, codes: readonly number[]])[] = [
  // CallLocal, CallExternal, LoadLocal, StoreLocal, DevInstr, LoadMutField, StoreMutField, LoadImmField
  [BYTE, [0x00, 0x01, 0x16, 0x17, 0x8f, 0xa0, 0xa1, 0xce]],
  // CreateMapEntry
  [TWO_BYTES, [0xd2]],
  // MethodSelector, CallExternalBySelector
  [FOUR_BYTES, [0xd3, 0xd4]],
  // Jump, IfTrue, IfFalse
  [SMALL_NUMBER, [0x4a, 0x4b, 0x4c]],
  // I256Const, U256Const
  [NUMBER, [0x12, 0x13]],
  // BytesConst
  [BYTES, [0x14]],
  // DEBUG
  [BYTES_ARRAY, [0x7e]],
  // AddressConst
  [ADDRESS, [0x15]],
];

const operandOf = new Uint8Array(256).fill(UNKNOWN);
for (const [from, to] of KNOWN) operandOf.fill(NOTHING, from, to + 1);
for (const [operand, codes] of OPERANDS) for (const code of codes) operandOf[code] = operand;

/** Operands of the parameters of a P2SH unlock script, by their type: Bool, I256, U256, ByteVec, Address. */
const PARAMETERS: readonly number[] = [BYTE, NUMBER, NUMBER, BYTES, ADDRESS];
const BOOL = 0;

/** Lockup scripts that are a hash: P2PKH, P2SH, P2C. */
const HASH_LOCKS: readonly number[] = [0, 2, 3];
const HASH_BYTES = 32;
const P2SH_UNLOCK = 2;

/**
 * The position after a part that holds bytecode, as `EndOfScript` has it; undefined if that is not known here, or there is no such
 * part.
 */
export function endOfBytecode(part: ScriptPart, bytes: Uint8Array, position: number): number | undefined {
  const way = new Way(bytes, position);
  if (part === 'unlockScript' && way.byte() !== P2SH_UNLOCK) return undefined;
  way.array(() => way.method());
  if (part === 'unlockScript') way.array(() => way.parameter());
  return way.isLost ? undefined : way.position;
}

/** A way through bytes, which is lost where they are not what is known. */
class Way {
  readonly #bytes: Uint8Array;
  #position: number;
  #isLost = false;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  byte(): number {
    const start = this.#position;
    this.#skip(1);
    return this.#isLost ? UNKNOWN : this.#bytes[start]!;
  }

  /** Elements behind their number. */
  array(skipElement: () => void): void {
    const length = this.#length();
    for (let i = 0; i < length && !this.#isLost; i++) skipElement();
  }

  method(): void {
    if (this.byte() > 1) this.#isLost = true;
    this.#skip(1);
    // Of arguments, locals and what it returns.
    for (let i = 0; i < 3; i++) this.#smallNumber();
    this.array(() => this.#operand(operandOf[this.byte()]!));
  }

  parameter(): void {
    const type = this.byte();
    if (type === BOOL) {
      if (this.byte() > 1) this.#isLost = true;
    } else this.#operand(PARAMETERS[type] ?? UNKNOWN);
  }

  #operand(operand: number): void {
    switch (operand) {
      case NOTHING:
        break;
      case BYTE:
        this.#skip(1);
        break;
      case TWO_BYTES:
        this.#skip(2);
        break;
      case FOUR_BYTES:
        this.#skip(4);
        break;
      case SMALL_NUMBER:
        this.#smallNumber();
        break;
      case NUMBER:
        this.#number(HASH_BYTES);
        break;
      case BYTES:
        this.#skip(this.#length());
        break;
      case BYTES_ARRAY:
        this.array(() => this.#skip(this.#length()));
        break;
      case ADDRESS:
        // The others have a checksum, or are of any length.
        if (HASH_LOCKS.includes(this.byte())) this.#skip(HASH_BYTES);
        else this.#isLost = true;
        break;
      default:
        this.#isLost = true;
    }
  }

  #smallNumber(): void {
    this.#number(4);
  }

  /** A compact integer of at most so many bytes, where it has more than the short forms. */
  #number(mostBytes: number): void {
    const first = this.byte();
    const kind = first >> 6;
    const more = kind === 3 ? (first & 0x3f) + 4 : 2 ** kind - 1;
    if (kind === 3 && more > mostBytes) this.#isLost = true;
    else this.#skip(more);
  }

  /** A length in one of the short forms, or 0 on a lost way. */
  #length(): number {
    const first = this.byte();
    const kind = first >> 6;
    // The longest form, and negative ones.
    if (kind === 3 || (first & 0x20) !== 0) this.#isLost = true;
    let length = first & 0x1f;
    for (let more = 2 ** kind - 1; more > 0 && !this.#isLost; more--) length = length * 256 + this.byte();
    return this.#isLost ? 0 : length;
  }

  #skip(length: number): void {
    if (length > this.#bytes.length - this.#position) this.#isLost = true;
    else this.#position += length;
  }
}
