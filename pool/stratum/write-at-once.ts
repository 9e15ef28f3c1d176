/**
 * Bytes straight to the kernel, past the stream of a TCP socket.
 *
 * A job to thousands of miners is thousands of small writes in one turn. The kernel nearly always takes all of each, and
 * then the stream's queue, its request object and its callback a tick later are a fifth of the work and most of the
 * garbage. What the kernel does not take goes through the stream as ever.
 * @module
 */
import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Node.js tells the descriptor of a socket's handle since its first days, outside its documented interface. */
interface DescribedSocket extends Socket {
  readonly _handle?: { readonly fd?: unknown } | null;
}

/** The descriptor of an open socket; -1 where the system gives none, as on Windows. */
export function descriptorOf(socket: Socket): number {
  const fd = (socket as DescribedSocket)._handle?.fd;
  return typeof fd === 'number' ? fd : -1;
}

/**
 * Writes as much as the kernel takes now.
 * @param fd - of a plain TCP socket that is open, with nothing queued: bytes of a TLS socket would leave in the clear, and
 * the descriptor of a closed one is soon somebody else's
 * @param data - bytes, or text of one character a byte
 * @returns bytes taken; 0 if the kernel takes none or the socket is broken, which a write through the stream will report
 */
export function writeAtOnce(fd: number, data: string | Uint8Array): number {
  try {
    return typeof data === 'string' ? writeSync(fd, data, null, 'latin1') : writeSync(fd, data);
  } catch {
    // EAGAIN: the kernel holds as much as it may.
    return 0;
  }
}
