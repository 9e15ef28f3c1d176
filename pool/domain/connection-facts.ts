/**
 * Connections as an operator sees them.
 * @module
 */

/** A miner's connection. */
export interface ConnectionFacts {
  /** Remote address. */
  readonly address: string;
  readonly listener: string;
  /** What the software calls itself, cleaned; empty where it has not said. */
  readonly agent: string;
  /** `ADDRESS.WORKER` of each that it authorized. */
  readonly workers: readonly string[];
  /** Stratum difficulty of the next job. */
  readonly difficulty: number;
  /** Shares since it connected. */
  readonly accepted: number;
  readonly rejected: number;
  /** When it connected, ms since the epoch. */
  readonly sinceMs: number;
}

/** Which connections are asked for. */
export interface ConnectionQuery {
  readonly offset: number;
  readonly limit: number;
  /** Only those of this remote address; undefined for all. */
  readonly address: string | undefined;
}

/** Some of the connections, those that came first at the beginning. */
export interface ConnectionPage {
  /** All that were asked for, on whichever page. */
  readonly total: number;
  readonly connections: readonly ConnectionFacts[];
}

/** A page over several front ends, one after the other. @param frontEnds - asks one of them; undefined if it does not answer */
export async function connectionsTogether(
  frontEnds: readonly ((query: ConnectionQuery) => Promise<ConnectionPage | undefined>)[],
  query: ConnectionQuery,
): Promise<ConnectionPage> {
  let total = 0;
  const connections: ConnectionFacts[] = [];
  for (const ask of frontEnds) {
    const offset = Math.max(0, query.offset - total);
    const page = await ask({ ...query, offset, limit: query.limit - connections.length });
    total += page?.total ?? 0;
    connections.push(...(page?.connections ?? []));
  }
  return { total, connections };
}
