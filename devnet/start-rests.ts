/**
 * The REST APIs of a devnet: the node's own, and further ones of nodes that hear of the same blocks.
 * @module
 */
import type { DevnetControl } from './devnet-control.js';
import { Face } from './face.js';
import type { KeptChains } from './kept-chains.js';
import { NodeWallets } from './node-wallets.js';
import type { DevnetSettings } from './options.js';
import { createRestServer } from './rest.js';
import { RestDisturbances } from './rest-disturbances.js';
import type { RestNode } from './rest-route.js';
import type { Simulation } from './simulation.js';

/** Closes a part. */
export type Closer = () => Promise<void> | void;

export interface RestsModules {
  readonly simulation: Simulation;
  readonly chains: KeptChains;
  /** Hex, one for each. */
  readonly cliqueIds: readonly string[];
  readonly minerApiPort: number;
  /** Gets what closes them. */
  readonly closers: Closer[];
}

/** The APIs, listening. */
export interface Rests {
  readonly restPort: number;
  readonly facePorts: readonly number[];
  readonly rest: Pick<DevnetControl, 'setFace' | 'disturbRest'>;
}

/** Starts them. @throws Error with code EADDRINUSE and the like if one cannot listen */
export async function startRests(settings: DevnetSettings, modules: RestsModules): Promise<Rests> {
  const { simulation, chains, closers } = modules;
  const own = new RestDisturbances();
  const start = (number: number, node: RestNode, isSynced: () => boolean, faults: RestDisturbances) =>
    startRest(settings, modules, { number, node, isSynced, faults });
  const restPort = await start(0, simulation.node, () => simulation.isSynced(), own);
  const faces: { readonly face: Face; readonly faults: RestDisturbances; readonly port: number }[] = [];
  for (const number of settings.facePorts.keys()) {
    const face = new Face(settings, simulation.node, chains.save());
    closers.push(() => face.close());
    const faults = new RestDisturbances();
    const isSynced = (): boolean => face.view.synced ?? simulation.isSynced();
    faces.push({ face, faults, port: await start(number + 1, face.node, isSynced, faults) });
  }
  const faceOf = (number: number) => {
    const found = faces[number - 1];
    if (found) return found;
    throw new RangeError(
      `"face" expected ${faces.length === 0 ? 'a devnet with "facePorts"' : `1 to ${faces.length}`}, got ${number}`,
    );
  };
  return {
    restPort,
    facePorts: faces.map(({ port }) => port),
    rest: {
      setFace: (number, view) => faceOf(number).face.set(view),
      disturbRest(fault, requests, number = 0) {
        const faults = number === 0 ? own : faceOf(number).faults;
        if (fault) faults.add(fault, requests);
        else faults.clear();
      },
    },
  };
}

interface RestParts {
  /** 0 for the node's own. */
  readonly number: number;
  readonly node: RestNode;
  readonly isSynced: () => boolean;
  readonly faults: RestDisturbances;
}

/** @returns its port */
async function startRest(
  { host, restPort: ownPort, facePorts, apiKey, wallets }: DevnetSettings,
  { simulation, cliqueIds, minerApiPort, closers }: RestsModules,
  { number, node, isSynced, faults }: RestParts,
): Promise<number> {
  const { control, cpuMining } = simulation;
  const rest = createRestServer(
    {
      node,
      wallets: new NodeWallets(number === 0 ? wallets : [], node.clock),
      host,
      minerApiPort,
      cliqueId: cliqueIds[number]!,
      restPort: () => restPort,
      isSynced,
      minerAddresses: () => simulation.minerAddresses(),
      setMinerAddresses: control.setMinerAddresses,
      mineBlock: control.mineBlock,
      setCpuMining: (mining) => cpuMining.set(mining),
    },
    apiKey,
    faults,
  );
  closers.push(() => rest.close());
  const restPort = await rest.start(number === 0 ? ownPort : facePorts[number - 1]!, host);
  return restPort;
}
