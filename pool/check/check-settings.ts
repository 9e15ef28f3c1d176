/**
 * Settings that are allowed and that an operator should know about. Nothing outside the configuration is looked at, except
 * this process' limits.
 * @module
 */

import { isLoopback } from '../../protocol/ip-address.js';
import type { PoolConfig } from '../config/pool-config.js';
import { fileLimitWarning } from '../stratum/file-limit.js';
import { type Finding, failed, ok, warning } from './finding.js';

/** Findings for the problems of a configuration that can't be used; the last says what to do. @param problems - each `setting: what is wrong` */
export function judgeProblems(problems: readonly string[]): Finding[] {
  const them = problems.length === 1 ? 'it' : 'them';
  return problems.map((problem, i) => {
    const colon = problem.indexOf(': ');
    const [setting, met] =
      colon < 0 ? ['configuration', problem] : [problem.slice(0, colon), problem.slice(colon + 2)];
    return i < problems.length - 1
      ? { setting, outcome: 'failed', met }
      : failed(setting, met, `mend ${them} first (docs/SETTINGS.md): nothing else was looked at`);
  });
}

/**
 * @param workers - processes that are to share the miners
 * @param fileLimit - open files that a process may have; undefined where that is not known
 */
export function checkSettings(config: PoolConfig, workers: number, fileLimit: number | undefined): Finding[] {
  const { pool, mode, nodes, listeners, store, admin, limits } = config;
  const findings = [
    ok(
      'configuration',
      `can be used: pool "${pool.id}", mode ${mode}, ${counted(nodes.length, 'node')}, ${counted(listeners.length, 'listener')}, ${store.type} store`,
    ),
  ];
  if (workers > 1 && store.type !== 'redis')
    findings.push(
      failed(
        'store.type',
        `--workers ${workers} beside the embedded store`,
        'set "redis": the embedded one belongs to one process',
      ),
    );
  if (admin !== false && admin.token === undefined && !isLoopback(admin.host))
    findings.push(
      warning(
        'admin.token',
        `none, and other machines reach ${admin.host}: whoever does so may use /admin`,
        'set a token, or listen on 127.0.0.1',
      ),
    );
  const few = fileLimit === undefined ? undefined : fileLimitWarning(fileLimit, limits.maxConnections);
  if (few !== undefined)
    findings.push(
      warning(
        'limits.maxConnections',
        few,
        'raise the limit where the pool is started (systemd: LimitNOFILE)',
      ),
    );
  return findings;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
