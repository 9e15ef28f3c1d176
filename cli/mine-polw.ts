/**
 * `lesswork mine --polw`: mines on nodes whose blocks burn coins of the miner's own.
 * @module
 */
import { join } from 'node:path';
import type { DeviceOptions, FullNodeOptions } from '../miner/app.js';
import type { MinerSettings } from '../miner/config/miner-config.js';
import { isAuthorized } from '../polw/authorizations/authorization.js';
import { loadAuthorizations } from '../polw/authorizations/load-authorizations.js';
import { openFundedNodes } from '../polw/open-funded-nodes.js';
import { FileBlockRecord } from '../polw/store/file-block-record.js';
import { CHAINS } from '../protocol/chain.js';
import { loweredEmission } from '../protocol/emission.js';
import type { OutputOptions } from './options.js';
import { defaultFundFolder, openOwnFund } from './own-fund.js';
import { type RunModules, runMiner } from './run-miner.js';

const DAY_MS = 86_400_000;

/** Folder, within that of the fund, of found blocks whose fate is not known. */
const BLOCKS = 'blocks';

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
  { authorizations: path, dataFolder, since, shift }: NonNullable<MinerSettings['polw']>,
  output: OutputOptions,
  modules: RunModules,
): Promise<void> {
  const authorizations = await loadAuthorizations(path);
  const folder = dataFolder ?? defaultFundFolder(authorizations.networkId, '--polw-data');
  const fund = await openOwnFund(folder);
  const { store } = fund;
  const record = await FileBlockRecord.open(join(folder, BLOCKS));
  const opened = await openFundedNodes({
    authorizations,
    emission: loweredEmission(shift),
    sinceMs: since ?? Date.now() - DAY_MS,
    nodes: { nodes: endpoints.map((endpoint) => ({ endpoint, apiKey })), link: { apiKey } },
    store,
    record,
  });
  const faults = authorizations.chains.filter((chain) => !isAuthorized(chain)).length;
  const notices = [
    ...(store.damage === undefined ? [] : [store.damage]),
    ...record.damage,
    ...(faults === 0 ? [] : [`${path}: ${faults} of ${CHAINS} chains have no good authorization`]),
  ];
  try {
    await runMiner(
      { nodes: opened.nodes, ...devices },
      output,
      { withParent: false },
      { ...modules, notices },
    );
  } finally {
    await opened.close();
    await record.close();
    await fund.close();
  }
}
