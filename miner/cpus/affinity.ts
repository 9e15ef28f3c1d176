/**
 * Which CPU each thread of the CPU device is bound to: the i-th of a list for the i-th thread.
 * @module
 */
import { cpuListText } from './cpu-list.js';
import type { UsableCpus } from './usable-cpus.js';

/** Threads can't be bound as it was asked for. */
export class AffinityError extends Error {
  override readonly name = 'AffinityError';
  readonly code = 'ERR_AFFINITY';
}

/**
 * Looks whether threads can be bound to some CPUs here.
 * @param usable - the CPUs of this machine, and which this process may use
 * @param pinningFault - why threads can't be bound at all; undefined where they can
 * @throws AffinityError with the reason
 */
export function checkAffinity(
  cpus: readonly number[],
  usable: Pick<UsableCpus, 'online' | 'allowed'>,
  pinningFault: () => string | undefined,
): void {
  const { online, allowed } = usable;
  const may = (cpu: number): boolean => allowed?.includes(cpu) ?? cpu < online;
  const stranger = cpus.find((cpu) => !may(cpu));
  if (stranger !== undefined) {
    const those = allowed === undefined ? `0-${online - 1}` : cpuListText(allowed);
    throw new AffinityError(
      `"affinity" expected CPUs that are there and that this process may use: ${those}; got ${stranger}`,
    );
  }
  const fault = pinningFault();
  if (fault !== undefined) throw new AffinityError(`"affinity" can't be kept: ${fault}`);
}
