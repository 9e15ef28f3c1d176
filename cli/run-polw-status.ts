/**
 * `lesswork polw status`: asks a pool, or reads what a miner keeps of its fund.
 * @module
 */
import { z } from 'zod';
import { readFinalFund } from '../polw/store/file-fund-store.js';
import { polwInfoSchema } from '../pool/http/api/polw-schemas.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import { describeFinalFund, describePoolPolw, finalFundOf } from './polw-status-text.js';

/** Longest wait for a pool's answer, ms. */
const STATUS_TIMEOUT_MS = 10_000;

/** Of a server's words, characters. */
const MAX_SAID_CHARS = 200;

/** What is needed of the list of pools. */
const poolsSchema = z.object({ pools: z.array(z.object({ id: z.string() })) });

/**
 * Prints where the chains of a pool stand, and sets the exit code.
 * @throws Error if there is no pool, or it supplies no coins
 */
export async function runPolwStatusOfPool(api: URL, json: boolean): Promise<void> {
  const pools = poolsSchema.safeParse(await ask(api, '/api/pools'));
  const id = pools.data?.pools[0]?.id;
  if (id === undefined) throw notUnderstood(api);
  const { data: info } = polwInfoSchema.safeParse(
    await ask(api, `/api/pools/${encodeURIComponent(id)}/polw`),
  );
  if (info === undefined) throw notUnderstood(api);
  if (json) process.stdout.write(`${JSON.stringify({ type: 'polw-status', pool: id, ...info })}\n`);
  else for (const line of describePoolPolw(id, info)) process.stdout.write(`${line}\n`);
  if (info.finds.void > 0 || info.chains.some(({ state }) => state === 'unfunded')) process.exitCode = 1;
}

/**
 * Prints what a folder holds.
 * @throws FundStoreError if it can't be read
 * @throws Error if there is no fund in it
 */
export async function runPolwStatusOfFolder(folder: string, networkId: number, json: boolean): Promise<void> {
  const snapshot = await readFinalFund(folder);
  if (snapshot === undefined)
    throw new Error(
      `${folder}: expected the fund of a miner, got none: a new one is kept once blocks are final, after some ten minutes`,
    );
  const fund = finalFundOf(snapshot, networkId);
  if (json) process.stdout.write(`${JSON.stringify({ type: 'polw-status', folder, ...fund })}\n`);
  else for (const line of describeFinalFund(fund)) process.stdout.write(`${line}\n`);
}

/** @throws Error if there is no answer, or a refusal */
async function ask(api: URL, path: string): Promise<unknown> {
  const url = new URL(path, api).href;
  const signal = AbortSignal.timeout(STATUS_TIMEOUT_MS);
  const response = await fetch(url, { signal, redirect: 'error' }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause : error;
    throw new Error(`no pool answers at ${url} (${systemErrorText(cause)}): --api says where`);
  });
  const value: unknown = await response.json().catch(() => undefined);
  if (response.ok) return value;
  const said = (value as { readonly error?: unknown } | null | undefined)?.error;
  if (typeof said !== 'string') throw notUnderstood(api);
  throw new Error(`${url}: ${said.replace(/\s+/g, ' ').slice(0, MAX_SAID_CHARS)}`);
}

function notUnderstood(api: URL): Error {
  return new Error(`${api.origin}: expected the API of a lesswork pool of this version, got another`);
}
