/**
 * How long the books take to change 100,000 accounts, as a settlement does: read, computed, written, in commits of 500 in the
 * order of their keys. (In no order nearly each account is on a page of its own, and SQLite writes whole pages.)
 * Redis is measured where a redis-server is installed.
 * @module
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { OwnBooks } from '../../pool/ports/books.js';
import { openBooks } from '../../pool/store/open-books.js';
import type { StoreSettings } from '../../pool/store/store-settings.js';
import { type Figure, type FigureLine, limitLine } from './figure.js';

const ACCOUNTS = 100_000;
const COMMIT = 500;
const IDENTITY = { poolId: 'figures', networkId: 4, extranonceBytes: 2 };
const REDIS = 'redis-server';

export const books: Figure = {
  name: 'books',
  async measure() {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-figures-'));
    try {
      const path = join(folder, 'pool.db');
      const lines = await measureBooks('embedded', { type: 'embedded', path, identity: IDENTITY });
      const megabytes = statSync(join(folder, 'books.db')).size / 1e6;
      lines.push({
        what: 'embedded books after that, with a log of both',
        measured: `${megabytes.toFixed(1)} MB`,
      });
      if (spawnSync(REDIS, ['--version']).status !== 0) return lines;
      return [...lines, ...(await measureRedis(folder))];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measureRedis(folder: string): Promise<FigureLine[]> {
  const path = join(folder, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', ''];
  const server = spawn(REDIS, [...args, '--appendonly', 'yes', '--appendfsync', 'everysec'], {
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  try {
    return await measureBooks('Redis', { type: 'redis', url: `unix:${path}`, identity: IDENTITY });
  } finally {
    server.kill();
    await ended;
  }
}

/** Makes the accounts, and changes them once. */
async function measureBooks(name: string, settings: StoreSettings): Promise<FigureLine[]> {
  const opened = await openPatiently(settings);
  try {
    const lines: FigureLine[] = [];
    for (const [round, what] of ['made', 'changed'].entries()) {
      const { ms, slowestMs } = await changeAll(opened, round);
      const note = ` (slowest commit of ${COMMIT}: ${Math.round(slowestMs)} ms)`;
      lines.push(limitLine(`${ACCOUNTS} accounts ${what} in ${name} books`, ms, 10_000, 'ms', note));
    }
    return lines;
  } finally {
    await opened.close();
  }
}

async function openPatiently(settings: StoreSettings): Promise<OwnBooks> {
  for (let tries = 1; ; tries++) {
    try {
      return await openBooks(settings, { onNotice: () => {} });
    } catch (error) {
      if (tries === 100) throw error;
      await after(100);
    }
  }
}

async function changeAll(opened: OwnBooks, round: number): Promise<{ ms: number; slowestMs: number }> {
  const begunMs = performance.now();
  let slowestMs = 0;
  for (let first = 0; first < ACCOUNTS; first += COMMIT) {
    const commitMs = performance.now();
    const keys = KEYS.slice(first, first + COMMIT);
    const known = await opened.get('account', keys);
    const outcome = await opened.commit({
      fence: { name: 'settlement', number: 1 },
      append: [
        { key: `settlement/${round}/${first}`, text: keys.map((key) => `${key} ${REWARD}`).join('\n') },
      ],
      records: keys.map((key, i) => ({
        table: 'account',
        key,
        version: known[i]?.version ?? 0,
        text: String(BigInt(known[i]?.text ?? '0') + REWARD),
      })),
    });
    if (outcome !== 'done') throw new Error(`books: a commit was ${outcome}`);
    slowestMs = Math.max(slowestMs, performance.now() - commitMs);
  }
  return { ms: performance.now() - begunMs, slowestMs };
}

const REWARD = 10n ** 18n;

/** As long as those of accounts, and as far from each other. */
const KEYS = Array.from({ length: ACCOUNTS }, (_, i) => {
  const hash = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  return `miner/${hash.toString(16).padStart(8, '0').padEnd(66, '0')}`;
}).toSorted();
