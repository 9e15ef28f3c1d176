/**
 * Requests to a running pool, at the administration that its configuration says.
 * @module
 */
import type { AdminConfig } from '../pool/config/pool-config.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import { urlHost } from '../protocol/url-host.js';

/**
 * Sends a POST.
 * @param path - from `/admin/` on
 * @param timeoutMs - longest wait for all of the answer
 * @throws Error if the pool can't be asked, or refuses
 */
export async function askAdmin(admin: AdminConfig, path: string, timeoutMs: number): Promise<Response> {
  if (admin === false)
    throw new Error(
      '"admin" is false in this configuration, and it is the pool\'s administration that is asked',
    );
  const { host, port, token } = admin;
  if (port === 0)
    throw new Error(
      '"admin.port" is 0 in this configuration, so that the pool took a free port that only its log tells: give it one, ' +
        `or send POST ${path} to that one`,
    );
  const url = `http://${reachable(host)}:${port}${path}`;
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` };
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { method: 'POST', headers, signal, redirect: 'error' }).catch(
    (error: Error) => {
      const cause = error.cause instanceof Error ? error.cause : error;
      throw new Error(`no pool answers at ${url} (${systemErrorText(cause)}): it must run`);
    },
  );
  if (response.ok) return response;
  throw new Error(`refused: ${reasonOf(await response.text()) ?? `status ${response.status} of ${url}`}`);
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
