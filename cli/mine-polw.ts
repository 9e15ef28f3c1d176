/**
 * `lesswork mine --polw`: mines on nodes whose blocks burn coins of the miner's own.
 * @module
 */
import type { DeviceOptions, FullNodeOptions } from '../miner/app.js';
import { isAuthorized } from '../polw/authorizations/authorization.js';
import { loadAuthorizations } from '../polw/authorizations/load-authorizations.js';
import { openFundedNodes } from '../polw/open-funded-nodes.js';
import { CHAINS } from '../protocol/chain.js';
import { loweredEmission } from '../protocol/emission.js';
import type { OutputOptions } from './options.js';
import { defaultFundFolder, openOwnFund } from './own-fund.js';
import { runMiner } from './run-miner.js';

/** What `--polw` and its company say. */
export interface MinePolwOptions {
  /** Path of the authorizations. */
  readonly polw: string;
  /** Folder in which the fund is kept; undefined for one in the user's data folder. */
  readonly polwData: string | undefined;
  /** Where a fund that begins anew begins to read, ms since the epoch; undefined for a day ago. */
  readonly polwSince: number | undefined;
  /** By how many bits the network's threshold is lowered. */
  readonly polwShift: number;
}

const DAY_MS = 86_400_000;

/**
 * Mines until it is asked to end.
 * @throws AuthorizationsError if the file can't be used
 * @throws FundStoreError if the folder can't be
 * @throws FundError if the folder holds the fund of other addresses
 * @throws Error if no device can mine
 */
export async function minePolw(
  { endpoints, apiKey }: FullNodeOptions,
  devices: DeviceOptions,
  options: MinePolwOptions,
  output: OutputOptions,
): Promise<void> {
  const authorizations = await loadAuthorizations(options.polw);
  const fund = await openOwnFund(
    options.polwData ?? defaultFundFolder(authorizations.networkId, '--polw-data'),
  );
  const { store } = fund;
  const opened = await openFundedNodes({
    authorizations,
    emission: loweredEmission(options.polwShift),
    sinceMs: options.polwSince ?? Date.now() - DAY_MS,
    nodes: { nodes: endpoints.map((endpoint) => ({ endpoint, apiKey })), link: { apiKey } },
    store,
  });
  const faults = authorizations.chains.filter((chain) => !isAuthorized(chain)).length;
  const notices = [
    ...(store.damage === undefined ? [] : [store.damage]),
    ...(faults === 0 ? [] : [`${options.polw}: ${faults} of ${CHAINS} chains have no good authorization`]),
  ];
  try {
    await runMiner({ nodes: opened.nodes, ...devices }, output, { withParent: false }, { notices });
  } finally {
    await opened.close();
    await fund.close();
  }
}
