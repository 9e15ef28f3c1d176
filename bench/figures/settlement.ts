/**
 * What settling takes where blocks or miners are many.
 * @module
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Figure, type FigureLine, limitLine } from './figure.js';
import type { SettlementTaken } from './settlement-run.js';

/** Of the process's young heap, MB: a settlement makes and drops numbers, and needs few of them at a time. */
const SEMI_SPACE_MB = 4;
const MAX_SECONDS = 30;
const MAX_MEGABYTES = 300;

export const settlement: Figure = {
  name: 'settlement',
  async measure() {
    return [...(await linesOf(3_000, 1_000)), ...(await linesOf(60, 100_000))];
  },
};

async function linesOf(blocks: number, accounts: number): Promise<FigureLine[]> {
  const program = fileURLToPath(new URL('./settlement-run.js', import.meta.url));
  const child = fork(program, [String(blocks), String(accounts)], {
    execArgv: [`--max-semi-space-size=${SEMI_SPACE_MB}`],
  });
  const told = once(child, 'message');
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`settling ended with ${code}`);
  const [{ seconds, megabytes, slowestMs, mostCpuMs }] = (await told) as [SettlementTaken];
  const what = `${blocks} blocks for ${accounts} accounts`;
  const cpu = mostCpuMs === undefined ? '' : `, most CPU time of one: ${mostCpuMs.toFixed(1)} ms`;
  const note = ` (longest commit of a part: ${slowestMs.toFixed(1)} ms${cpu})`;
  return [
    limitLine(`${what}: from slices to balances`, seconds, MAX_SECONDS, 's', note),
    limitLine(`${what}: most memory`, megabytes, MAX_MEGABYTES, 'MB'),
  ];
}
