/**
 * `lesswork polw verify`: what a server would make of a file of authorizations.
 * @module
 */
import {
  type Authorization,
  isAuthorized,
  type UnauthorizedChain,
} from '../polw/authorizations/authorization.js';
import { loadAuthorizations } from '../polw/authorizations/load-authorizations.js';
import { chainName, fromGroupOf, toGroupOf } from '../protocol/chain.js';

export interface PolwVerifyOptions {
  /** Network that the file must be of; undefined for any. */
  readonly network?: number | undefined;
  /** One JSON object instead of lines. */
  readonly json: boolean;
}

/** Looks, tells, and sets the exit code. @throws AuthorizationsError if the file can't be used at all */
export async function runPolwVerify(path: string, { network, json }: PolwVerifyOptions): Promise<void> {
  const { networkId, chains } = await loadAuthorizations(path, network);
  const faults = chains.filter((chain) => !isAuthorized(chain)).length;
  if (json) process.stdout.write(`${JSON.stringify(resultOf(networkId, chains, faults))}\n`);
  else {
    for (const chain of chains) process.stdout.write(describe(chain));
    const good = chains.length - faults;
    process.stdout.write(`network id ${networkId}: ${good} of ${chains.length} chains are authorized\n`);
  }
  if (faults > 0) process.exitCode = 1;
}

function resultOf(networkId: number, chains: readonly (Authorization | UnauthorizedChain)[], faults: number) {
  return {
    type: 'polw-verify',
    outcome: faults === 0 ? 'ok' : 'failed',
    networkId,
    chains: chains.map((chain) => ({
      from: fromGroupOf(chain.chain),
      to: toGroupOf(chain.chain),
      ...(isAuthorized(chain)
        ? { burnAddress: chain.burn.text, rewardAddress: chain.reward.text }
        : { fault: chain.fault }),
    })),
  };
}

function describe(chain: Authorization | UnauthorizedChain): string {
  const name = chainName(chain.chain);
  if (!isAuthorized(chain)) return `FAILED  ${name}  ${chain.fault}\n`;
  return `ok      ${name}  burns from ${chain.burn.text}, pays ${chain.reward.text}\n`;
}
