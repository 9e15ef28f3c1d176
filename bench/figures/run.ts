/**
 * Shows the figures that the project promises: `npm run figures`, or `npm run figures -- NAME...` for some of them. One
 * table, measured beside required; exit code 1 when one is missed, 2 for an unknown name.
 * @module
 */
import { describeMachine } from '../machine.js';
import { describeMachineLines } from '../words.js';
import { bestKernel } from './best-kernel.js';
import { books } from './books.js';
import type { Figure, FigureLine } from './figure.js';
import { hitRate } from './hit-rate.js';
import { limitedLoad } from './limited-load.js';
import { memory } from './memory.js';
import { minerApi } from './miner-api.js';
import { nativeToWasm } from './native-to-wasm.js';
import { oldParents } from './old-parents.js';
import { pageView } from './page-view.js';
import { payoutRound } from './payout-round.js';
import { polwBlocks } from './polw-blocks.js';
import { polwFund } from './polw-fund.js';
import { sensors } from './sensors.js';
import { settlement } from './settlement.js';
import { shaderToNoble } from './shader-to-noble.js';
import { staleWork } from './stale-work.js';
import { start } from './start.js';
import { threadsToOne } from './threads-to-one.js';
import { wasmToNoble } from './wasm-to-noble.js';
import { wholeMiner } from './whole-miner.js';

const FIGURES: readonly Figure[] = [
  wasmToNoble,
  bestKernel,
  nativeToWasm,
  threadsToOne,
  shaderToNoble,
  wholeMiner,
  staleWork,
  limitedLoad,
  sensors,
  minerApi,
  oldParents,
  memory,
  polwBlocks,
  polwFund,
  payoutRound,
  books,
  settlement,
  start,
  pageView,
  hitRate,
];

const names = process.argv.slice(2);
const unknown = names.find((name) => !FIGURES.some((figure) => figure.name === name));
if (unknown !== undefined) {
  console.error(
    `figures: expected some of ${FIGURES.map(({ name }) => name).join(', ')}, got ${JSON.stringify(unknown)}`,
  );
  process.exit(2);
}

for (const line of describeMachineLines(describeMachine([]))) console.log(line);
for (const figure of FIGURES) {
  if (names.length > 0 && !names.includes(figure.name)) continue;
  for (const line of await measured(figure)) {
    if (line.met === false) process.exitCode = 1;
    console.log(describe(figure.name, line));
  }
}
// Drivers and threads that are still about have nothing more to do.
process.exit();

async function measured(figure: Figure): Promise<FigureLine[]> {
  try {
    return await figure.measure();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ what: 'could not be measured', measured: message, required: 'a measurement', met: false }];
  }
}

function describe(name: string, { what, measured, required, met }: FigureLine): string {
  const verdict = required === undefined ? '' : `  ${met ? 'ok' : 'MISSED'}: ${required}`;
  return `${name.padEnd(16)} ${what.padEnd(58)} ${measured}${verdict}`;
}
