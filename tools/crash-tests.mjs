// Tests that kill real programs at random, which many more kills make another thing of. Parts of the paths of test files, as on the
// command line: `npm test` runs them with few.

export const CRASH_TESTS = [
  'integration/money-kill',
  'integration/payer-stopped',
  'integration/polw-kill',
  'integration/pool-kill',
  'integration/pool-withdrawal-kill',
];

/** How often each program is killed. */
export const CRASH_KILLS = 50;

/** A file that takes longer has hung, ms. */
export const CRASH_LIMIT_MS = 3_600_000;
