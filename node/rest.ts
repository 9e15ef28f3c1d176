/**
 * The few questions that we ask of a full node's REST API.
 * @module
 */
import { type ChainIndex, fromGroupOf, GROUPS, toGroupOf } from '../protocol/chain.js';
import { systemErrorText } from '../protocol/system-error-text.js';
import { endpointName, type NodeEndpoint } from './endpoint.js';
import type { NodeIdentity } from './identity.js';

/** Longest answer that is read, bytes: the expected answers take some 300. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Longest miner address that is accepted, characters: addresses of one key have some 45, those of many keys hundreds. */
const MAX_MINER_ADDRESS_CHARACTERS = 1_024;

/** A node's readiness to hand out jobs, as it says itself. */
export interface NodeReadiness {
  readonly synced: boolean;
  /** Whether the four reward addresses are set. */
  readonly hasMinerAddresses: boolean;
  readonly version: string | undefined;
}

export interface RestOptions {
  /** Sent as `X-API-KEY` where the node has one. */
  readonly apiKey?: string | undefined;
  readonly timeoutMs: number;
  /** Longest answer that is read; 1 MiB if left out. */
  readonly maxBytes?: number;
  /** Whether what is no JSON counts as an answer without fields: some answers have no body. */
  readonly mayBeEmpty?: boolean;
}

/** The node could not be reached, or its answer is not one of a full node. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly code = 'ERR_NODE_REST';
}

/** Whether a node is synced and knows where its rewards go. @throws RestError if it can't be asked */
export async function fetchReadiness(endpoint: NodeEndpoint, options: RestOptions): Promise<NodeReadiness> {
  const [clique, addresses, version] = await Promise.all([
    askRest(endpoint, '/infos/self-clique', options),
    askRest(endpoint, '/miners/addresses', options),
    askRest(endpoint, '/infos/version', options).catch(() => undefined),
  ]);
  const named = version?.body.version;
  return {
    synced: syncedOf(endpoint, clique),
    hasMinerAddresses: hasAddresses(addresses),
    version: typeof named === 'string' ? named : undefined,
  };
}

/** Whether a node is synced, as it says itself. @throws RestError if it can't be asked */
export async function fetchSynced(endpoint: NodeEndpoint, options: RestOptions): Promise<boolean> {
  return syncedOf(endpoint, await askRest(endpoint, '/infos/self-clique', options));
}

function syncedOf(endpoint: NodeEndpoint, { status, body }: RestAnswer): boolean {
  if (status === 200 && typeof body.synced === 'boolean') return body.synced;
  throw new RestError(`${restName(endpoint)}/infos/self-clique: expected 200 with "synced", got ${status}`);
}

/** Whether a node's REST API listens on the port that was given for its miner API. Never rejects. */
export async function isRestPort({ host, port }: NodeEndpoint, timeoutMs: number): Promise<boolean> {
  try {
    // The key is not sent: the port may be anybody's.
    const { status, body } = await askRest({ host, port, restPort: port }, '/infos/self-clique', {
      timeoutMs,
    });
    // Without its key a REST API answers only that the key is missing.
    return status === 401 || (status === 200 && typeof body.synced === 'boolean');
  } catch {
    return false;
  }
}

/** A node without addresses answers 500 and says so; any other status tells nothing about them. */
function hasAddresses({ status, body }: RestAnswer): boolean {
  if (status === 200) return true;
  if (status === 500 && String(body.detail).includes('not set up')) return false;
  throw new RestError(
    `/miners/addresses: expected 200, or 500 "Miner addresses are not set up", got ${status}`,
  );
}

/** Network and reward addresses of a node. @throws RestError if it can't be asked, or has no addresses */
export async function fetchIdentity(endpoint: NodeEndpoint, options: RestOptions): Promise<NodeIdentity> {
  const [networkId, miners] = await Promise.all([
    fetchNetworkId(endpoint, options),
    askRest(endpoint, '/miners/addresses', options),
  ]);
  const { addresses } = miners.body;
  if (miners.status !== 200 || !areMinerAddresses(addresses))
    throw new RestError(`/miners/addresses: expected 200 with ${GROUPS} addresses, got ${describe(miners)}`);
  return { networkId, minerAddresses: addresses };
}

/** Network of a node: 0 mainnet, 1 testnet, up to 255. @throws RestError if it can't be asked, or says none */
export async function fetchNetworkId(endpoint: NodeEndpoint, options: RestOptions): Promise<number> {
  const params = await askRest(endpoint, '/infos/chain-params', options);
  const { networkId } = params.body;
  if (params.status !== 200 || !isNetworkId(networkId))
    throw new RestError(`/infos/chain-params: expected 200 with "networkId", got ${describe(params)}`);
  return networkId;
}

function isNetworkId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

function areMinerAddresses(value: unknown): value is string[] {
  return Array.isArray(value) && value.length === GROUPS && value.every(isAddressText);
}

/** Addresses are shown and stored as they are, so only visible characters are accepted. */
function isAddressText(value: unknown): boolean {
  return (
    typeof value === 'string' && value.length <= MAX_MINER_ADDRESS_CHARACTERS && /^[\x21-\x7e]+$/.test(value)
  );
}

/**
 * Whether a node has a block, in its main chain or beside it.
 * @param hash - 64 hex digits
 * @throws RestError if the node can't be asked, or says neither
 */
export async function fetchHasBlock(
  endpoint: NodeEndpoint,
  hash: string,
  options: RestOptions,
): Promise<boolean> {
  return (await fetchIsMain(endpoint, hash, options)) !== undefined;
}

/**
 * Whether a block is on a node's main chain.
 * @param hash - 64 hex digits
 * @returns undefined if the node does not have it
 * @throws RestError if the node can't be asked, or says neither
 */
export async function fetchIsMain(
  endpoint: NodeEndpoint,
  hash: string,
  options: RestOptions,
): Promise<boolean | undefined> {
  const answer = await askRest(endpoint, `/blockflow/is-block-in-main-chain?blockHash=${hash}`, options);
  if (answer.status === 200 && typeof answer.value === 'boolean') return answer.value;
  // A node answers 500 today and might answer 404 some day.
  if (answer.status >= 400 && String(answer.body.detail).includes('does not exist')) return undefined;
  throw new RestError(
    `/blockflow/is-block-in-main-chain: expected 200, or "does not exist", got ${describe(answer)}`,
  );
}

/** Height of a chain's last block, as the node has it. @throws RestError if the node can't be asked, or names no height */
export async function fetchChainHeight(
  endpoint: NodeEndpoint,
  chain: ChainIndex,
  options: RestOptions,
): Promise<number> {
  const query = `fromGroup=${fromGroupOf(chain)}&toGroup=${toGroupOf(chain)}`;
  const answer = await askRest(endpoint, `/blockflow/chain-info?${query}`, options);
  const { currentHeight } = answer.body;
  if (answer.status === 200 && typeof currentHeight === 'number' && Number.isSafeInteger(currentHeight))
    return currentHeight;
  throw new RestError(`/blockflow/chain-info: expected 200 with "currentHeight", got ${describe(answer)}`);
}

/** What a node answered, whatever it was. */
export interface RestAnswer {
  readonly status: number;
  /** Any JSON. */
  readonly value: unknown;
  /** The fields of a JSON value; none if it is no object. */
  readonly body: Record<string, unknown>;
}

/** An answer for people: its status, and the node's words. */
export function describe({ status, body }: RestAnswer): string {
  return typeof body.detail === 'string'
    ? `${status} ${JSON.stringify(body.detail.slice(0, 200))}`
    : `${status}`;
}

/**
 * Asks a node.
 * @param posted - is sent along as JSON; left out, it is a GET
 * @throws RestError if there is no answer, or none in JSON
 */
export async function askRest(
  endpoint: NodeEndpoint,
  path: string,
  options: RestOptions,
  posted?: object,
): Promise<RestAnswer> {
  const url = `${restName(endpoint)}${path}`;
  try {
    const response = await fetch(url, {
      headers: {
        ...(options.apiKey === undefined ? {} : { 'X-API-KEY': options.apiKey }),
        ...(posted === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(posted === undefined ? {} : { method: 'POST', body: JSON.stringify(posted) }),
      // Following a redirect would hand the API key to another server.
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const text = await readText(response, options.maxBytes ?? MAX_ANSWER_BYTES);
    const value = options.mayBeEmpty === true ? jsonOrNothing(text) : (JSON.parse(text) as unknown);
    return {
      status: response.status,
      value,
      body: typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {},
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new RestError(`${url}: ${systemErrorText(cause)}`);
  }
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the text of an answer. @throws RangeError if it is longer; the rest is not read then */
async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new RangeError(`expected at most ${maxBytes} bytes, got more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Base address of a node's REST API. */
export function restName(endpoint: NodeEndpoint): string {
  return `http://${endpointName({ ...endpoint, port: endpoint.restPort })}`;
}
