/**
 * Whether the pool could listen on all its places: each is listened on for a moment.
 * @module
 */
import { createServer, type Server } from 'node:net';
import { systemErrorText } from '../../protocol/system-error-text.js';
import { urlHost } from '../../protocol/url-host.js';
import type { PoolConfig } from '../config/pool-config.js';
import {
  LISTEN_ERROR_CODE,
  ListenError,
  type ListeningPlace,
  listenFaultOf,
} from '../domain/listen-error.js';
import { type Finding, failed, ok, warning } from './finding.js';
import { findPortOwner, type PortOwner } from './port-owner.js';

/** The result of a try to listen. */
export interface PortTried {
  readonly place: ListeningPlace;
  /** Error of the operating system; undefined if the place is free. */
  readonly error: unknown;
  /** The place of the same configuration that has the port. */
  readonly heldBy: string | undefined;
  /** The program that has the port, where that can be found out. */
  readonly owner: PortOwner | undefined;
}

/** Tries all places of a configuration. @param running - whether a pool is at work in its data folder */
export async function checkPorts(config: PoolConfig, running: boolean): Promise<Finding[]> {
  return (await tryPorts(placesOf(config))).map((tried) => judgePort(tried, running));
}

/**
 * The error of a pool that could not listen, with every other place that it could not have either: all are mended at once.
 * @param error - what the start threw; must have let go of all ports
 * @returns a `ListenError` with a line a place; `error` itself where it is another, or where all ports are free by now
 */
export async function withAllClashes(config: PoolConfig, error: unknown): Promise<unknown> {
  if ((error as NodeJS.ErrnoException).code !== LISTEN_ERROR_CODE) return error;
  const failures = (await checkPorts(config, false)).filter(({ outcome }) => outcome === 'failed');
  if (failures.length === 0) return error;
  const lines = failures.map(({ setting, met, remedy }) => `${setting}: ${met}: ${remedy}`);
  return new ListenError(lines.join('\n'), { cause: error });
}

/** Where a pool of a configuration listens. */
export function placesOf({ listeners, http, admin }: PoolConfig): ListeningPlace[] {
  const miners = listeners.map(({ host, port }, i) => ({ setting: `listeners[${i}]`, host, port }));
  const others = Object.entries({ http, admin }).flatMap(([setting, place]) =>
    place === false ? [] : [{ setting, host: place.host, port: place.port }],
  );
  return [...miners, ...others];
}

/** Listens on all places at a time, so that two that are the same are seen, and lets go of them. */
export async function tryPorts(places: readonly ListeningPlace[]): Promise<PortTried[]> {
  const held: { readonly place: ListeningPlace; readonly server: Server }[] = [];
  const tried: PortTried[] = [];
  try {
    for (const place of places) {
      const nothing = { place, error: undefined, heldBy: undefined, owner: undefined };
      try {
        held.push({ place, server: await listen(place) });
        tried.push(nothing);
      } catch (error) {
        const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        const heldBy = inUse
          ? held.find((other) => other.place.port === place.port)?.place.setting
          : undefined;
        const owner = inUse && heldBy === undefined ? findPortOwner(place.port) : undefined;
        tried.push({ ...nothing, error, heldBy, owner });
      }
    }
    return tried;
  } finally {
    await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  }
}

function listen({ host, port }: ListeningPlace): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

/** @param running - whether a pool is at work in this configuration's data folder */
export function judgePort({ place, error, heldBy, owner }: PortTried, running: boolean): Finding {
  const setting = `${place.setting}.port`;
  const where = `${urlHost(place.host)}:${place.port}`;
  if (error === undefined)
    return ok(setting, place.port === 0 ? `${where}: a free port is taken` : `${where}: can be listened on`);
  if (heldBy !== undefined)
    return failed(
      setting,
      `${where}: ${heldBy} of this configuration has that port, too`,
      'choose another port',
    );
  const fault = listenFaultOf(error, place);
  if (fault === undefined)
    return failed(setting, `${where}: ${systemErrorText(error)}`, 'choose another place');
  const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const who = owner === undefined ? '' : ` (process ${owner.pid}, ${owner.name})`;
  if (inUse && running && owner?.isPool === true)
    return ok(setting, `${where}: in use by a pool that runs${who}`);
  if (inUse && running && owner === undefined)
    return warning(
      setting,
      `${where}: in use, by the pool that runs or by another program`,
      'look whether miners reach the pool there',
    );
  return failed(fault.setting, `${fault.met}${who}`, fault.remedy);
}
