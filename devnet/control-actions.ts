/**
 * What each request of the control port does.
 * @module
 */
import { ALL_CHAINS, chainName } from '../protocol/chain.js';
import type { Block } from './block.js';
import { parseDeposit } from './coins/deposit-request.js';
import {
  type Body,
  chainOf,
  disturbanceOf,
  expected,
  faceViewOf,
  faultOf,
  flagOf,
  idOf,
  MAX_ADVANCE_MS,
  mineOptionsOf,
  transactionOf,
  wholeOf,
} from './control-body.js';
import type { DevnetControl } from './devnet-control.js';
import { targetBitsAfter } from './rules.js';

/** Most blocks of one request: each is searched for, and the answer waits. */
const MAX_BLOCKS = 1_000;

/** What searches for blocks. @param signal - aborted when nobody waits for the answer any more */
export type Search = (control: DevnetControl, body: Body, signal: AbortSignal) => Promise<unknown>;

/** By their names. */
export const SEARCHES: Readonly<Record<string, Search>> = {
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
  async conflict(control, body, signal) {
    const { winner, loser, settling } = await control.conflict(idOf(body), transactionOf(body), {
      signal,
      uncles: false,
      settle: flagOf(body, 'settle', true),
      overtake: flagOf(body, 'overtake', false),
      waitingWins: flagOf(body, 'waitingWins', false),
    });
    const shown = (block: Block | undefined) => block && summaryOf(block, control);
    return { winner: shown(winner), loser: shown(loser), settling: shown(settling) };
  },
};

/** What is done at once, by its name. */
export const ACTIONS: Readonly<Record<string, (control: DevnetControl, body: Body) => unknown>> = {
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
  'drop-transfer'(control, body) {
    return { dropped: control.dropTransfer(idOf(body), flagOf(body, 'copyStays', false)) };
  },
  face(control, body) {
    control.setFace(wholeOf(body, 'face', 1, Number.MAX_SAFE_INTEGER), faceViewOf(body));
    return {};
  },
  'disturb-rest'(control, body) {
    const requests = body.requests === undefined ? 1 : wholeOf(body, 'requests', 1, Number.MAX_SAFE_INTEGER);
    const face = body.face === undefined ? 0 : wholeOf(body, 'face', 0, Number.MAX_SAFE_INTEGER);
    control.disturbRest(disturbanceOf(body), requests, face);
    return {};
  },
};

/** The answer to GET /state. */
export function stateOf(control: DevnetControl) {
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
