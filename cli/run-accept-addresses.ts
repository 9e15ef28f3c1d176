/**
 * `lesswork pool accept-addresses`: asks a running pool at its administration.
 * @module
 */
import type { AdminConfig } from '../pool/config/pool-config.js';
import { urlHost } from '../protocol/url-host.js';
import { readPoolConfig } from './run-pool.js';

/** Longest wait for the pool, which asks its nodes and its store, ms. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Has the pool of a configuration pay what its nodes pay now, and says what that is.
 * @throws Error if it can't be asked, or refuses
 */
export async function runAcceptAddresses(configPath: string | undefined): Promise<void> {
  const { admin } = readPoolConfig(configPath);
  if (admin === false)
    throw new Error(
      '"admin" is false in this configuration, and it is the pool\'s administration that is asked',
    );
  if (admin.port === 0)
    throw new Error(
      '"admin.port" is 0 in this configuration, so that the pool took a free port that only its log tells: give it one, ' +
        'or send POST /admin/miner-addresses/accept to that one',
    );
  const { minerAddresses, before } = await ask(admin);
  const lines = minerAddresses.map((address, group) => {
    const old = before.minerAddresses?.[group];
    const change = old === undefined || old === address ? '' : ` (was ${old})`;
    return `  group ${group}: ${address}${change}\n`;
  });
  process.stdout.write(`the pool's nodes have to pay from now on:\n${lines.join('')}`);
}

interface Accepted {
  readonly minerAddresses: readonly string[];
  readonly before: { readonly minerAddresses?: readonly string[] };
}

async function ask({ host, port, token }: Exclude<AdminConfig, false>): Promise<Accepted> {
  const url = `http://${reachable(host)}:${port}/admin/miner-addresses/accept`;
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` };
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const response = await fetch(url, { method: 'POST', headers, signal, redirect: 'error' }).catch(
    (error: Error) => {
      const cause = error.cause instanceof Error ? error.cause : error;
      throw new Error(`no pool answers at ${url} (${cause.message}): it must run`);
    },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`refused: ${reasonOf(text) ?? `status ${response.status} of ${url}`}`);
  return JSON.parse(text) as Accepted;
}

/** A host that stands for all addresses of this machine is no place to go to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return urlHost(host);
}

function reasonOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
