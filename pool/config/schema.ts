/**
 * Everything that can be set, in one schema: what it is called, what it may be, what it is when nobody says.
 * @module
 */
import { z } from 'zod';
import { MINER_API_PORT, REST_PORT } from '../../node/endpoint.js';
import {
  host,
  listenPort,
  milliseconds,
  numberFrom,
  oneOf,
  port,
  text,
  textOf,
  unlike,
  whole,
  yesOrNo,
} from '../../settings/fields.js';
import { secretSchema } from '../../settings/secret.js';
import type { ConfigSources } from '../../settings/sources.js';
import {
  DEADLINE_DEFAULTS,
  HTTP_CONNECTIONS_PER_ADDRESS,
  JOB_DEFAULTS,
  JOURNAL_MAX_BYTES,
  LIMIT_DEFAULTS,
  SHARE_TOLERANCE,
  STOP_CLOSE_OVER_MS,
} from './defaults.js';
import { addressRanges, webSocketUrl } from './fields.js';
import { listenerSchema } from './listener-schema.js';
import { payoutsSchema } from './payouts-schema.js';
import { polwSchema } from './polw-schema.js';
import { storeSchema } from './store-schema.js';

const pool = z.strictObject({
  id: textOf(/^[a-z0-9-]{1,32}$/, 'an id of 1 to 32 of a-z 0-9 -')
    .default('lesswork')
    .describe('Identity of the pool: front ends with the same id and Redis are one pool.'),
  name: text('a name', 100).optional().describe('Name that people see.'),
  host: host()
    .optional()
    .describe('Host that miners are told to connect to; without it, the one that the page is asked for at.'),
  notice: text('a notice', 1_000).optional().describe('What people are told on top of the page, as text.'),
});

function nodeSchema(sources: ConfigSources) {
  return z.strictObject({
    host: host().default('127.0.0.1').describe('Host name or address of a full node.'),
    port: port().default(MINER_API_PORT).describe('Port of its miner API.'),
    restPort: port().default(REST_PORT).describe('Port of its REST API.'),
    apiKey: secretSchema(sources).optional().describe('Key of its REST API.'),
  });
}

const jobs = z.strictObject({
  refreshAfterMs: milliseconds()
    .default(JOB_DEFAULTS.refreshAfterMs)
    .describe('Age of a job from which on a newer template of the same parent is sent in its place.'),
  parentGraceMs: whole(0, 60_000)
    .default(JOB_DEFAULTS.parentGraceMs)
    .describe('Time for which shares still count after the parent of their job changed.'),
  liveHeadersPerChain: whole(2, 10_000)
    .default(JOB_DEFAULTS.liveHeadersPerChain)
    .describe('Headers of a chain that take shares at a time; the oldest is closed beyond.'),
});

const shares = z.strictObject({
  tolerance: numberFrom(0.9, 1)
    .default(SHARE_TOLERANCE)
    .describe('Part of its difficulty that a share must reach: some miners round their target.'),
});

const journal = z.strictObject({
  maxBytes: whole(1_048_576, 1_099_511_627_776)
    .default(JOURNAL_MAX_BYTES)
    .describe('Size of what waits for the store; beyond it shares are refused.'),
});

/** An HTTP listener with its own settings, or false for none. */
function orFalse<T extends z.ZodType>(listener: T) {
  return z.union([z.literal(false), listener], { error: 'expected {"host": ..., "port": ...}, or false' });
}

function httpListener(defaultPort: number) {
  return {
    host: host().default('127.0.0.1').describe('Address to listen on.'),
    port: listenPort().default(defaultPort).describe('Port to listen on; 0 takes a free one.'),
    connectionsPerAddress: whole(1, 1_000_000)
      .default(HTTP_CONNECTIONS_PER_ADDRESS)
      .describe('Connections at a time of one remote address, or of one /64 of IPv6.'),
  };
}

const http = orFalse(
  z.strictObject({
    ...httpListener(8080),
    page: yesOrNo().default(true).describe('Whether the page for people is served beside the API.'),
    mining: z
      .union(
        [
          z.literal(false),
          z.strictObject({
            url: webSocketUrl()
              .optional()
              .describe(
                'Where browsers connect, such as `wss://pool.example/stratum`; without it, to a listener.',
              ),
          }),
        ],
        {
          error: 'expected {}, {"url": "wss://..."}, or false',
        },
      )
      .default(false)
      .describe(
        'Whether the page offers to mine in the browser. {}: on the listeners whose protocol is `ws` or `wss`. false: it offers nothing.',
      ),
    trustedProxies: addressRanges()
      .prefault([])
      .describe(
        'Reverse proxies whose X-Forwarded-For is believed: limits are then of the addresses behind them, and their connections are not limited.',
      ),
  }),
)
  .prefault({})
  .describe('The API, and the page; false for none.');

function adminSchema(sources: ConfigSources) {
  return orFalse(
    z.strictObject({
      ...httpListener(8081),
      hostNames: z
        .array(host(), { error: 'expected a list of host names' })
        .max(100, { error: 'expected at most 100 host names' })
        .default([])
        .describe(
          'Names by which /metrics and /admin may be asked for, beside `host`, localhost and IP addresses: that of a container, for one. A page in a browser can call this machine by any other name.',
        ),
      token: secretSchema(sources)
        .optional()
        .describe(
          'What /admin asks for, as `Authorization: Bearer ...`; without it whoever reaches the port may.',
        ),
    }),
  )
    .prefault({})
    .describe('Metrics and administration; false for none.');
}

const deadlines = z.strictObject({
  proxyHeaderMs: milliseconds().default(DEADLINE_DEFAULTS.proxyHeaderMs).describe('Time for a PROXY header.'),
  tlsHandshakeMs: milliseconds()
    .default(DEADLINE_DEFAULTS.tlsHandshakeMs)
    .describe('Time for a TLS handshake.'),
  webSocketUpgradeMs: milliseconds()
    .default(DEADLINE_DEFAULTS.webSocketUpgradeMs)
    .describe('Time for the HTTP request that begins a WebSocket.'),
  firstLineMs: milliseconds()
    .default(DEADLINE_DEFAULTS.firstLineMs)
    .describe('Time for the first line of a miner.'),
  lineMs: milliseconds()
    .default(DEADLINE_DEFAULTS.lineMs)
    .describe('Time for a line from its first byte on.'),
  authorizeMs: milliseconds()
    .default(DEADLINE_DEFAULTS.authorizeMs)
    .describe('Time until a miner is authorized.'),
});

const limits = z.strictObject({
  trusted: addressRanges()
    .prefault([])
    .describe(
      'Addresses or ranges without limits and bans. In mode solo those of this machine and of home networks are added.',
    ),
  maxConnections: whole(1, 1_000_000)
    .default(LIMIT_DEFAULTS.maxConnections)
    .describe('Connections of this process, all listeners together.'),
  connectionsPerAddress: whole(1, 1_000_000)
    .default(LIMIT_DEFAULTS.connectionsPerAddress)
    .describe('Connections of one remote address, or of one /64 of IPv6.'),
  newConnectionsPerMinute: whole(1, 1_000_000)
    .default(LIMIT_DEFAULTS.newConnectionsPerMinute)
    .describe(
      'Connections that one remote address may begin in a minute, for long; twice `connectionsPerAddress`, and 1,000 at least, at once.',
    ),
  extranoncesPerAddress: whole(1, 4_294_967_295)
    .default(LIMIT_DEFAULTS.extranoncesPerAddress)
    .describe(
      'Extranonces of one remote address: of its miners, and of those that left within the last minutes.',
    ),
  messagesPerSecond: whole(1, 1_000_000)
    .default(LIMIT_DEFAULTS.messagesPerSecond)
    .describe('Messages a second of one connection.'),
  workersPerAccount: whole(1, 1_000_000)
    .default(LIMIT_DEFAULTS.workersPerAccount)
    .describe('Workers of one account.'),
  workersPerAddress: whole(1, 1_000_000)
    .default(LIMIT_DEFAULTS.workersPerAddress)
    .describe('Workers that one remote address brings.'),
  unsentBytes: whole(4_096, 67_108_864)
    .default(LIMIT_DEFAULTS.unsentBytes)
    .describe('Bytes that may wait for a miner that does not read; it is dropped beyond.'),
  concurrentHandshakes: whole(1, 100_000)
    .default(LIMIT_DEFAULTS.concurrentHandshakes)
    .describe('TLS handshakes at a time of one listener; others wait their turn.'),
  deadlines: deadlines.prefault({}).describe('How long what must come is waited for.'),
});

const stop = z.strictObject({
  closeOverMs: whole(0, 600_000)
    .default(STOP_CLOSE_OVER_MS)
    .describe('Time over which connections are closed when the pool stops.'),
  reconnectAgents: z
    .array(text('the beginning of an agent', 64), { error: 'expected a list of texts' })
    .max(100, { error: 'expected at most 100 agents' })
    .default([])
    .describe('How agents begin that understand client.reconnect; they are sent it when the pool stops.'),
});

/** Schema of a whole configuration. What it refers to is read as it is parsed. */
export function poolConfigSchema(sources: ConfigSources) {
  return z.strictObject({
    $schema: z.string().optional().describe('Where the JSON schema of this file is, for editors.'),
    pool: pool.prefault({}).describe('The pool itself.'),
    mode: oneOf(['solo', 'pool'])
      .default('solo')
      .describe(
        'solo: for miners of one owner, to whom all blocks belong. pool: for miners that do not know each other.',
      ),
    nodes: z
      .array(nodeSchema(sources), { error: 'expected a list of full nodes' })
      .min(1, { error: 'expected at least one full node' })
      .max(16, { error: 'expected at most 16 full nodes' })
      .check(unlike(({ host, port }) => `${host}:${port}`, [], 'expected another node'))
      .prefault([{}])
      .describe('Full nodes, the preferred one first.'),
    listeners: z
      .array(listenerSchema(sources), { error: 'expected a list of listeners' })
      .min(1, { error: 'expected at least one listener' })
      .max(64, { error: 'expected at most 64 listeners' })
      .check(unlike(({ name }) => name, ['name'], 'expected another name'))
      .check(
        unlike(
          ({ host, port }, i) => (port === 0 ? `free ${i}` : `${host}:${port}`),
          ['port'],
          'expected another port',
        ),
      )
      .prefault([{ name: 'main' }])
      .describe('Where miners connect.'),
    jobs: jobs.prefault({}).describe('When jobs are sent, and how long they live.'),
    shares: shares.prefault({}).describe('What counts as a share.'),
    extranonceBytes: whole(2, 4)
      .default(2)
      .describe('Length of extranonces: 2 for up to 65,535 miners. One length a pool, for good.'),
    store: storeSchema(sources).prefault({ type: 'embedded' }).describe('Where is kept what miners earned.'),
    journal: journal.prefault({}).describe('Shares on their way to the store.'),
    dataFolder: text('a path')
      .transform((path) => sources.resolvePath(path))
      .optional()
      .describe(
        'Folder of the journal and of the embedded store. By default a folder named for the pool id in $LESSWORK_DATA, or else in lesswork in the data folder of the user ($XDG_DATA_HOME, ~/.local/share).',
      ),
    http,
    admin: adminSchema(sources),
    polw: polwSchema(sources)
      .optional()
      .describe(
        'Coins that blocks burn where Proof of Less Work is active; left out, such chains are not mined.',
      ),
    payouts: payoutsSchema(sources)
      .optional()
      .describe('What miners are credited and paid, in mode pool (PAYOUTS.md).'),
    limits: limits.prefault({}).describe('What one miner, and all together, may take.'),
    stop: stop.prefault({}).describe('How the pool stops.'),
  });
}
