/**
 * Reads the PROXY header of connections that come from a load balancer.
 * @module
 */
import type { Arrival, Holder } from './arrival.js';
import { DeadlineQueue } from './deadline-queue.js';
import { ProxyHeaderParser } from './proxy-protocol.js';

export class ProxyStep implements Holder {
  readonly #onRead: (arrival: Arrival) => void;
  readonly #reading: DeadlineQueue<Arrival>;

  /** @param onRead - told when the client is known; what came behind the header is in the socket again, unread */
  constructor(headerMs: number, onRead: (arrival: Arrival) => void) {
    this.#onRead = onRead;
    this.#reading = new DeadlineQueue(headerMs);
  }

  start(arrival: Arrival, nowMs: number): void {
    arrival.refusal = 'proxyHeaderMissing';
    arrival.holder = this;
    this.#reading.add(arrival, nowMs);
    const { socket } = arrival;
    const parser = new ProxyHeaderParser();
    const onData = (chunk: Buffer): void => {
      const parsed = parser.push(chunk);
      if (parsed.state === 'more') return;
      socket.off('data', onData);
      socket.pause();
      arrival.holder = undefined;
      this.#reading.delete(arrival);
      if (parsed.state === 'malformed') arrival.drop('proxyHeaderMalformed');
      else if (parsed.source.type === 'healthCheck') arrival.drop('healthCheck');
      else {
        if (parsed.rest.length > 0) socket.unshift(parsed.rest);
        arrival.remoteAddress = parsed.source.address;
        this.#onRead(arrival);
      }
    };
    socket.on('data', onData);
    socket.resume();
  }

  sweep(nowMs: number): void {
    for (const arrival of this.#reading.takeLate(nowMs)) arrival.drop('proxyHeaderLate');
  }

  onGone(arrival: Arrival): void {
    this.#reading.delete(arrival);
  }
}
