/**
 * The operator's listener, over one front end or several.
 * @module
 */

import { nodeAddressOf } from '../config/node-address-of.js';
import type { PoolConfig } from '../config/pool-config.js';
import { acceptAddresses } from '../coordination/accept-addresses.js';
import type { ConnectionPage, ConnectionQuery } from '../domain/connection-facts.js';
import type { PoolStatus } from '../domain/events.js';
import { listenAt } from '../domain/listen-error.js';
import type { RefusedLogin } from '../domain/login-refusals.js';
import { type Admin, startAdmin } from '../http/admin/admin.js';
import type { PolwAdminModules } from '../http/admin/polw-routes.js';
import type { MetricFacts } from '../metrics/metric-definition.js';
import { setMinimum } from '../money/minimums.js';
import type { Ban, Store } from '../ports/store.js';
import { refusedLoginsTogether } from '../report/refused-logins.js';
import { readinessOf } from '../statistics/live-board.js';
import { storeBackups } from './store-backup.js';

/** The facts of a front end that administration needs. */
export interface FrontEndFacts extends Pick<MetricFacts, 'ready' | 'nodes' | 'journal' | 'store' | 'polw'> {
  readonly refusedLogins: readonly RefusedLogin[];
}

export interface PoolAdminModules {
  readonly frontEnds: () => readonly FrontEndFacts[];
  /** Text for Prometheus. */
  readonly metrics: () => Promise<string>;
  readonly metricsContentType: string;
  readonly status: () => PoolStatus;
  readonly connections: (query: ConnectionQuery) => Promise<ConnectionPage>;
  readonly bans: () => Promise<readonly Ban[]>;
  readonly removeBan: (address: string) => Promise<void>;
  readonly polw: PolwAdminModules | undefined;
  readonly store: Store;
  readonly version: string;
}

/** Starts the operator's listener. @returns undefined if the configuration has none @throws ListenError */
export async function startPoolAdmin(
  config: PoolConfig,
  modules: PoolAdminModules,
): Promise<Admin | undefined> {
  const { admin, nodes } = config;
  if (admin === false) return undefined;
  const { frontEnds, status, version, store, ...rest } = modules;
  const { token, ...options } = admin;
  const place = { setting: 'admin', host: admin.host, port: admin.port };
  return listenAt(place, () =>
    startAdmin(
      { ...options, ...(token === undefined ? {} : { token: token.reveal() }) },
      {
        ...rest,
        backup: storeBackups(config, store),
        setMinimum:
          config.payouts && ((order) => setMinimum(store.books, `admin-${crypto.randomUUID()}`, order)),
        acceptAddresses: () => acceptAddresses(nodes.map(nodeAddressOf), store),
        readiness: () => {
          const all = frontEnds();
          const leading = all.flatMap(({ nodes }) => nodes.filter(({ state }) => state === 'leading'));
          const some = (is: (facts: FrontEndFacts) => boolean): boolean => all.some(is);
          return readinessOf({
            node: leading[0]?.name,
            standing: Math.min(...leading.map(({ standing }) => standing)),
            journalWritable: some(({ journal }) => journal.writable),
            listening: all.length > 0,
            storeUp: some(({ store }) => store.up),
            storeFileGone: all.every(({ store }) => store.fileGone),
          });
        },
        status: () => {
          const polw = frontEnds().find((facts) => facts.polw !== undefined)?.polw;
          const nodes = new Map(frontEnds().flatMap(({ nodes }) => nodes.map((node) => [node.name, node])));
          return {
            ...status(),
            version,
            nodes: [...nodes.values()],
            ...(polw === undefined ? {} : { polw }),
            refusedLogins: refusedLoginsTogether(frontEnds().map(({ refusedLogins }) => refusedLogins)),
          };
        },
      },
    ),
  );
}
