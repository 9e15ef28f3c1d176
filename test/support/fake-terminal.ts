/**
 * A terminal as Node.js shows one, for tests of what is typed.
 * @module
 */
import { PassThrough } from 'node:stream';

export class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(raw: boolean): this {
    this.modes.push(raw);
    return this;
  }
}
