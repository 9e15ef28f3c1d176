/**
 * The node's facts about itself: `/infos/...` and `/miners/...`.
 * @module
 */
import { ALL_CHAINS } from '../protocol/chain.js';
import { hashrateOfTarget, targetOfBits } from '../protocol/target.js';
import type { Block } from './block.js';
import type { ChainState } from './chain-state.js';
import { parseChain, parseJsonBody, parseTimeInterval, queryValue, RestFault } from './rest-answer.js';
import { get, post, put, type Route } from './rest-route.js';

const VERSION = '4.6.0';

export const INFO_ROUTES: readonly Route[] = [
  get('/infos/self-clique', ({ cliqueId, host, minerApiPort, restPort, isSynced }) => ({
    cliqueId,
    nodes: [{ address: host, restPort: restPort(), wsPort: restPort(), minerApiPort }],
    selfReady: true,
    synced: isSynced(),
  })),
  get('/infos/version', () => ({ version: `v${VERSION}` })),
  get('/infos/node', () => ({
    buildInfo: { releaseVersion: VERSION, commit: '0'.repeat(40) },
    upnp: false,
    externalAddress: null,
  })),
  get('/infos/chain-params', ({ node }) => ({
    networkId: node.rules.networkId,
    numZerosAtLeastInHash: 256 - node.rules.easiestTarget.toString(2).length,
    groupNumPerBroker: 4,
    groups: 4,
  })),
  // It is alone on its network.
  get('/infos/inter-clique-peer-info', () => []),
  get('/infos/discovered-neighbors', () => []),
  get('/infos/misbehaviors', () => []),
  get('/infos/unreachable', () => []),
  get('/infos/current-hashrate', ({ node }) => hashrateOf(node.rules.blockTimeMs, tipsOf(node.state))),
  get('/infos/history-hashrate', ({ node }, { query }) => {
    const { fromMs, toMs } = parseTimeInterval(query, node.clock.now());
    const blocks = ALL_CHAINS.flatMap((chain) => node.state.mainBetween(chain, fromMs, toMs));
    return hashrateOf(node.rules.blockTimeMs, blocks);
  }),
  get('/infos/current-difficulty', ({ node }) => ({
    difficulty: meanOf(tipsOf(node.state), (target) => 2n ** 256n / target).toString(),
  })),
  get('/miners/addresses', ({ minerAddresses }) => {
    const addresses = minerAddresses();
    if (addresses.length === 0) throw RestFault.serverError('Miner addresses are not set up');
    return { addresses };
  }),
  put('/miners/addresses', ({ setMinerAddresses }, { body }) => {
    const { addresses } = parseJsonBody(body) as { addresses?: unknown };
    if (!Array.isArray(addresses) || !addresses.every((address) => typeof address === 'string'))
      throw RestFault.badRequest('Invalid value for: body (expected addresses, a list of texts)');
    try {
      setMinerAddresses(addresses);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw RestFault.badRequest(`Invalid value for: body (${error.message})`);
    }
  }),
  post('/miners/cpu-mining', ({ setCpuMining }, { query }) => {
    const action = queryValue(query, 'action');
    if (action !== 'start-mining' && action !== 'stop-mining')
      throw RestFault.badRequest('Invalid value for: query parameter action');
    setCpuMining(action === 'start-mining');
    return true;
  }),
  post('/miners/cpu-mining/mine-one-block', async ({ mineBlock }, { query, signal }) => {
    await mineBlock(parseChain(query), { signal });
    return true;
  }),
];

function tipsOf(state: ChainState): Block[] {
  return ALL_CHAINS.map((chain) => state.tip(chain));
}

/** Hashrate of all chains together that blocks of these targets stand for. */
function hashrateOf(blockTimeMs: number, blocks: readonly Block[]): { readonly hashrate: string } {
  const mean = meanOf(blocks, (target) => hashrateOfTarget(target, blockTimeMs));
  return { hashrate: `${mean / 1_000_000n} MH/s` };
}

function meanOf(blocks: readonly Block[], of: (target: bigint) => bigint): bigint {
  if (blocks.length === 0) return 0n;
  const values = blocks.map((block) => of(targetOfBits(block.header.targetBits)));
  return values.reduce((sum, value) => sum + value, 0n) / BigInt(values.length);
}
