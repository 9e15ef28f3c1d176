/**
 * Hashrates and time spans as people write them.
 * @module
 */

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A hashrate with the unit that keeps it short: `8.42 MH/s`. @param hashesPerSecond - at least 0 */
export function formatHashrate(hashesPerSecond: number): string {
  return `${formatHashes(hashesPerSecond)}/s`;
}

/** Hashes for energy: `4.21 MH/J`, as many as MH/s for each watt. @param hashesPerJoule - at least 0 */
export function formatHashesPerJoule(hashesPerJoule: number): string {
  return `${formatHashes(hashesPerJoule)}/J`;
}

function formatHashes(hashes: number): string {
  let value = hashes;
  let prefix = 0;
  while (value >= 999.5 && prefix < PREFIXES.length - 1) {
    value /= 1000;
    prefix++;
  }
  return `${value >= 99.5 || prefix === 0 ? value.toFixed(0) : value.toPrecision(3)} ${PREFIXES[prefix]}H`;
}

/** A time span as people say it: `3h 07m`, `12m 04s`, `9 s`. @param ms - at least 0 */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds >= 86_400) return `${Math.floor(seconds / 86_400)}d ${two(Math.floor(seconds / 3600) % 24)}h`;
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s` : `${seconds} s`;
}

/**
 * A number with what is counted: `1 miner`, `2 miners`, `2 batches`.
 * @param plural - where it takes more than an s
 */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
