/**
 * A pool's page over a real API and store, with a hop before it that can be cut.
 * @module
 */
import { AuditReader } from '../../pool/audit/audit-reader.js';
import { type Store, StoreUnavailableError } from '../../pool/ports/store.js';
import { ACCOUNT, type ApiLab, POOL } from './api-lab.js';
import { filledApiLab } from './filled-api-lab.js';
import { moneyBooks } from './money-books.js';
import { settledWorld } from './settled-world.js';
import { noTurns } from './settlement-world.js';
import { TcpProxy } from './tcp-proxy.js';
import { ADDRESS } from './test-pool.js';

/** Names that a page must show as they are. */
export const RUDE_NAME = '<img src=x onerror="document.title=\'rude\'">';
export const RUDE_NOTICE = 'Tonight <b id="rude">we</b> move & "stay" up';

export interface PageLab extends ApiLab {
  /** Where browsers are led. */
  readonly url: string;
  readonly proxy: TcpProxy;
  /** Hashes of blocks that were credited, and whose audit can be asked for. */
  readonly settled: readonly string[];
  readonly trouble: {
    /** Whether the store is away. */
    storeAway: boolean;
  };
}

const DAY_MS = 86_400_000;

const TERMS = {
  scheme: 'pplns',
  feeMillionths: 10_000,
  minimum: 10n ** 18n,
  pays: true,
  feeBearer: 'pool',
  confirmations: 5,
  rounds: { everyMs: 600_000 },
} as const;

/** Calls of a store that the API makes for its answers. */
const READS: readonly (string | symbol)[] = ['blocks', 'workersOf', 'series', 'countBlocks'];

export async function pageLab(t: { after(end: () => unknown): void }): Promise<PageLab> {
  const { world, hashes } = await settledWorld({ runs: 1 });
  const trouble = { storeAway: false };
  const wrap = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (trouble.storeAway && READS.includes(name))
            return Promise.reject(new StoreUnavailableError('away'));
          return Reflect.apply(value, target, args);
        };
      },
    });
  const lab = await filledApiLab(
    {
      page: true,
      connectionsPerAddress: 1_000,
      pool: { ...POOL, name: 'Pool of tests', notice: RUDE_NOTICE, payouts: TERMS },
    },
    wrap,
    new AuditReader(world.books, 'test', noTurns()),
  );
  const now = await lab.now();
  await lab.mine([{ account: ACCOUNT, name: RUDE_NAME, address: ADDRESS, timeMs: now, work: 2n ** 34n }], {
    throughMs: now + 10_000,
    rejects: [{ account: ACCOUNT, name: RUDE_NAME, reason: 'lowDifficulty', count: 3 }],
  });
  const write = moneyBooks(lab.store.books);
  const dayMs = now - (now % DAY_MS);
  await write.credit(dayMs - DAY_MS, [{ key: ACCOUNT, amount: 10n ** 19n }]);
  await write.pay(dayMs + 1, { key: ACCOUNT, amount: 95n * 10n ** 17n }, ADDRESS, 'paid');
  await lab.pass(20_000);
  await lab.settle();
  lab.tell({}, [
    {
      account: ACCOUNT,
      name: 'one',
      address: ADDRESS,
      connections: 1,
      agent: 'lesswork/1.0',
      reportedHashrate: 17e8,
    },
  ]);
  const proxy = await TcpProxy.start(t, lab.api.port);
  t.after(() => lab.close());
  return Object.assign(lab, {
    url: `http://127.0.0.1:${proxy.port}/`,
    proxy,
    settled: hashes,
    trouble,
  });
}
