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

/** Of a `ListenError`, also where it came from another thread or process and has lost its class. */
export const LISTEN_ERROR_CODE = 'ERR_LISTEN';

/** A listener can't begin: a line a place, `setting: what was met: what to do`. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code = LISTEN_ERROR_CODE;
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

/** A place that can't be listened on: the setting to change, what was met there, what to do. */
export interface ListenFault {
  readonly setting: string;
  readonly met: string;
  readonly remedy: string;
}

/** What an error of the operating system says of a place; undefined for all other errors. */
export function listenFaultOf(
  error: unknown,
  { setting, host, port }: ListeningPlace,
): ListenFault | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const known = code !== undefined && Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined;
  if (known === undefined) return undefined;
  const { name, remedy } = known;
  const met = `${urlHost(host)}:${port}: ${systemErrorText(error)}`;
  return { setting: `${setting}.${name}`, met, remedy };
}

/** An error of the operating system in the words of the setting; all others as they are. */
export function listenErrorOf(error: unknown, place: ListeningPlace): unknown {
  const fault = listenFaultOf(error, place);
  if (fault === undefined) return error;
  return new ListenError(`${fault.setting}: ${fault.met}: ${fault.remedy}`, { cause: error });
}

/** What `start` gives. @throws ListenError where the place can't be had */
export async function listenAt<T>(place: ListeningPlace, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw listenErrorOf(error, place);
  }
}
