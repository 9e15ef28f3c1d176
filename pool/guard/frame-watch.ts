/**
 * Follows the frames that a WebSocket's client sends, without their contents: how many control frames came, and whether a
 * message has begun that is not whole yet. The library that reads the messages tells neither. Pure.
 * @module
 */

/** Opcodes from here on are of control frames: close, ping, pong. */
const FIRST_CONTROL = 8;
const CLOSE = 8;

const FINAL = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;

/** The meaning of the next byte. */
type Part = 'opcode' | 'length' | 'longLength' | 'rest';

/** One connection. Frames that break the protocol are read like others: the reader of the messages ends the connection. */
export class FrameWatch {
  #part: Part = 'opcode';
  #opcode = 0;
  #final = false;
  #maskBytes = 0;
  /** Bytes of a long length that are still to come. */
  #lengthBytes = 0;
  /** Bytes until the end of the frame: mask and payload. */
  #left = 0;
  /** Whether a message has begun whose last frame has not come. */
  #fragmented = false;
  /** Pings and pongs that ended in the last bytes. A close does not count: it ends the connection. */
  controls = 0;
  /** Whether a message, or a control frame beside messages, ended in the last bytes. */
  ended = false;

  /** Whether a message or a frame has begun, and its end has not come. */
  get open(): boolean {
    return this.#fragmented || this.#part !== 'opcode';
  }

  /** The next bytes of the connection came. */
  push(chunk: Uint8Array): void {
    this.controls = 0;
    this.ended = false;
    for (let i = 0; i < chunk.length; ) {
      if (this.#part === 'rest') {
        const passed = Math.min(this.#left, chunk.length - i);
        this.#left -= passed;
        i += passed;
        if (this.#left === 0) this.#endFrame();
      } else {
        this.#takeHead(chunk[i]!);
        i++;
      }
    }
  }

  #takeHead(byte: number): void {
    if (this.#part === 'opcode') {
      this.#opcode = byte & 0x0f;
      this.#final = (byte & FINAL) !== 0;
      this.#part = 'length';
      return;
    }
    if (this.#part === 'length') {
      this.#maskBytes = (byte & MASKED) === 0 ? 0 : MASK_BYTES;
      const length = byte & 0x7f;
      this.#lengthBytes = length === 127 ? 8 : length === 126 ? 2 : 0;
      this.#left = this.#lengthBytes === 0 ? length : 0;
      this.#part = 'longLength';
    } else {
      this.#left = this.#left * 256 + byte;
      this.#lengthBytes--;
    }
    if (this.#lengthBytes > 0) return;
    this.#left += this.#maskBytes;
    this.#part = 'rest';
    if (this.#left === 0) this.#endFrame();
  }

  #endFrame(): void {
    this.#part = 'opcode';
    if (this.#opcode < FIRST_CONTROL) this.#fragmented = !this.#final;
    else if (this.#opcode !== CLOSE) this.controls++;
    if (!this.#fragmented) this.ended = true;
  }
}
