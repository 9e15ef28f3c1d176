/**
 * Which requests are answered: of whom, by which name of this host, with which token.
 * @module
 */
import { hostname } from 'node:os';
import { domainToASCII } from 'node:url';
import type { Context } from 'hono';
import type { HttpEnvironment } from '../../http/http-listener.js';
import { hasToken, isOwnHost } from '../../http/request-origin.js';
import type { MinerApiOptions } from './api-options.js';
import type { Needs } from './routes.js';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 401 | 403 | 404 | 405 | 411 | 413 | 415 | 429 | 500 | 503;
  /** For programs. */
  readonly code: string;
  /** For people. */
  readonly error: string;
}

type Ask = Context<HttpEnvironment>;

export class Access {
  readonly #token: string | undefined;
  readonly #origins: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;

  constructor({ host, token, origins }: MinerApiOptions) {
    this.#token = token?.reveal();
    this.#origins = new Set(origins);
    const own = hostname().toLowerCase();
    this.#names = new Set([domainToASCII(host), own, `${own}.local`]);
  }

  /** Whether nothing can be changed, since there is no token. */
  get restricted(): boolean {
    return this.#token === undefined;
  }

  /** The origin of another host's page that may ask; undefined where none is named, or it may not. */
  foreignOrigin(c: Ask): string | undefined {
    const origin = c.req.header('origin');
    return origin !== undefined && this.#origins.has(origin) ? origin : undefined;
  }

  /** By which name this host is called, and which page asks. */
  refusalOfPlace(c: Ask, needs: Needs): Refusal | undefined {
    const host = c.req.header('host');
    if (!isOwnHost(host, this.#names))
      return {
        status: 403,
        code: 'foreignHost',
        error: 'expected Host to be an address, or a name, of this machine',
      };
    if (this.foreignOrigin(c) !== undefined) return undefined;
    const origin = c.req.header('origin');
    const site = c.req.header('sec-fetch-site');
    // A link from elsewhere may lead to the page; its files tell nothing.
    const linked = needs === 'files' && origin === undefined;
    const foreign =
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none' && !linked);
    if (!foreign) return undefined;
    return {
      status: 403,
      code: 'foreignPage',
      error: 'pages of other hosts may not ask this, unless --api-origin names them',
    };
  }

  /** The token, as XMRig asks for it: 401 without one, 403 with a wrong one. */
  refusalOfToken(c: Ask, needs: Needs): Refusal | undefined {
    if (needs === 'files') return undefined;
    if (this.#token === undefined) {
      if (needs === 'read') return undefined;
      return {
        status: 403,
        code: 'restricted',
        error: 'nothing can be changed here: this miner was started without a token',
      };
    }
    const given = c.req.header('authorization');
    if (given === undefined)
      return { status: 401, code: 'unauthorized', error: 'expected the header Authorization: Bearer TOKEN' };
    if (hasToken(given, this.#token)) return undefined;
    return { status: 403, code: 'wrongToken', error: 'this is not the token' };
  }
}
