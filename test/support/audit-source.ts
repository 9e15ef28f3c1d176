/**
 * A pool's audit over its books, as its API answers it: through JSON.
 * @module
 */
import {
  chainJson,
  minerRunJson,
  parseChain,
  parseMinerRun,
  parseRun,
  runJson,
} from '../../audit/audit-answers.js';
import type { AuditSource } from '../../audit/check/audit-miner.js';
import type { AuditReader } from '../../pool/audit/audit-reader.js';

/** What an operator may tell otherwise than the books have it. */
export type Lie = (path: 'chain' | 'run' | 'minerRun', json: never) => unknown;

const there = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** @param account - hex of its lockup script */
export function auditSourceOf(
  reader: AuditReader,
  account: string,
  lie: Lie = (_, json) => json,
): AuditSource {
  return {
    chain: async () => parseChain(lie('chain', there(chainJson(await reader.chain())) as never)),
    run: async (number) => {
      const answer = await reader.run(number);
      return answer && parseRun(lie('run', there(runJson(answer)) as never));
    },
    minerRun: async (number) => {
      const answer = await reader.minerRun(number, account);
      return answer && parseMinerRun(lie('minerRun', there(minerRunJson(answer)) as never));
    },
  };
}
