/**
 * Nodes, fund and store put together: a set of nodes whose jobs are funded, for whoever mines on it.
 * @module
 */
import type { NodeEndpoint } from '../node/endpoint.js';
import type { ExpectedIdentity } from '../node/identity.js';
import { NodeSet } from '../node/node-set.js';
import type { NodeSetOptions, NodeStatus, Nodes } from '../node/node-set-port.js';
import { fetchOutputs } from '../node/rest-outputs.js';
import { hintOfLockupScript } from '../protocol/address.js';
import { coinbaseLockMs } from '../protocol/coinbase.js';
import type { EmissionParams } from '../protocol/emission.js';
import { MAX_WHOLE_FRAME_BYTES } from '../protocol/frames.js';
import { Late } from '../protocol/late.js';
import { type Authorizations, isAuthorized } from './authorizations/authorization.js';
import type { BlockRecord } from './block-record.js';
import { CoinsAlarm } from './coins-alarm.js';
import { type ChainForecast, fundForecast } from './fund/forecast.js';
import type { FundStore } from './fund/fund-store.js';
import { FundKeeper, type FundKeeperOptions } from './fund-keeper.js';
import { FundedNodes } from './funded-nodes.js';
import { OutputsCheck } from './outputs-check.js';
import type { BlockSource } from './reader/block-source.js';
import { BlockThread } from './reader/thread-block-source.js';
import { RecordedNodes } from './recorded-nodes.js';

export interface OpenFundedNodesOptions {
  /** Verified. */
  readonly authorizations: Authorizations;
  readonly emission: EmissionParams;
  /** Where a fund that begins anew begins to read, ms since the epoch; 0 for the first blocks. */
  readonly sinceMs: number;
  /** Blocks that must follow on one before the fund has it as final; `FINAL_DEPTH` by default. */
  readonly depth?: number;
  readonly nodes: NodeSetOptions;
  /** Closed by whoever opened it. */
  readonly store: FundStore;
  /** Where found blocks are kept before they are sent; undefined where whoever mines sees to that. */
  readonly record?: BlockRecord;
}

/** A set of nodes whose jobs are funded, and what funds them. */
export interface OpenFundedNodes {
  /** Not open yet. What it is told of the fund is under the name `polw`. */
  readonly nodes: Nodes;
  readonly funded: FundedNodes;
  readonly keeper: FundKeeper;
  /** How long each chain's coins last, by chain index, as of the last seconds. */
  forecast(): readonly ChainForecast[];
  /** What came of comparing the fund with what nodes list at its addresses. */
  readonly outputsCheck: Pick<OutputsCheck, 'counts'>;
  /** Closes the nodes, and keeps what has become final. */
  close(): Promise<void>;
}

/** An answer with blocks of half an hour takes its time. */
const BLOCKS_TIMEOUT_MS = 30_000;

/** Time between two looks at how long coins last, ms. */
const FORECAST_EVERY_MS = 5_000;

/** Time between two looks at the templates of chains that nobody asks coins for, ms. */
const FOLLOW_EVERY_MS = 2_000;

/**
 * Puts them together.
 * @throws FundStoreError if the store can't be read
 * @throws FundError if it holds the fund of other addresses
 */
export async function openFundedNodes(options: OpenFundedNodesOptions): Promise<OpenFundedNodes> {
  const { authorizations, emission, sinceMs, depth, store, record } = options;
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
  const blocks = new BlockThread(() => keeper.hints);
  const keeper: FundKeeper = await FundKeeper.open(
    { ...placesOf(authorizations), sinceMs, ...(depth !== undefined && { depth }) },
    {
      store,
      source: sourceOf(nodeSet, blocks),
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
      onFind: (find, block) => keeper.found(find, block),
      onParents: (parents) => keeper.buildsOn(parents),
    }),
  );
  const sending: Nodes =
    record === undefined
      ? funded
      : new RecordedNodes({
          nodes: funded,
          record,
          findOf: (header) => funded.findOf(header),
          note: (find) => keeper.note(find),
        });
  // The block may be out, and its find not on record.
  for (const { find } of record?.earlier ?? []) if (find !== undefined) keeper.found(find);
  const outputsCheck = new OutputsCheck({
    fund: keeper.fund,
    outputsOf: (address) => {
      const { endpoint, apiKey } = readNodeOf(nodeSet);
      return fetchOutputs(endpoint, address, { apiKey, timeoutMs: BLOCKS_TIMEOUT_MS });
    },
    onNotice: ({ level, message }) => funded.tell(level, message),
  });
  const lockMs = Number(coinbaseLockMs(authorizations.networkId));
  const alarm = new CoinsAlarm({
    addresses: keeper.fund.addresses,
    lockMs,
    onNotice: ({ level, message }) => funded.tell(level, message),
  });
  const look = (): readonly ChainForecast[] => fundForecast(keeper.fund, Date.now(), lockMs);
  let forecast = look();
  const timers: NodeJS.Timeout[] = [];
  const close = (): void => {
    for (const timer of timers) clearInterval(timer);
    sending.close();
  };
  return {
    nodes: {
      get nodes() {
        return sending.nodes;
      },
      open: (events) => {
        sending.open(events);
        keeper.start();
        timers.push(
          setInterval(() => keeper.follow(funded.deps), FOLLOW_EVERY_MS),
          setInterval(() => {
            forecast = look();
            if (!keeper.caughtUp) return;
            alarm.look(forecast);
            outputsCheck.tick(performance.now());
          }, FORECAST_EVERY_MS),
        );
      },
      submit: (session, header, txsBlob) => sending.submit(session, header, txsBlob),
      expect: (expected) => sending.expect(expectedOf(expected)),
      close,
    },
    funded,
    keeper,
    forecast: () => forecast,
    outputsCheck,
    close: async () => {
      close();
      await keeper.close();
      blocks.close();
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

/** The node that leads, or else the first. */
function readNodeOf({ nodes }: Nodes): NodeStatus {
  return nodes.find(({ state }) => state === 'leading') ?? nodes[0]!;
}

/** Reads from that node. */
function sourceOf(nodes: Nodes, blocks: BlockThread): BlockSource {
  const sources = new Map<string, Required<BlockSource>>();
  const current = (): Required<BlockSource> => {
    const node = readNodeOf(nodes);
    let source = sources.get(node.name);
    if (source === undefined) {
      const endpoint: NodeEndpoint = node.endpoint;
      source = blocks.sourceOf(endpoint, { apiKey: node.apiKey, timeoutMs: BLOCKS_TIMEOUT_MS });
      sources.set(node.name, source);
    }
    return source;
  };
  return {
    blocks: (fromMs, toMs) => current().blocks(fromMs, toMs),
    block: (hash) => current().block(hash),
    blockWithHashes: (hash) => current().blockWithHashes(hash),
    hashes: (chain, height) => current().hashes(chain, height),
    height: (chain) => current().height(chain),
  };
}
