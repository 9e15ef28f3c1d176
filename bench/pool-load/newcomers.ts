/**
 * Miners that come while the pool is under load: whether they are let in, and how soon.
 * @module
 */
import { connect } from 'node:net';
import { Histogram } from './histogram.js';

/** Time to be authorized, ms. */
const TIMEOUT_MS = 5_000;

export class Newcomers {
  /** From connecting to a yes to authorize. */
  readonly times = new Histogram();
  #tried = 0;
  /** Those that were let in or have given up. */
  settled = 0;
  letIn = 0;
  readonly #timer: NodeJS.Timeout;

  /** One after the other, each from an address of its own. @param address - account */
  constructor(host: string, port: number, address: string, perSecond: number) {
    this.#timer = setInterval(() => this.#come(host, port, address), 1000 / perSecond);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #come(host: string, port: number, address: string): void {
    const number = this.#tried++;
    const startedMs = performance.now();
    const socket = connect({ host, port, localAddress: `127.0.2.${1 + (number % 250)}` });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => this.settled++);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (!/"id":7,"result":true/.test(text)) return;
      this.letIn++;
      socket.removeAllListeners('data');
      this.times.record((performance.now() - startedMs) * 1000);
      socket.destroy();
    });
    socket.write(`{"id":7,"method":"mining.authorize","params":["${address}.new${number}","x"]}\n`);
  }
}
