/**
 * The API of a miner, listening.
 * @module
 */
import { listenHttp } from '../../http/http-listener.js';
import { AddressRanges } from '../../protocol/ip-address.js';
import { systemErrorText } from '../../protocol/system-error-text.js';
import type { MinerControl } from '../control.js';
import { createApiApp } from './api-app.js';
import { apiOptionsFault, apiPlaceText, type MinerApiOptions } from './api-options.js';
import { readRig } from './rig.js';

/** Connections of one remote address: a browser opens six. */
const CONNECTIONS_PER_ADDRESS = 32;

/** The API can't begin: why, in words. */
export class ApiStartError extends Error {
  override readonly name = 'ApiStartError';
}

export interface MinerApi {
  readonly port: number;
  /** Where people find the page. */
  readonly url: string;
  /** Answers for this miner from now on. */
  serve(control: MinerControl): void;
  close(): Promise<void>;
}

export interface MinerApiModules {
  /** Of lesswork. */
  readonly version: string;
  readonly onFault?: (error: Error) => void;
}

/** Listens; what is asked before there is a miner is told to come again. @throws ApiStartError if it can't listen, or others could reach it without a token */
export async function startMinerApi(options: MinerApiOptions, modules: MinerApiModules): Promise<MinerApi> {
  const fault = apiOptionsFault(options);
  if (fault !== undefined) throw new ApiStartError(fault);
  const { host, port } = options;
  let control: MinerControl | undefined;
  const rig = readRig(modules.version, port);
  const app = createApiApp(options, { ...modules, rig, control: () => control });
  try {
    const listener = await listenHttp(app.fetch, host, port, {
      connectionsPerAddress: CONNECTIONS_PER_ADDRESS,
      unlimited: new AddressRanges([]),
    });
    return {
      port: listener.port,
      url: `http://${apiPlaceText({ host, port: listener.port })}/`,
      serve: (served) => {
        control = served;
      },
      close: () => listener.close(),
    };
  } catch (error) {
    throw new ApiStartError(`${apiPlaceText(options)}: ${systemErrorText(error)}`, { cause: error });
  }
}
