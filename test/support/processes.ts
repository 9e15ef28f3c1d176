/**
 * Processes of this machine, found by a mark in their environment (Linux).
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the live processes, zombies left out, whose environment has `name=value`. */
export function processesWith(name: string, value: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
        return (
          environment.includes(`${name}=${value}`) &&
          !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
        );
      } catch {
        return false; // Gone meanwhile, or somebody else's.
      }
    })
    .map(Number);
}
