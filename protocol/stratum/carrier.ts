/**
 * What can carry the lines of stratum between a miner and a pool.
 * @module
 */

export interface CarrierFacts {
  /** Whether it is TLS or runs inside of it. */
  readonly secure: boolean;
  /** Whether each line is a WebSocket's message. */
  readonly webSocket: boolean;
  /** Scheme of a URL, as most miners and pools write it. */
  readonly scheme: string;
  /** What a listener of it speaks, for people. */
  readonly words: string;
}

export const CARRIERS = {
  tcp: {
    secure: false,
    webSocket: false,
    scheme: 'stratum+tcp',
    words: 'plain stratum (stratum+tcp://)',
  },
  tls: {
    secure: true,
    webSocket: false,
    scheme: 'stratum+ssl',
    words: 'stratum over TLS (stratum+ssl://)',
  },
  ws: {
    secure: false,
    webSocket: true,
    scheme: 'stratum+ws',
    words: 'stratum over WebSocket (ws://)',
  },
  wss: {
    secure: true,
    webSocket: true,
    scheme: 'stratum+wss',
    words: 'stratum over WebSocket and TLS (wss://)',
  },
} as const satisfies Readonly<Record<string, CarrierFacts>>;

export type Carrier = keyof typeof CARRIERS;

/** In the order of the table. */
export const CARRIER_NAMES = Object.keys(CARRIERS) as [Carrier, ...Carrier[]];
