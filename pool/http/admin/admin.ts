/**
 * The operator's side: metrics, health, bans, the addresses that blocks pay. It has a listener of its own, which only the
 * operator should reach.
 * @module
 */
import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import { Hono } from 'hono';
import { type HttpEnvironment, listenHttp } from '../../../http/http-listener.js';
import { refuseOtherMethods } from '../../../http/other-methods.js';
import { hasToken, isOfOtherPage, isOwnHost } from '../../../http/request-origin.js';
import { AddressRanges, addressText, parseAddressBytes } from '../../../protocol/ip-address.js';
import { networkOf } from '../../../protocol/remote-network.js';
import type { ConnectionFacts, ConnectionPage, ConnectionQuery } from '../../domain/connection-facts.js';
import type { PoolStatus } from '../../domain/events.js';
import { LOGIN_REFUSALS, type RefusedLogin } from '../../domain/login-refusals.js';
import type { PolwFacts } from '../../domain/polw-facts.js';
import {
  type BackupPart,
  type Ban,
  type NotedNodeIdentity,
  StoreUnavailableError,
} from '../../ports/store.js';
import type { UpstreamIdentity } from '../../ports/upstream.js';
import type { Readiness } from '../../statistics/live-board.js';
import { addMinimumRoute, type SetMinimum } from './minimum-route.js';
import { addPolwRoutes, type PolwAdminModules } from './polw-routes.js';

/** Connections on a page of `/admin/connections`, by default and at most: each takes some 300 bytes. */
const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 500;

/** Longest time for making a backup, and longest pause while it is sent, ms. */
const BACKUP_MS = 300_000;

/** Last page: beyond any number of connections. */
const MAX_PAGE = 1_000_000;

const FOREIGN_PAGE =
  'pages of other hosts may not ask this; admin.hostNames lists further names of this host';

export interface AdminOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Names that requests may call this host by, beside `host`, localhost and addresses. */
  readonly hostNames: readonly string[];
  /** Connections of one address. */
  readonly connectionsPerAddress: number;
  /** If given, requests of /admin must carry it: `Authorization: Bearer ...`. */
  readonly token?: string;
}

/** Facts that an operator sees beside the status. */
export interface AdminStatus extends Omit<PoolStatus, 'nodes'> {
  readonly version: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly state: string;
    readonly detail?: string | undefined;
  }[];
  /** Refused logins, the latest first; remote addresses are kept for a day. */
  readonly refusedLogins: readonly RefusedLogin[];
  /** Left out where the pool supplies no coins for Proof of Less Work. */
  readonly polw?: PolwFacts | undefined;
}

/** The outcome of taking the nodes' miner addresses for the pool's. */
export type AcceptedAddresses =
  | { readonly type: 'accepted'; readonly identity: UpstreamIdentity; readonly before: NotedNodeIdentity }
  /** Nothing has changed. @param why - for people */
  | { readonly type: 'refused'; readonly why: string };

/** The outcome of a request for a backup. */
export type StoreBackup =
  /** @param content - must be read or destroyed */
  | { readonly type: 'made'; readonly bytes: number; readonly content: Readable }
  /** There are no books. */
  | { readonly type: 'none' }
  /** Another backup is under way. */
  | { readonly type: 'running' };

export interface AdminModules {
  /** Text for Prometheus. */
  readonly metrics: () => Promise<string>;
  readonly metricsContentType: string;
  readonly readiness: () => Readiness;
  readonly status: () => AdminStatus;
  readonly connections: (query: ConnectionQuery) => Promise<ConnectionPage>;
  readonly bans: () => Promise<readonly Ban[]>;
  /** Ends a ban of an address or /64, on all front ends. */
  readonly removeBan: (address: string) => Promise<void>;
  /** Takes the miner addresses that the nodes have now for those of the pool. */
  readonly acceptAddresses: () => Promise<AcceptedAddresses>;
  /** Undefined where the store is a server, which has a backup of its own. */
  readonly backup: ((of: BackupPart) => Promise<StoreBackup>) | undefined;
  /** Undefined where the pool supplies no coins for Proof of Less Work. */
  readonly polw: PolwAdminModules | undefined;
  /** Undefined where the pool pays nobody. */
  readonly setMinimum: SetMinimum | undefined;
}

export interface Admin {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws Error with code EADDRINUSE and the like if it can't listen */
export async function startAdmin(options: AdminOptions, modules: AdminModules): Promise<Admin> {
  const app = new Hono<HttpEnvironment>();
  app.use(async (c, next) => {
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Cache-Control', 'no-store');
    return next();
  });
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/ready', (c) => {
    const readiness = modules.readiness();
    return c.json(readiness, readiness.ready ? 200 : 503);
  });
  const names = new Set([options.host, ...options.hostNames].map((name) => domainToASCII(name)));
  for (const path of ['/metrics', '/admin/*'])
    app.use(path, async (c, next) => {
      if (isOwnHost(c.req.header('host'), names) && !isOfOtherPage(c)) return next();
      return c.json({ code: 'foreignPage', error: FOREIGN_PAGE }, 403);
    });
  app.get('/metrics', async (c) =>
    c.body(await modules.metrics(), 200, { 'Content-Type': modules.metricsContentType }),
  );
  app.use('/admin/*', async (c, next) => {
    if (options.token !== undefined && !hasToken(c.req.header('authorization'), options.token))
      return c.json({ code: 'unauthorized', error: 'expected the header Authorization: Bearer TOKEN' }, 401);
    return next();
  });
  app.get('/admin/status', (c) => {
    const { refusedLogins, ...status } = modules.status();
    return c.json({ ...status, refusedLogins: refusedLogins.map(toldRefusedLogin) });
  });
  app.get('/admin/connections', async (c) => {
    const page = wholeNumber(c.req.query('page'), 0, MAX_PAGE);
    const pageSize = wholeNumber(c.req.query('pageSize'), DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
    if (page === undefined || pageSize === undefined || pageSize === 0)
      return c.json(
        {
          code: 'invalidPage',
          error: `expected page from 0 to ${MAX_PAGE}, and pageSize from 1 to ${MAX_PAGE_SIZE}`,
        },
        400,
      );
    const address = c.req.query('address');
    const bytes = address === undefined ? undefined : parseAddressBytes(address);
    if (address !== undefined && bytes === undefined)
      return c.json({ code: 'invalidAddress', error: 'expected an IP address' }, 400);
    const query = {
      offset: page * pageSize,
      limit: pageSize,
      address: bytes === undefined ? undefined : addressText(bytes),
    };
    const { total, connections } = await modules.connections(query);
    return c.json({ page, pageSize, total, connections: connections.map(toldConnection) });
  });
  app.get('/admin/bans', async (c) =>
    c.json(
      (await modules.bans()).map(({ address, untilMs, reason }) => ({
        address,
        until: new Date(untilMs).toISOString(),
        reason,
      })),
    ),
  );
  app.delete('/admin/bans/:address{.+}', async (c) => {
    const address = c.req.param('address');
    if (parseAddressBytes(address.replace(/\/64$/, '')) === undefined)
      return c.json({ code: 'invalidAddress', error: 'expected an IP address, or the /64 of one' }, 400);
    const network = networkOf(address);
    if (!(await modules.bans()).some((ban) => ban.address === network))
      return c.json({ code: 'notBanned', error: 'this address is not banned' }, 404);
    await modules.removeBan(network);
    return c.body(null, 204);
  });
  app.post('/admin/miner-addresses/accept', async (c) => {
    const outcome = await modules.acceptAddresses();
    if (outcome.type === 'refused') return c.json({ code: 'addressesRefused', error: outcome.why }, 409);
    return c.json({ ...outcome.identity, before: outcome.before });
  });
  app.post('/admin/backup', async (c) => {
    if (modules.backup === undefined)
      return c.json({ code: 'noBackup', error: 'the store is a server: back it up by its own means' }, 409);
    const of = c.req.query('of') ?? 'store';
    if (of !== 'store' && of !== 'books')
      return c.json({ code: 'invalidPart', error: 'expected of=store or of=books' }, 400);
    c.env.incoming.socket.setTimeout(BACKUP_MS);
    const backup = await modules.backup(of);
    if (backup.type === 'none') return c.body(null, 204);
    if (backup.type === 'running')
      return c.json(
        { code: 'backupRunning', error: 'a backup is under way: ask again when it has ended' },
        409,
      );
    const { bytes, content } = backup;
    return c.body(Readable.toWeb(content) as ReadableStream, 200, {
      'Content-Type': 'application/vnd.sqlite3',
      'Content-Length': String(bytes),
    });
  });
  addPolwRoutes(app, modules.polw);
  addMinimumRoute(app, modules.setMinimum);
  refuseOtherMethods(app);
  app.notFound((c) => c.json({ code: 'notFound', error: 'nothing is here' }, 404));
  app.onError((error, c) =>
    error instanceof StoreUnavailableError
      ? c.json({ code: 'storeAway', error: 'the store can not be reached at the moment' }, 503)
      : c.json({ code: 'internal', error: error.message }, 500),
  );
  const listener = await listenHttp(app.fetch, options.host, options.port, {
    connectionsPerAddress: options.connectionsPerAddress,
    unlimited: new AddressRanges([]),
  });
  return { port: listener.port, close: () => listener.close() };
}

function toldRefusedLogin({ lastMs, ...login }: RefusedLogin) {
  return { ...login, ...LOGIN_REFUSALS[login.reason], last: new Date(lastMs).toISOString() };
}

function toldConnection({ sinceMs, ...connection }: ConnectionFacts) {
  return { ...connection, since: new Date(sinceMs).toISOString() };
}

/** A whole number in a query, or the default if it is missing; undefined if it is no whole number, or too large. */
function wholeNumber(text: string | undefined, missing: number, max: number): number | undefined {
  if (text === undefined) return missing;
  return /^\d{1,9}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}
