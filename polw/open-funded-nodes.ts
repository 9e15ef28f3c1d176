/**
 * Nodes, fund and store put together: a set of nodes whose jobs are funded, for whoever mines on it.
 * @module
 */
import type { NodeEndpoint } from '../node/endpoint.js';
import type { ExpectedIdentity } from '../node/identity.js';
import { NodeSet } from '../node/node-set.js';
import type { NodeSetOptions, Nodes } from '../node/node-set-port.js';
import { hintOfLockupScript } from '../protocol/address.js';
import type { EmissionParams } from '../protocol/emission.js';
import { MAX_WHOLE_FRAME_BYTES } from '../protocol/frames.js';
import { Late } from '../protocol/late.js';
import { type Authorizations, isAuthorized } from './authorizations/authorization.js';
import type { FundStore } from './fund/fund-store.js';
import { FundKeeper, type FundKeeperOptions } from './fund-keeper.js';
import { FundedNodes } from './funded-nodes.js';
import { type BlockSource, restBlockSource } from './reader/block-source.js';

export interface OpenFundedNodesOptions {
  /** Verified. */
  readonly authorizations: Authorizations;
  readonly emission: EmissionParams;
  /** Where a fund that begins anew begins to read, ms since the epoch; 0 for the first blocks. */
  readonly sinceMs: number;
  readonly nodes: NodeSetOptions;
  /** Closed by whoever opened it. */
  readonly store: FundStore;
}

/** A set of nodes whose jobs are funded, and what funds them. */
export interface OpenFundedNodes {
  /** Not open yet. What it is told of the fund is under the name `polw`. */
  readonly nodes: Nodes;
  readonly funded: FundedNodes;
  readonly keeper: FundKeeper;
  /** Closes the nodes, and keeps what has become final. */
  close(): Promise<void>;
}

/** An answer with blocks of half an hour takes its time. */
const BLOCKS_TIMEOUT_MS = 30_000;

/** Time between two looks at the templates of chains that nobody asks coins for, ms. */
const FOLLOW_EVERY_MS = 2_000;

/**
 * Puts them together.
 * @throws FundStoreError if the store can't be read
 * @throws FundError if it holds the fund of other addresses
 */
export async function openFundedNodes(options: OpenFundedNodesOptions): Promise<OpenFundedNodes> {
  const { authorizations, emission, sinceMs, store } = options;
  // Whatever else is expected, coins are those of one network.
  const expectedOf = (expected: ExpectedIdentity): ExpectedIdentity => ({
    ...expected,
    networkId: authorizations.networkId,
  });
  const nodeSet = new NodeSet({
    ...options.nodes,
    link: { ...options.nodes.link, maxFrameBytes: MAX_WHOLE_FRAME_BYTES },
    identity: { ...options.nodes.identity, expected: expectedOf(options.nodes.identity?.expected ?? {}) },
  });
  const late = new Late<FundedNodes>('the funded nodes');
  const keeper = await FundKeeper.open(
    { ...placesOf(authorizations), sinceMs },
    {
      store,
      source: sourceOf(nodeSet),
      clock: Date.now,
      onChange: () => late.value.refresh(),
      onNotice: ({ level, message }) => late.value.tell(level, message),
    },
  );
  const funded = late.set(
    new FundedNodes({
      nodes: nodeSet,
      funds: keeper,
      authorizations,
      emission,
      uncleHeight: (hash) => keeper.uncleHeight(hash),
      onFind: (find) => keeper.found(find),
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const close = (): void => {
    clearInterval(timer);
    funded.close();
  };
  return {
    nodes: {
      get nodes() {
        return funded.nodes;
      },
      open: (events) => {
        funded.open(events);
        keeper.start();
        timer = setInterval(() => keeper.follow(funded.deps), FOLLOW_EVERY_MS);
      },
      submit: (session, header, txsBlob) => funded.submit(session, header, txsBlob),
      expect: (expected) => funded.expect(expectedOf(expected)),
      close,
    },
    funded,
    keeper,
    close: async () => {
      close();
      await keeper.close();
    },
  };
}

/** Where coins are looked for. */
export function placesOf({
  networkId,
  chains,
}: Authorizations): Pick<FundKeeperOptions, 'addresses' | 'terms'> {
  const burns = chains.map((chain) => (isAuthorized(chain) ? chain.burn : undefined));
  const hints = new Map<string, number>();
  for (const burn of burns)
    if (burn !== undefined) hints.set(burn.text, hintOfLockupScript(burn.lockupScript));
  return { addresses: burns.map((burn) => burn?.text), terms: { networkId, hints } };
}

/** Reads from the node that leads, or else from the first. */
function sourceOf(nodes: Nodes): BlockSource {
  const sources = new Map<string, BlockSource>();
  const current = (): BlockSource => {
    const { nodes: all } = nodes;
    const node = all.find(({ state }) => state === 'leading') ?? all[0]!;
    let source = sources.get(node.name);
    if (source === undefined) {
      const endpoint: NodeEndpoint = node.endpoint;
      source = restBlockSource(endpoint, { apiKey: node.apiKey, timeoutMs: BLOCKS_TIMEOUT_MS });
      sources.set(node.name, source);
    }
    return source;
  };
  return {
    blocks: (fromMs, toMs) => current().blocks(fromMs, toMs),
    block: (hash) => current().block(hash),
    hashes: (chain, height) => current().hashes(chain, height),
    height: (chain) => current().height(chain),
  };
}
