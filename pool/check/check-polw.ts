/**
 * The authorizations to burn under Proof of Less Work.
 * @module
 */
import type { Authorizations, UnauthorizedChain } from '../../polw/authorizations/authorization.js';
import { CHAINS, type ChainIndex, chainName } from '../../protocol/chain.js';
import { type Finding, failed, ok, warning } from './finding.js';

const SETTING = 'polw.authorizations';

/** Reads and judges them. @param networkId - of the pool, undefined where that is not known */
export async function checkPolw(path: string, networkId: number | undefined): Promise<Finding[]> {
  const { loadAuthorizations } = await import('../../polw/authorizations/load-authorizations.js');
  try {
    return judgeAuthorizations(path, await loadAuthorizations(path, networkId));
  } catch (error) {
    const remedy = 'give the file that lesswork polw authorize wrote for this network';
    return [failed(SETTING, (error as Error).message, remedy)];
  }
}

/** Chains with the same fault are one finding. */
export function judgeAuthorizations(path: string, { networkId, chains }: Authorizations): Finding[] {
  const faulty = chains.filter((one): one is UnauthorizedChain => 'fault' in one);
  const good = CHAINS - faulty.length;
  if (good === 0)
    return [failed(SETTING, `${path}: no chain may burn: ${faulty[0]!.fault}`, 'authorize them anew')];
  const byFault = new Map<string, ChainIndex[]>();
  for (const { chain, fault } of faulty) byFault.set(fault, [...(byFault.get(fault) ?? []), chain]);
  return [
    ok(SETTING, `${path}: network ${networkId}, ${good} of ${CHAINS} chains may burn`),
    ...[...byFault].map(([fault, of]) =>
      warning(
        SETTING,
        `${of.length === 1 ? 'chain' : 'chains'} ${of.map(chainName).join(', ')} will not be mined under Proof of Less Work: ${fault}`,
        'authorize them anew (lesswork polw authorize)',
      ),
    ),
  ];
}
