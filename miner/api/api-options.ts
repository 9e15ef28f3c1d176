/**
 * Where the API listens, and who may use it.
 * @module
 */
import { isLoopback } from '../../protocol/ip-address.js';
import { urlHost } from '../../protocol/url-host.js';
import type { Secret } from '../../settings/secret.js';

/** Where the API listens. */
export interface ApiPlace {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface MinerApiOptions extends ApiPlace {
  /** Where there is one, each request carries it. Where there is none, nothing can be changed. */
  readonly token?: Secret | undefined;
  /** Origins of other hosts' pages that may ask, too: `https://dashboard.example`. */
  readonly origins: readonly string[];
}

/** The port of the API where nobody names one. */
export const API_PORT = 4067;

/** Origins of other hosts' pages. */
export const MAX_ORIGINS = 16;

/** Fewest and most characters of a token. */
export const MIN_TOKEN_CHARS = 8;
export const MAX_TOKEN_CHARS = 256;

export const EXPECTED_TOKEN = `expected a token of ${MIN_TOKEN_CHARS} to ${MAX_TOKEN_CHARS} visible characters of ASCII, without spaces`;

/** Whether a text can stand in the header Authorization, and is no word that is guessed at once. */
export function isToken(text: string): boolean {
  return text.length >= MIN_TOKEN_CHARS && text.length <= MAX_TOKEN_CHARS && /^[\x21-\x7e]+$/.test(text);
}

export const EXPECTED_ORIGIN =
  'expected the origin of a page, such as "https://dashboard.example", without a path';

/** Whether a text is an origin as browsers send it. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}

/** A place from `HOST:PORT`, `[IPv6]:PORT`, `HOST`, or a port of this machine. @throws RangeError that says what is wrong */
export function parseApiPlace(text: string): ApiPlace {
  const [, ownPort] = /^:?(\d{1,5})$/.exec(text) ?? [];
  const [, address, name, given] =
    /^(?:\[([0-9a-fA-F]*:[0-9a-fA-F:.]*)\]|([\p{L}\d_][\p{L}\d_.-]*))(?::(\d{1,5}))?$/u.exec(text) ?? [];
  const host = ownPort === undefined ? (address ?? name) : '127.0.0.1';
  const port = Number(ownPort ?? given ?? API_PORT);
  if (host === undefined || port > 65_535)
    throw new RangeError(
      `expected HOST:PORT, or a port of 127.0.0.1, such as 127.0.0.1:${API_PORT}, got ${JSON.stringify(text)}`,
    );
  return { host, port };
}

export function apiPlaceText({ host, port }: ApiPlace): string {
  return `${urlHost(host)}:${port}`;
}

/** Why these options can't be; undefined where they can. */
export function apiOptionsFault({
  host,
  token,
}: {
  readonly host: string;
  readonly token?: unknown;
}): string | undefined {
  if (token !== undefined || isLoopback(host)) return undefined;
  return `expected a token beside it, since others can reach ${urlHost(host)}; or an address of this machine alone, such as 127.0.0.1`;
}
