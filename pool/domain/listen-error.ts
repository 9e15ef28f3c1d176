/**
 * A port that the pool can't listen on, in words that name the setting.
 * @module
 */
import { systemErrorText } from '../../protocol/system-error-text.js';
import { urlHost } from '../../protocol/url-host.js';

/** Where it was to be listened, and the section of the configuration that says so. */
export interface ListeningPlace {
  /** `http`, `admin`, `listeners[0]`. */
  readonly setting: string;
  readonly host: string;
  readonly port: number;
}

/** A listener can't begin: one line, `setting: what was met: what to do`. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code = 'ERR_LISTEN';
}

const REMEDIES: Readonly<Record<string, { readonly name: 'host' | 'port'; readonly remedy: string }>> = {
  EADDRINUSE: { name: 'port', remedy: 'end it, or choose another port' },
  EACCES: { name: 'port', remedy: 'choose a port from 1024 on' },
  EPERM: { name: 'port', remedy: 'choose a port from 1024 on' },
  EADDRNOTAVAIL: { name: 'host', remedy: 'choose one of its own, or "0.0.0.0" for all' },
  EAFNOSUPPORT: { name: 'host', remedy: 'choose an IPv4 address, or "0.0.0.0" for all' },
  ENOTFOUND: { name: 'host', remedy: 'choose an address of this machine, or "0.0.0.0" for all' },
  EAI_AGAIN: { name: 'host', remedy: 'choose an address of this machine, or "0.0.0.0" for all' },
};

/** An error of the operating system in the words of the setting; all others as they are. */
export function listenErrorOf(error: unknown, { setting, host, port }: ListeningPlace): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const known = code !== undefined && Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined;
  if (known === undefined) return error;
  const { name, remedy } = known;
  const message = `${setting}.${name}: ${urlHost(host)}:${port}: ${systemErrorText(error)}: ${remedy}`;
  return new ListenError(message, { cause: error });
}

/** What `start` gives. @throws ListenError where the place can't be had */
export async function listenAt<T>(place: ListeningPlace, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw listenErrorOf(error, place);
  }
}
