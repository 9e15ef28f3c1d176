/**
 * Listens for miners over plain TCP.
 * @module
 */
import { showMessageLine } from '../../protocol/stratum/reply.js';
import type { Acceptor, AcceptorHandlers, AcceptorOptions } from './acceptor.js';
import { Door, MAX_STARTS_PER_TURN } from './door.js';
import { openSocketChannel } from './socket-channel.js';

/** Begins to listen. @throws Error with code EADDRINUSE and the like */
export async function startTcpAcceptor(
  options: AcceptorOptions,
  handlers: AcceptorHandlers,
): Promise<Acceptor> {
  const door = new Door(options, handlers, (door) => ({
    startsPerTurn: MAX_STARTS_PER_TURN,
    onEntered: (arrival) => openSocketChannel(arrival.socket, arrival, door),
    onSweep() {},
    close() {},
    farewell: showMessageLine,
  }));
  await door.listen();
  return door;
}
