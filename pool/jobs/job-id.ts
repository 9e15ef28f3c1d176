/**
 * Job ids: the number of a header, and the number of one of its difficulties, so that jobs of different targets differ.
 * An id only finds the header.
 * @module
 */

/** Different ids that one header can have; further difficulties share an id. */
export const JOB_ID_VARIANTS = 16;

/** @param headerNumber - from 1 @param variant - 0 to 15 @returns hex digits */
export function jobIdOf(headerNumber: number, variant: number): string {
  return (headerNumber * JOB_ID_VARIANTS + variant).toString(16);
}

/** Longest id that the pool can have given out: 2^53 - 1 in hex. */
const MAX_JOB_ID_CHARS = 14;

/** The header's number in an id; 0, which no header has, for an id that the pool did not make. */
export function headerNumberOf(jobId: string): number {
  if (jobId.length > MAX_JOB_ID_CHARS || !/^[0-9a-fA-F]+$/.test(jobId)) return 0;
  return Math.floor(Number.parseInt(jobId, 16) / JOB_ID_VARIANTS);
}
