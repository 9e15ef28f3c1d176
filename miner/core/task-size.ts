/**
 * How many nonces a task has: as many as its device asks for, unless the target is so easy that there would be too many
 * finds.
 * @module
 */
import { CHAINS } from '../../protocol/chain.js';
import { targetOfBytes } from '../../protocol/target.js';

/**
 * Most finds that a task may be expected to bring. Devices have room for 64 in a dispatch or a slice: with 16 expected
 * chance does not bring more. One block pays for a template, and a pool wants some shares a minute.
 */
const MAX_EXPECTED_FINDS = 16;

/** Finds to be expected of a nonce: only hashes of the task's own chain count. @param target - 32 bytes */
export function findsPerNonce(target: Uint8Array): number {
  return (Number(targetOfBytes(target)) + 1) / 2 ** 256 / CHAINS;
}

/**
 * Nonces of a task.
 * @param deviceNonces - nonces that the device asks for, at least 1
 * @param target - 32 bytes
 * @returns 1 to `deviceNonces`
 */
export function taskNonces(deviceNonces: number, target: Uint8Array): number {
  return Math.max(1, Math.min(deviceNonces, Math.floor(MAX_EXPECTED_FINDS / findsPerNonce(target))));
}
