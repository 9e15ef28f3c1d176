/**
 * `lesswork ledger check`: what the check of the ledger has found, in words or in JSON.
 * @module
 */
import { checkLedger, type LedgerFindings } from '../ledger/check.js';
import type { GroupFindings, OutputSum } from '../ledger/check-outputs.js';
import { alphText } from '../protocol/alph-text.js';
import { counted } from '../protocol/quantity-text.js';
import { fitNode, type LedgerDesk, openingOfDesk, walletOutputs } from './ledger-desk.js';

export interface LedgerCheckOptions {
  /** Folder of the closed months. */
  readonly months?: string;
  /** Whether nodes are asked what the wallet's addresses hold. */
  readonly node: boolean;
  readonly json: boolean;
}

/** Outputs of one sort that are named. */
const MAX_SHOWN = 20;

/**
 * Checks, and tells.
 * @returns whether payments may go on
 * @throws Error if the books or all nodes can't be asked
 */
export async function checkOnDesk(desk: LedgerDesk, options: LedgerCheckOptions): Promise<boolean> {
  const { months, node, json } = options;
  const opening = await openingOfDesk(desk, months);
  const outputs = node ? await walletOutputs(await fitNode(desk)) : [];
  const findings = await checkLedger({
    books: desk.books,
    timeMs: desk.now(),
    outputs,
    ...(opening !== undefined && { opening }),
  });
  if (json) desk.write(`${JSON.stringify({ type: 'ledger-check', ...plain(findings) })}\n`);
  else for (const line of describe(findings)) desk.write(`${line}\n`);
  return findings.mayPay;
}

function* describe(findings: LedgerFindings): Generator<string> {
  const { entries, accounts, coins, assets, debts, faults, faultCount, groups, mayPay } = findings;
  yield `${counted(entries, 'entry', 'entries')} of the log, ${counted(accounts, 'account')}, ${counted(coins, 'expected output')}`;
  yield `${alphText(assets)} ALPH are there, ${alphText(debts)} ALPH are owed`;
  for (const group of groups) yield* describeGroup(group);
  for (const { fault, words } of faults) yield `FAULT  ${fault}: ${words}`;
  if (faultCount > faults.length) yield `FAULT  and ${faultCount - faults.length} more`;
  if (faults.some(({ fault }) => fault === 'missing'))
    yield 'what is missing was spent by somebody who has the keys: lesswork ledger adopt TXID explains by which transaction';
  yield mayPay ? 'the ledger is right' : 'the ledger is not right: nothing is paid until it is';
}

function* describeGroup({
  group,
  expected,
  leaving,
  coming,
  unknown,
  unknownSum,
}: GroupFindings): Generator<string> {
  const more = [
    leaving.count > 0 && `${sumText(leaving)} on their way out`,
    coming.count > 0 && `${sumText(coming)} still to be booked`,
    unknownSum.count > 0 && `${sumText(unknownSum)} unknown`,
  ].filter((words) => words !== false);
  yield `group ${group}: ${sumText(expected)} expected${more.map((words) => `, ${words}`).join('')}`;
  for (const { key, amount } of unknown.slice(0, MAX_SHOWN))
    yield `  unknown: output ${key} of ${alphText(amount)} ALPH`;
  if (unknownSum.count > MAX_SHOWN) yield `  and ${unknownSum.count - MAX_SHOWN} more`;
}

function sumText({ count, amount }: OutputSum): string {
  return `${counted(count, 'output')} of ${alphText(amount)} ALPH`;
}

/** Amounts as texts: JSON has no such integers. */
function plain(value: unknown): object {
  return JSON.parse(
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part)),
  ) as object;
}
