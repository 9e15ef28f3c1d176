/**
 * Lists sessions, for an operator.
 * @module
 */
import type { ConnectionFacts, ConnectionPage, ConnectionQuery } from '../domain/connection-facts.js';
import type { Session } from './session.js';

/** @param epochMs - when the monotonic clock was 0, ms since the epoch */
export function connectionPage(
  sessions: Iterable<Session>,
  { offset, limit, address }: ConnectionQuery,
  epochMs: number,
): ConnectionPage {
  const connections: ConnectionFacts[] = [];
  let total = 0;
  for (const session of sessions) {
    if (address !== undefined && session.connection.remoteAddress !== address) continue;
    if (total >= offset && connections.length < limit) connections.push(factsOf(session, epochMs));
    total++;
  }
  return { total, connections };
}

function factsOf(session: Session, epochMs: number): ConnectionFacts {
  const { accepted, rejected, difficulty, connectedMs } = session;
  return {
    ...session.peer,
    workers: Array.from(session.workers(), ({ account, name }) =>
      name === '' ? account.address : `${account.address}.${name}`,
    ),
    difficulty: difficulty.stratum,
    accepted,
    rejected,
    sinceMs: Math.round(epochMs + connectedMs),
  };
}
