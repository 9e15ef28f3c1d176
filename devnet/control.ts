/**
 * The control port: makes things happen on the simulated network, from outside the process. It is a server of its own
 * on the loopback address, and no part of the node's API.
 *
 * Requests are POST with a JSON object, answers are JSON. A wrong request is answered 400 with `error`. One request at a time
 * searches for blocks; further ones are answered 409. A search ends when its client is gone; blocks mined by then stay.
 * A chain is its index, 0 to 15, or `"from-to"`.
 *
 * | path | body | does |
 * |---|---|---|
 * | GET /state | | tips of the chains, the node's time, who is connected; where coins are kept, whether a chain's next block must burn |
 * | /mine | `{chain, count?, uncles?, miner?, transfers?}` | extends the main chain by `count` blocks, 1 by default; without what waits where `transfers` is false |
 * | /side-block | `{chain, uncles?, miner?, transfers?}` | adds a block beside the newest one |
 * | /reorganise | `{chain, depth, uncles?, miner?, transfers?}` | replaces the newest `depth` blocks; what they held waits again, or is in the new ones |
 * | /conflict | `{txId, unsignedTx, signature, waitingWins?, overtake?, settle?}` | a signed transfer that spends a coin of one that waits wins against it: a block each, and one of (f, f) that takes them in, unless `settle` is false; with `overtake` the loser gets into no block |
 * | /drop-transfer | `{txId, copyStays?}` | what waits is forgotten; the group that it pays may keep its copy |
 * | /advance | `{ms}` | moves the node's time forward |
 * | /refresh | | refreshes all templates |
 * | /stop-templates | `{chain?, when?}` | a chain, or each, makes no template after its next `"block"`, the default, or from `"now"` on; `"never"` ends that |
 * | /sync | `{synced}` | whether the node is synced |
 * | /miner-addresses | `{addresses}` | the four reward addresses, or none |
 * | /deposit | `{address, amount, from?, lockTimeMs?, count?, token?}` | pays ALPH to an address in the next block of a chain, where the network keeps coins |
 * | /spoil-templates | `{chain?, spoilt}` | the whole templates of a chain, or of each, hold a transfer that makes their blocks invalid |
 * | /drop | `{index?}` | resets all miners' connections, or one of them, in the order in which they connected |
 * | /face | `{face, lagMs?, frozen?, mempool?: "shared" or "own", synced?}` | what a further REST API sees: blocks late or none, transfers of its own; 1 is the first |
 * | /disturb-rest | `{kind: "refuse", status?, detail?} or {kind: "delay", delayMs} or {kind: "lose"} or {kind: "none"}, path?, requests?, face?` | disturbs the next requests to REST whose path begins so |
 * | /save | | writes the state file and answers its path as `file`; without one, answers what such a file holds |
 * | /disturb | `{kind: "delay", delayMs} or {kind: "lose"} or {kind: "repeat"}, answers?` | disturbs answers to submissions |
 *
 * @module
 */
import { ACTIONS, SEARCHES, stateOf } from './control-actions.js';
import { parseBody } from './control-body.js';
import type { DevnetControl } from './devnet-control.js';
import { type JsonRequest, JsonServer } from './http-server.js';

/** Searches at a time: two would only slow each other down, and everything else in this process. */
const MAX_SEARCHES = 1;

/** A server of the control port, not listening yet. */
export function createControlServer(control: DevnetControl): JsonServer {
  const searches = new Set<string>();
  return new JsonServer(async (request) => {
    try {
      return { status: 200, body: await answerControl(request, control, searches) };
    } catch (error) {
      return {
        status: statusOf(error),
        body: { error: error instanceof Error ? error.message : String(error) },
      };
    }
  });
}

/** The request is right, but can't be carried out now. */
class BusyError extends Error {
  override readonly name = 'BusyError';
}

function statusOf(error: unknown): number {
  if (error instanceof BusyError) return 409;
  return error instanceof RangeError ? 400 : 500;
}

/** @param searches - paths of the requests that search now */
async function answerControl(
  request: JsonRequest,
  control: DevnetControl,
  searches: Set<string>,
): Promise<unknown> {
  // A web page can make a browser send requests here, but not without this header.
  if (request.headers.origin !== undefined) throw new RangeError('"origin" expected no such header');
  const path = request.url.pathname;
  if (request.method === 'GET' && path === '/state') return stateOf(control);
  const name = request.method === 'POST' ? path.slice(1) : '';
  const [search, action] = [ownValue(SEARCHES, name), ownValue(ACTIONS, name)];
  if (search) {
    const body = parseBody(request.body);
    if (searches.size >= MAX_SEARCHES)
      throw new BusyError(
        `expected no search under way, got POST ${[...searches].join(', ')}; try again after it`,
      );
    searches.add(path);
    try {
      return await search(control, body, request.signal);
    } finally {
      searches.delete(path);
    }
  }
  if (!action) {
    const known = [...Object.keys(SEARCHES), ...Object.keys(ACTIONS)].map((one) => `/${one}`);
    throw new RangeError(
      `"path" expected GET /state or POST ${known.join(', ')}, got ${request.method} ${path}`,
    );
  }
  return action(control, parseBody(request.body));
}

function ownValue<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
