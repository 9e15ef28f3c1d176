/**
 * `lesswork polw simulate`: in words, as a table for spreadsheets, or as one JSON object.
 * @module
 */
import { type PolwFigures, simulatePolw, simulatePolwPeak } from '../polw/simulate/simulate.js';
import { alphText, shortAlphText } from '../protocol/alph-text.js';
import { CHAINS } from '../protocol/chain.js';

export interface PolwSimulateOptions {
  /** H/s, one or several. */
  readonly hashrates: readonly bigint[];
  /** Above 0, at most 1. */
  readonly poolShare: number;
  readonly csv: boolean;
  readonly json: boolean;
}

/** The unit of the network's rules, H/s. */
const EH = 2n ** 60n;

/** Works it out for blocks of now. @param nowMs - ms since the epoch */
export function runPolwSimulate(options: PolwSimulateOptions, nowMs: number): void {
  const { hashrates, poolShare } = options;
  const timestampMs = BigInt(nowMs);
  const results = hashrates.map((hashesPerSecond) =>
    simulatePolw({ hashesPerSecond, poolShare, timestampMs }),
  );
  const peak = simulatePolwPeak({ poolShare, timestampMs });
  if (options.json) {
    const result = { type: 'polw-simulate', poolShare, results: results.map(jsonOf), peak: jsonOf(peak) };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else if (options.csv) process.stdout.write(csvOf(poolShare, results));
  else {
    const words = results.length === 1 ? describe(results[0]!) : tableOf(results);
    process.stdout.write(`${words}\n${describePeak(peak)}${FOOTNOTE}`);
  }
}

const FOOTNOTE = `
1 EH/s is 2^60 H/s (1.153e18) here, as in the network's rules: the threshold is 1 EH/s.
`;

/** Amounts as decimal text, attoALPH. */
function jsonOf(figures: PolwFigures): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  );
}

type Column = readonly [name: string, value: (figures: PolwFigures) => string];

function csvOf(poolShare: number, results: readonly PolwFigures[]): string {
  const columns: readonly Column[] = [
    ['hashrate_ehs', ({ hashesPerSecond }) => String(inEh(hashesPerSecond))],
    ['hashrate_hs', ({ hashesPerSecond }) => String(hashesPerSecond)],
    ['pool_share', () => String(poolShare)],
    ['active', ({ active }) => String(active)],
    ['plain_work_ehs', (figures) => String(inEh(figures.equivalentHashesPerSecond))],
    ['energy_saved', ({ energySaved }) => energySaved.toFixed(6)],
    ['reward_alph', ({ reward }) => alphText(reward)],
    ['burnt_alph', ({ burnt }) => alphText(burnt)],
    ['net_reward_alph', ({ netReward }) => alphText(netReward)],
    ['usual_gas_alph', ({ usualGas }) => alphText(usualGas)],
    ['most_gas_alph', ({ mostGas }) => alphText(mostGas)],
    ['blocks', ({ blocks }) => String(blocks)],
    ['blocks_per_chain', ({ blocksPerChain }) => String(blocksPerChain)],
    ['most_blocks_per_chain', ({ mostBlocksPerChain }) => String(mostBlocksPerChain)],
    ['tied_up_alph', ({ tiedUp }) => alphText(tiedUp)],
    ['capital_per_chain_alph', ({ capitalPerChain }) => alphText(capitalPerChain)],
    ['capital_alph', ({ capital }) => alphText(capital)],
    ['drift_per_day_alph', ({ driftPerDay }) => alphText(driftPerDay)],
  ];
  const rows = results.map((figures) => columns.map(([, value]) => value(figures)));
  return [columns.map(([name]) => name), ...rows].map((row) => `${row.join(',')}\n`).join('');
}

function describe(figures: PolwFigures): string {
  const head = `${ehText(figures.hashesPerSecond)} EH/s`;
  const { reward, netReward, mostGas, blocksPerChain } = figures;
  if (!figures.active)
    return `${head}: Proof of Less Work is not active: nothing is burnt, a block brings ${shortAlphText(reward)} ALPH\n`;
  const lines: readonly (readonly [string, string])[] = [
    ['burnt', `${shortAlphText(figures.burnt)} ALPH a block`],
    ['net reward', `${shortAlphText(netReward)} ALPH a block, for miner and uncles`],
    ['gas', `0 as a rule, at most ${shortAlphText(mostGas)} ALPH a block`],
    [
      'blocks in 500 min',
      `${numberText(figures.blocks)} of the pool, ${numberText(blocksPerChain)} on each chain, at most ${figures.mostBlocksPerChain} (99.9 %)`,
    ],
    ['tied up', `${shortAlphText(figures.tiedUp)} ALPH on average`],
    ['capital', capitalText(figures)],
    ['drift', `${shortAlphText(figures.driftPerDay)} ALPH a day (1 sigma) between chains (f, t) and (t, f)`],
    [
      'energy',
      `${(100 * figures.energySaved).toFixed(1)} % less than plain work of the same security (${ehText(figures.equivalentHashesPerSecond)} EH/s)`,
    ],
  ];
  return `${head}\n${lines.map(([name, text]) => `  ${name.padEnd(19)}${text}\n`).join('')}`;
}

/** Several hashrates, a line each. Amounts in ALPH. */
function tableOf(results: readonly PolwFigures[]): string {
  const columns: readonly Column[] = [
    ['EH/s', ({ hashesPerSecond }) => ehText(hashesPerSecond)],
    ['burnt', ({ burnt }) => shortAlphText(burnt)],
    ['net reward', ({ netReward }) => shortAlphText(netReward)],
    ['tied up', ({ tiedUp }) => shortAlphText(tiedUp)],
    ['capital (99.9 %)', ({ capital }) => shortAlphText(capital)],
    ['a chain', ({ capitalPerChain }) => shortAlphText(capitalPerChain)],
    ['energy saved', ({ energySaved }) => `${(100 * energySaved).toFixed(1)} %`],
  ];
  const rows = [
    columns.map(([name]) => name),
    ...results.map((one) => columns.map(([, value]) => value(one))),
  ];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => `${row.map((cell, i) => cell.padStart(widths[i]!)).join('  ')}\n`).join('');
}

function describePeak(peak: PolwFigures): string {
  return `most at any hashrate: ${shortAlphText(peak.burnt)} ALPH a block at ${ehText(peak.hashesPerSecond)} EH/s\n  capital            ${capitalText(peak)}\n`;
}

function capitalText({ capital, capitalPerChain }: PolwFigures): string {
  return `${shortAlphText(capital)} ALPH, ${shortAlphText(capitalPerChain)} on each of the ${CHAINS} burn addresses (99.9 %)`;
}

function inEh(hashesPerSecond: bigint): number {
  return Number(hashesPerSecond) / Number(EH);
}

function ehText(hashesPerSecond: bigint): string {
  return String(Number(inEh(hashesPerSecond).toPrecision(3)));
}

function numberText(value: number): string {
  return Number(value.toPrecision(value < 1000 ? 3 : 6)).toLocaleString('en-US');
}
