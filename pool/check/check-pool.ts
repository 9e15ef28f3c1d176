/**
 * Checks everything that a pool would meet at its start, without serving. Nothing is made or written, and a pool that runs
 * meanwhile goes on undisturbed.
 * @module
 */
import { systemErrorText } from '../../protocol/system-error-text.js';
import { networkRemedy } from '../config/network-remedy.js';
import type { PoolConfig } from '../config/pool-config.js';
import { readFileLimit } from '../stratum/file-limit.js';
import { checkCaFile, checkCertificate } from './check-certificates.js';
import { checkLogFile, judgeDataFolder, lookAtDataFolder } from './check-files.js';
import { askNodes, identityOf, judgeNodes, networkOf } from './check-nodes.js';
import { checkPayouts } from './check-payouts.js';
import { checkPolw } from './check-polw.js';
import { checkPorts } from './check-ports.js';
import { checkSettings } from './check-settings.js';
import { checkStore, type StoreChecked } from './check-store.js';
import { type Finding, failed, ok } from './finding.js';
import { holdPlaces } from './front-end-places.js';

/** How long a node may take for an answer, ms. */
const NODE_TIMEOUT_MS = 5_000;

export interface PoolCheckOptions {
  /** Number of processes that share the miners. */
  readonly workers: number;
  /** File of the log; undefined if there is none. */
  readonly logFile: string | undefined;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Makes all checks, in some 20 s at most. Never rejects for its findings. */
export async function checkPool(
  config: PoolConfig,
  { workers, logFile, now }: PoolCheckOptions,
): Promise<Finding[]> {
  const asked = askNodes(config.nodes, NODE_TIMEOUT_MS);
  const [{ running, findings: folder, store }, certificates] = await Promise.all([
    checkData(config, now),
    Promise.all(config.listeners.map((listener, i) => checkCertificate(listener, i, now()))),
  ]);
  const ports = await checkPorts(config, running);
  const facts = await asked;
  const networkId = store.nodes?.networkId ?? networkOf(facts);
  return [
    ...checkSettings(config, workers, readFileLimit()),
    ...folder,
    ...(logFile === undefined ? [] : [checkLogFile(logFile)]),
    ...ports,
    ...certificates.flat(),
    ...checkCaFile(config.store, now()),
    ...(config.polw === undefined ? [] : await checkPolw(config.polw.authorizations, networkId)),
    ...store.findings,
    ...(await checkPayouts(config, { ...identityOf(facts), ...store.nodes }, isRight(store), now)),
    ...judgeNodes(facts, store.nodes, networkRemedy(config)),
  ];
}

function isRight({ findings }: StoreChecked): boolean {
  return findings.every(({ outcome }) => outcome !== 'failed');
}

/** Data folder and store. The places of the folder are held while an embedded store is read, so that no pool opens it. */
async function checkData(
  config: PoolConfig,
  now: () => number,
): Promise<{
  readonly running: boolean;
  readonly findings: readonly Finding[];
  readonly store: StoreChecked;
}> {
  const { dataFolder, journal } = config;
  const findings = judgeDataFolder(dataFolder, lookAtDataFolder(dataFolder), journal.maxBytes);
  if (findings.some(({ outcome }) => outcome === 'failed'))
    return { running: false, findings, store: await storeAlone() };
  let places: ReturnType<typeof holdPlaces>;
  try {
    places = holdPlaces(dataFolder);
  } catch (error) {
    const met = `${dataFolder}: it can't be found out whether a pool is at work in it: ${systemErrorText(error)}`;
    const remedy = 'look as the user that runs the pool';
    return {
      running: false,
      findings: [...findings, failed('dataFolder', met, remedy)],
      store: await storeAlone(),
    };
  }
  const { running, release } = places;
  if (running) findings.push(ok('dataFolder', `${dataFolder}: a pool is at work in it`));
  try {
    if (config.store.type === 'redis') release();
    return { running, findings, store: await checkStore(config, running, now) };
  } finally {
    release();
  }

  /** An embedded store has the faults of its folder. */
  async function storeAlone(): Promise<StoreChecked> {
    return config.store.type === 'redis'
      ? checkStore(config, false, now)
      : { findings: [], nodes: undefined };
  }
}
