/**
 * Who may ask: requests that name this host, come from no page of another one, and carry the token.
 * @module
 */
import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { Context } from 'hono';
import type { HttpEnvironment } from './http-listener.js';

/**
 * Whether a request names this host by address, as localhost, or by a name of its own. A page of an attacker whose name
 * was made to point here (DNS rebinding) names the attacker's.
 * @param host - the header Host
 * @param names - in lower case, letters beyond ASCII encoded
 */
export function isOwnHost(host: string | undefined, names: ReadonlySet<string>): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host ?? '')?.[1] ?? '';
  // A client sends a name as it is looked up: in lower case, other letters encoded.
  if (name !== '' && names.has(name.toLowerCase())) return true;
  return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

/** Whether a browser says that another page asks. */
export function isOfOtherPage(c: Context<HttpEnvironment>): boolean {
  const site = c.req.header('sec-fetch-site');
  return (
    c.req.header('origin') !== undefined || (site !== undefined && site !== 'same-origin' && site !== 'none')
  );
}

/** Whether a request carries the token, compared in a time that tells nothing of it. @param authorization - the header */
export function hasToken(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
