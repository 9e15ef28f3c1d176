/**
 * What a pool does when nobody says otherwise. docs/SETTINGS.md lists it, docs/LIMITS.md gives the reasons of limits.
 * @module
 */

/** Port of the first stratum listener: the one that Alephium's pools use. */
export const STRATUM_PORT = 20032;

export const JOB_DEFAULTS = {
  refreshAfterMs: 10_000,
  parentGraceMs: 1_500,
  liveHeadersPerChain: 64,
} as const;

/** Difficulties, for a listener that anything may connect to: a home GPU (1 GH/s) starts with a share each 4 s. */
export const DIFFICULTY_DEFAULTS = {
  start: '4GH',
  /** A CPU core of 0.5 MH/s still has a share each 4 s at twice of it. */
  min: '1MH',
  /** 10^18 hashes: an hour of 300 TH/s. */
  max: '1EH',
} as const;

/** A share each 4 s: an hour's hashrate is known to within 9 %, and 10,000 miners send 2,500 a second. */
export const SHARES_PER_MINUTE = 15;

/** Some miners round their share target: theirs are shares from here on. */
export const SHARE_TOLERANCE = 0.999;

export const LIMIT_DEFAULTS = {
  maxConnections: 18_000,
  connectionsPerAddress: 2_000,
  newConnectionsPerMinute: 600,
  extranoncesPerAddress: 4_096,
  messagesPerSecond: 50,
  workersPerAccount: 10_000,
  workersPerAddress: 5_000,
  unsentBytes: 262_144,
  concurrentHandshakes: 256,
} as const;

export const DEADLINE_DEFAULTS = {
  proxyHeaderMs: 2_000,
  tlsHandshakeMs: 10_000,
  webSocketUpgradeMs: 10_000,
  firstLineMs: 10_000,
  lineMs: 10_000,
  authorizeMs: 60_000,
} as const;

/** HTTP connections of one address: a browser opens six of a page, and one for the feed. */
export const HTTP_CONNECTIONS_PER_ADDRESS = 100;

export const JOURNAL_MAX_BYTES = 1_073_741_824;

export const STOP_CLOSE_OVER_MS = 10_000;
