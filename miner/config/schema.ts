/**
 * Everything that can be set of a miner, in one schema: what it is called, what it may be, what it is when nobody says.
 *
 * Each option of `lesswork mine` has its setting here: cli/mine-settings.ts names it.
 * @module
 */
import { z } from 'zod';
import { MINER_API_PORT, REST_PORT } from '../../node/endpoint.js';
import {
  host,
  listenPort,
  numberFrom,
  oneOf,
  port,
  text,
  unlike,
  whole,
  yesOrNo,
} from '../../settings/fields.js';
import { Secret, secretSchema } from '../../settings/secret.js';
import { EXPECTED_SINCE, sinceMs } from '../../settings/since.js';
import type { ConfigSources } from '../../settings/sources.js';
import {
  API_PORT,
  EXPECTED_ORIGIN,
  EXPECTED_TOKEN,
  isOrigin,
  isToken,
  MAX_ORIGINS,
} from '../api/api-options.js';
import { parseCpuList } from '../cpus/cpu-list.js';
import type { DeviceWish } from '../device-choice.js';
import { parseSchedule, type Schedule } from '../limits/schedule.js';
import { LEAST_LIMIT_C, MOST_LIMIT_C } from '../limits/temperature-limit.js';
import { type PoolEndpoint, parsePoolEndpoint, poolText } from '../sources/pool-endpoint.js';
import { type OnTrouble, parseOnTrouble } from '../watchdog/on-trouble.js';
import {
  LEAST_LOAD_PERCENT,
  LOG_LEVELS,
  MAX_DEVICE_WORDS,
  MAX_LOG_FILES,
  MAX_LOG_MEGABYTES,
  MAX_NO_WORK_SECONDS,
  MAX_RESTARTS,
  MAX_SHIFT_BITS,
  MAX_SOURCES,
  MAX_THREADS_PER_CPU_THREAD,
  MINER_DEFAULTS,
} from './defaults.js';

/** What a miner's settings refer to outside themselves. */
export interface MinerSources extends ConfigSources {
  /** Threads that the CPU runs at once. */
  readonly cpuThreads: number;
}

/** What is shown in place of a password that stands in the settings themselves. */
export const HIDDEN = '***';

const node = z.strictObject({
  host: host().default('127.0.0.1').describe('Host name or address of a full node.'),
  port: port().default(MINER_API_PORT).describe('Port of its miner API.'),
  restPort: port().optional().describe('Port of its REST API; that of all nodes by default.'),
});

function path(sources: ConfigSources) {
  return text('a path').transform((given) => sources.resolvePath(given));
}

const endpoint = text('HOST:PORT or a URL').transform((given, context): PoolEndpoint => {
  try {
    return parsePoolEndpoint(given);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.addIssue(error.message.replace(/^"pool" /, ''));
    return z.NEVER;
  }
});

/** A pool, and who mines there where that is not who mines at the others. */
export interface PoolPlace extends PoolEndpoint {
  readonly user?: string;
  readonly password?: Secret;
}

function pool(sources: ConfigSources) {
  const withLogin = z
    .strictObject({
      url: endpoint.describe('HOST:PORT, or a URL.'),
      user: text('who mines', 1_000).optional().describe('Who mines at this pool; `user` by default.'),
      password: password(sources).optional().describe('Password for this pool; `password` by default.'),
    })
    .transform(
      ({ url, user, password: own }): PoolPlace => ({
        ...url,
        ...(user !== undefined && { user }),
        ...(own !== undefined && { password: own }),
      }),
    );
  return z
    .union([endpoint, withLogin], {
      error: 'expected HOST:PORT, a URL, or {"url": ..., "user": ..., "password": ...}',
    })
    .transform((place): PoolPlace => place);
}

/** A password: in the settings where it is no secret, or elsewhere. */
function password(sources: ConfigSources) {
  const error = 'expected text, or {"env": "NAME"} or {"file": "PATH"}';
  return z.union(
    [z.string({ error }).transform((given) => new Secret(given, HIDDEN)), secretSchema(sources)],
    {
      error,
    },
  );
}

function polw(sources: ConfigSources) {
  const error = `${EXPECTED_SINCE}, as text`;
  return z.strictObject({
    authorizations: path(sources).describe('File of `lesswork polw authorize`.'),
    dataFolder: path(sources)
      .optional()
      .describe("Where the fund is kept; a folder in the user's data folder by default."),
    since: z
      .string({ error })
      .transform((given, context): number => {
        const ms = sinceMs(given);
        if (ms !== undefined) return ms;
        context.addIssue(error);
        return z.NEVER;
      })
      .optional()
      .describe(
        'Where a fund that begins anew begins to read: before the first coins came; genesis, or a date. A day ago by default.',
      ),
    shift: whole(0, MAX_SHIFT_BITS)
      .default(MINER_DEFAULTS.polwShift)
      .describe('Of a test network: by how many bits its threshold of 2^60 H/s is lowered.'),
  });
}

const EXPECTED_DEVICE = 'expected cpu, gpu, an index or a name';

const device = text('cpu, gpu, an index or a name', 256).transform((given, context): DeviceWish => {
  const word = given.trim();
  if (word === 'cpu' || word === 'gpu') return { kind: word };
  if (word !== '' && word !== 'auto') return { kind: 'adapter', which: word };
  context.addIssue(EXPECTED_DEVICE);
  return z.NEVER;
});

const devices = z.union(
  [
    z.literal('auto'),
    z
      .array(device, { error: 'expected a list' })
      .min(1, { error: 'expected at least one device' })
      .max(MAX_DEVICE_WORDS, { error: `expected at most ${MAX_DEVICE_WORDS} devices` }),
  ],
  { error: 'expected "auto", or a list of "cpu", "gpu", indexes or names as `lesswork devices` shows them' },
);

function threads({ cpuThreads }: MinerSources) {
  const most = MAX_THREADS_PER_CPU_THREAD * cpuThreads;
  return z
    .int({ error: 'expected a whole number of at least 1' })
    .min(1, { error: 'expected a whole number of at least 1' })
    .refine((given) => given <= most, {
      error: `expected at most ${most}, four times the ${cpuThreads} that the CPU runs at once`,
    });
}

function log(sources: ConfigSources) {
  return z.strictObject({
    file: path(sources).describe('File that the log is written to, too.'),
    maxMegabytes: whole(1, MAX_LOG_MEGABYTES)
      .default(MINER_DEFAULTS.logMegabytes)
      .describe('Size from which on it is put aside as FILE.1.'),
    files: whole(0, MAX_LOG_FILES)
      .default(MINER_DEFAULTS.logFiles)
      .describe('Files that were put aside and are kept.'),
  });
}

const limits = z.strictObject({
  temperature: whole(LEAST_LIMIT_C, MOST_LIMIT_C)
    .optional()
    .describe('Temperature at which a device is paused; it goes on 10 °C below.'),
  loadPercent: numberFrom(LEAST_LOAD_PERCENT, 100)
    .default(MINER_DEFAULTS.loadPercent)
    .describe('Part of their time that devices may be busy for.'),
  pauseOnBattery: yesOrNo()
    .default(false)
    .describe('Pause while the machine runs on its battery. Linux and macOS only.'),
  schedule: parsed((given): Schedule => parseSchedule(given))
    .optional()
    .describe('Hours to mine in, by the clock of this place: 22:00-06:00, or Mon-Fri 22:00-06:00, Sat-Sun.'),
});

const watchdog = z.strictObject({
  onTrouble: parsed((given): OnTrouble => parseOnTrouble(given))
    .prefault(MINER_DEFAULTS.onTrouble)
    .describe(
      'What is done in trouble: restart (devices, as always), exit (with exit code 42), or run COMMAND (docs/MINER.md).',
    ),
  maxRestarts: whole(0, MAX_RESTARTS)
    .default(MINER_DEFAULTS.maxRestarts)
    .describe('Restarts of one device within an hour that are no trouble yet.'),
  noWorkSeconds: whole(1, MAX_NO_WORK_SECONDS)
    .optional()
    .describe('Time without a hash that is trouble; without it none is.'),
});

/** Text that a parser with a RangeError reads. */
function parsed<T>(parse: (given: string) => T) {
  return z.string({ error: 'expected text' }).transform((given, context): T => {
    try {
      return parse(given);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue(error.message);
      return z.NEVER;
    }
  });
}

function api(sources: ConfigSources) {
  return z.strictObject({
    host: host()
      .default('127.0.0.1')
      .describe('Host name or address to listen on; one that others can reach takes a token.'),
    port: listenPort().default(API_PORT).describe('Port to listen on; 0 takes a free one.'),
    token: secretSchema(sources)
      .refine((secret) => isToken(secret.reveal()), { error: EXPECTED_TOKEN })
      .optional()
      .describe('What each request must carry. Without one the API only tells, and changes nothing.'),
    origins: z
      .array(z.string({ error: EXPECTED_ORIGIN }).refine(isOrigin, { error: EXPECTED_ORIGIN }), {
        error: 'expected a list of origins',
      })
      .max(MAX_ORIGINS, { error: `expected at most ${MAX_ORIGINS} origins` })
      .default([])
      .describe('Pages of other hosts that may ask, too: their origins, such as https://dashboard.example.'),
  });
}

/** Schema of all settings. What they refer to is read as they are parsed. */
export function minerConfigSchema(sources: MinerSources) {
  return z.strictObject({
    $schema: z.string().optional().describe('Where the JSON schema of this file is, for editors.'),
    nodes: z
      .array(node, { error: 'expected a list of full nodes' })
      .min(1, { error: 'expected at least one full node' })
      .max(MAX_SOURCES, { error: `expected at most ${MAX_SOURCES} full nodes` })
      .check(unlike(({ host, port }) => `${host}:${port}`, [], 'expected another node'))
      .optional()
      .describe('Full nodes to mine on, the preferred one first. Either these or `pools`.'),
    restPort: port().default(REST_PORT).describe("Port of the nodes' REST API, of those that name none."),
    apiKey: secretSchema(sources).optional().describe("Key of the nodes' REST API."),
    polw: polw(sources)
      .optional()
      .describe(
        'Coins of your own that blocks burn where Proof of Less Work is active; only of nodes that hand out whole templates.',
      ),
    pools: z
      .array(pool(sources), { error: 'expected a list of pools' })
      .min(1, { error: 'expected at least one pool' })
      .max(MAX_SOURCES, { error: `expected at most ${MAX_SOURCES} pools` })
      .check(unlike(poolText, [], 'expected another pool'))
      .optional()
      .describe(
        'Pools to mine for, the preferred one first: HOST:PORT, or stratum+tcp, +ssl, +ws or +wss://HOST:PORT; or an object with such a `url`, and who mines there.',
      ),
    user: text('who mines', 1_000)
      .optional()
      .describe(
        'Who mines at the pools: the address that they pay, and a name: ADDRESS.WORKER. For pools that have none of their own.',
      ),
    password: password(sources)
      .prefault(MINER_DEFAULTS.password)
      .describe('Password for the pools; some take settings here: d=64.'),
    anyUser: yesOrNo()
      .default(false)
      .describe('The pools know accounts: `user` need not begin with an address.'),
    tlsInsecure: yesOrNo()
      .default(false)
      .describe(
        "Take any certificate of a pool's: whoever is between here and there can take the work and its pay.",
      ),
    allowRedirect: yesOrNo()
      .default(false)
      .describe(
        'Follow a pool that sends this miner to another host (to the same host it is followed always).',
      ),
    workLog: path(sources)
      .optional()
      .describe(
        'Folder in which is kept what the pools have acknowledged, a file a day for 31 days, for `lesswork audit`.',
      ),
    devices: devices
      .prefault('auto')
      .describe(
        'What mines: "auto" for cards, or the CPU where there are none; or a list of cpu, gpu, indexes, PCI addresses, names.',
      ),
    threads: threads(sources)
      .optional()
      .describe('Threads of the CPU device; by default as many as this process can keep busy.'),
    affinity: parsed(parseCpuList)
      .optional()
      .describe(
        'CPUs that the threads of the CPU device are bound to, one each: 0,2,4-7. As many threads by default. Linux and Windows only.',
      ),
    sensors: yesOrNo().default(true).describe("Read the devices' temperature, power, fan and clocks."),
    limits: limits.prefault({}).describe('What devices are paused for, and how busy they may be.'),
    watchdog: watchdog
      .prefault({})
      .describe('What is done when devices break down again and again, or nothing is mined.'),
    api: api(sources)
      .optional()
      .describe('HTTP for those who watch and steer the miner: docs/MINER-API.md. Off without it.'),
    json: yesOrNo().default(false).describe('JSON lines on stdout, all else on stderr.'),
    quiet: yesOrNo().default(false).describe('Warnings and the end result only.'),
    logLevel: oneOf(LOG_LEVELS).default(MINER_DEFAULTS.logLevel).describe('Least level that is told.'),
    log: log(sources).optional().describe('A log in a file, beside what is on stdout.'),
  });
}

/** What a file, or an API, may say. */
export type MinerFile = z.input<ReturnType<typeof minerConfigSchema>>;
