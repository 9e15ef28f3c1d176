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
 * | /mine | `{chain, count?, uncles?, miner?}` | extends the main chain by `count` blocks, 1 by default |
 * | /side-block | `{chain, uncles?, miner?}` | adds a block beside the newest one |
 * | /reorganise | `{chain, depth, uncles?, miner?}` | replaces the newest `depth` blocks |
 * | /advance | `{ms}` | moves the node's time forward |
 * | /refresh | | refreshes all templates |
 * | /stop-templates | `{chain?, when?}` | a chain, or each, makes no template after its next `"block"`, the default, or from `"now"` on; `"never"` ends that |
 * | /sync | `{synced}` | whether the node is synced |
 * | /miner-addresses | `{addresses}` | the four reward addresses, or none |
 * | /deposit | `{address, amount, from?, lockTimeMs?, count?, token?}` | pays ALPH to an address in the next block of a chain, where the network keeps coins |
 * | /spoil-templates | `{chain?, spoilt}` | the whole templates of a chain, or of each, hold a transfer that makes their blocks invalid |
 * | /drop | `{index?}` | resets all miners' connections, or one of them, in the order in which they connected |
 * | /save | | writes the state file and answers its path as `file`; without one, answers what such a file holds |
 * | /disturb | `{kind: "delay", delayMs} or {kind: "lose"} or {kind: "repeat"}, answers?` | disturbs answers to submissions |
 *
 * @module
 */
import { parseAddress } from '../protocol/address.js';
import { ALL_CHAINS, CHAINS, type ChainIndex, chainName, toGroupOf } from '../protocol/chain.js';
import type { AnswerFault } from './answers.js';
import type { Block } from './block.js';
import { parseDeposit } from './coins/deposit-request.js';
import type { DevnetControl } from './devnet-control.js';
import { type JsonRequest, JsonServer } from './http-server.js';
import { targetBitsAfter } from './rules.js';
import type { MineOptions } from './scenario.js';

type Body = Readonly<Record<string, unknown>>;

/** Most blocks of one request: each is searched for, and the answer waits. */
const MAX_BLOCKS = 1_000;
const MAX_ADVANCE_MS = 366 * 86_400_000;

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

type Search = (control: DevnetControl, body: Body, signal: AbortSignal) => Promise<unknown>;

const SEARCHES: Readonly<Record<string, Search>> = {
  async mine(control, body, signal) {
    const chain = chainOf(body);
    const options = mineOptionsOf(body, chain, signal);
    const count = body.count === undefined ? 1 : wholeOf(body, 'count', 1, MAX_BLOCKS);
    const blocks: Block[] = [];
    while (blocks.length < count) blocks.push(await control.mineBlock(chain, options));
    return { blocks: blocks.map((block) => summaryOf(block, control)) };
  },
  async 'side-block'(control, body, signal) {
    const chain = chainOf(body);
    const block = await control.mineSideBlock(chain, mineOptionsOf(body, chain, signal));
    return { blocks: [summaryOf(block, control)] };
  },
  async reorganise(control, body, signal) {
    const chain = chainOf(body);
    const depth = wholeOf(body, 'depth', 1, MAX_BLOCKS);
    const branch = await control.reorganise(chain, depth, mineOptionsOf(body, chain, signal));
    return { blocks: branch.map((block) => summaryOf(block, control)) };
  },
};

const ACTIONS: Readonly<Record<string, (control: DevnetControl, body: Body) => unknown>> = {
  advance(control, body) {
    control.advance(wholeOf(body, 'ms', 0, MAX_ADVANCE_MS));
    return { now: control.node.clock.now() };
  },
  refresh(control) {
    control.refreshTemplates();
    return {};
  },
  'stop-templates'(control, body) {
    const { when = 'block' } = body;
    if (when !== 'block' && when !== 'now' && when !== 'never')
      throw expected('when', '"block", "now" or "never"', when);
    control.stopTemplates(body.chain === undefined ? ALL_CHAINS : [chainOf(body)], when);
    return {};
  },
  sync(control, { synced }) {
    if (typeof synced !== 'boolean') throw expected('synced', 'true or false', synced);
    control.setSynced(synced);
    return {};
  },
  'miner-addresses'(control, { addresses }) {
    if (!Array.isArray(addresses) || !addresses.every((address) => typeof address === 'string'))
      throw expected('addresses', 'a list of addresses', addresses);
    control.setMinerAddresses(addresses);
    return {};
  },
  deposit(control, body) {
    const { id, chain } = control.deposit(parseDeposit(body));
    return { txId: id, chain: chainName(chain) };
  },
  'spoil-templates'(control, body) {
    const { spoilt } = body;
    if (typeof spoilt !== 'boolean') throw expected('spoilt', 'true or false', spoilt);
    control.spoilTemplates(body.chain === undefined ? ALL_CHAINS : [chainOf(body)], spoilt);
    return {};
  },
  drop(control, body) {
    const index = body.index === undefined ? undefined : wholeOf(body, 'index', 0, Number.MAX_SAFE_INTEGER);
    return { dropped: control.dropConnections(index) };
  },
  save(control) {
    const file = control.writeState();
    return file === undefined ? JSON.parse(control.saveState()) : { file };
  },
  disturb(control, body) {
    const answers = body.answers === undefined ? 1 : wholeOf(body, 'answers', 1, MAX_BLOCKS);
    control.disturbAnswers(faultOf(body), answers);
    return {};
  },
};

function stateOf(control: DevnetControl) {
  const { state, clock, coins, rules } = control.node;
  return {
    now: clock.now(),
    connections: control.connections(),
    blocks: state.size,
    chains: ALL_CHAINS.map((chain) => {
      const tip = state.tip(chain);
      const burns = coins && { nextBurns: coins.mustBurn(targetBitsAfter(state, tip, rules)) };
      return { ...summaryOf(tip, control), ...burns };
    }),
  };
}

function summaryOf(block: Block, control: DevnetControl) {
  return {
    hash: block.id,
    chain: chainName(block.chain),
    height: block.height,
    mainChain: control.node.state.isMain(block),
    uncles: block.uncles.length,
  };
}

function parseBody(text: string): Body {
  let value: unknown;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null) throw expected('body', 'a JSON object', text);
  return value as Body;
}

function chainOf({ chain }: Body): ChainIndex {
  const index = typeof chain === 'string' ? ALL_CHAINS.map(chainName).indexOf(chain) : chain;
  if (typeof index === 'number' && ALL_CHAINS.includes(index)) return index;
  throw expected('chain', `0 to ${CHAINS - 1} or "from-to"`, chain);
}

function wholeOf(body: Body, name: string, least: number, most: number): number {
  const value = body[name];
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw expected(name, `a whole number from ${least} to ${most}`, value);
}

function mineOptionsOf({ uncles, miner }: Body, chain: ChainIndex, signal: AbortSignal): MineOptions {
  if (uncles !== undefined && typeof uncles !== 'boolean') throw expected('uncles', 'true or false', uncles);
  const address = typeof miner === 'string' ? parseAddress(miner) : undefined;
  if (miner !== undefined && address?.group !== toGroupOf(chain))
    throw expected('miner', `an address of group ${toGroupOf(chain)}`, miner);
  return {
    signal,
    ...(uncles === undefined ? {} : { uncles }),
    ...(address ? { miner: address.lockupScript } : {}),
  };
}

function faultOf(body: Body): AnswerFault {
  const { kind } = body;
  if (kind === 'lose' || kind === 'repeat') return { kind };
  if (kind === 'delay') return { kind, delayMs: wholeOf(body, 'delayMs', 0, MAX_ADVANCE_MS) };
  throw expected('kind', '"delay", "lose" or "repeat"', kind);
}

function expected(name: string, what: string, got: unknown): RangeError {
  return new RangeError(`"${name}" expected ${what}, got ${JSON.stringify(got)}`);
}
