/**
 * What the worker that mines in a browser may do: run WASM, start workers of its own script, and connect to where miners
 * connect. The page itself may do none of that but start the worker.
 * @module
 */
import { CARRIERS } from '../../../protocol/stratum/carrier.js';
import type { LiveBoard } from '../../statistics/live-board.js';
import type { PoolDescription } from '../api/api-context.js';

/** The worker's Content-Security-Policy; undefined where the page does not offer to mine. */
export type MiningPolicy = (() => string) | undefined;

export function miningPolicyOf(
  { browserMining, listeners }: Pick<PoolDescription, 'browserMining' | 'listeners'>,
  live: Pick<LiveBoard, 'pool'>,
): MiningPolicy {
  if (browserMining === undefined) return undefined;
  const { url } = browserMining;
  return () => {
    const { ports } = live.pool();
    const places =
      url !== undefined
        ? [placeOf(new URL(url))]
        : listeners
            .filter(({ protocol }) => CARRIERS[protocol].webSocket)
            // Whatever the host is called: a policy can't name an IPv6 address.
            .map(({ name, protocol, port }) => `${protocol}://*:${ports[name] ?? port}`);
    return [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "worker-src 'self'",
      `connect-src ${places.join(' ')}`,
    ].join('; ');
  };
}

function placeOf({ protocol, host, port }: URL): string {
  return host.startsWith('[')
    ? `${protocol}//*:${port || (protocol === 'wss:' ? 443 : 80)}`
    : `${protocol}//${host}`;
}
