/**
 * Tests that need more than Node.js: left out with a reason where it is missing, failed where everything is required.
 * @module
 */

/**
 * Value of a test's `skip` option: false to run it, or why it is left out.
 * @param missing - what is missing here, or undefined if nothing is
 * @throws Error where LESSWORK_REQUIRE_ALL=1 says that nothing may be left out
 */
export function skipWhen(missing: string | undefined): string | false {
  if (missing === undefined) return false;
  if (process.env.LESSWORK_REQUIRE_ALL === '1') throw new Error(`LESSWORK_REQUIRE_ALL=1, but ${missing}`);
  return missing;
}
