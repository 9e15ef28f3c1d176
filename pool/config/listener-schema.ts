/**
 * Where miners connect.
 * @module
 */
import { z } from 'zod';
import { CARRIER_NAMES, CARRIERS } from '../../protocol/stratum/carrier.js';
import { systemErrorText } from '../../protocol/system-error-text.js';
import { host, listenPort, numberFrom, oneOf, text, textOf, yesOrNo } from '../../settings/fields.js';
import { secretSchema } from '../../settings/secret.js';
import type { ConfigSources } from '../../settings/sources.js';
import { DIFFICULTY_DEFAULTS, SHARES_PER_MINUTE, STRATUM_PORT } from './defaults.js';
import { addressRanges, work } from './fields.js';
import { parseWork } from './work-text.js';

/** Difficulties of a listener, as work: expected hashes. */
export interface ListenerDifficulty {
  /** What a miner begins with that says nothing and was never seen. */
  readonly start: bigint;
  readonly min: bigint;
  readonly max: bigint;
  /** Everybody has `start`, always. */
  readonly fixed: boolean;
}

const difficulty = z
  .strictObject({
    start: work()
      .prefault(DIFFICULTY_DEFAULTS.start)
      .describe(
        'Difficulty that a miner begins with unless it is known or asks for one: a number (1 is 2^34 hashes), or hashes such as "16H", "2^34H", "100GH".',
      ),
    min: work()
      .optional()
      .describe(`Least difficulty. ${DIFFICULTY_DEFAULTS.min}, or \`start\` where that is less, by default.`),
    max: work()
      .optional()
      .describe(
        `Greatest difficulty. ${DIFFICULTY_DEFAULTS.max}, or \`start\` where that is more, by default.`,
      ),
    fixed: yesOrNo()
      .default(false)
      .describe('Every miner has `start`, always: no vardiff, and wishes of miners are not heard.'),
  })
  .transform(({ start, min, max, fixed }, context): ListenerDifficulty => {
    const least = min ?? lesser(parseWork(DIFFICULTY_DEFAULTS.min), start);
    const greatest = max ?? greater(parseWork(DIFFICULTY_DEFAULTS.max), start);
    const problem = (name: string, message: string) =>
      context.addIssue({ code: 'custom', message, path: [name], input: start });
    if (fixed && min !== undefined) problem('min', 'expected none where "fixed" is true');
    else if (least > start) problem('min', 'expected no more than "start"');
    if (fixed && max !== undefined) problem('max', 'expected none where "fixed" is true');
    else if (greatest < start) problem('max', 'expected no less than "start"');
    return fixed ? { start, min: start, max: start, fixed } : { start, min: least, max: greatest, fixed };
  });

/** Schema of one listener. */
export function listenerSchema(sources: ConfigSources) {
  const file = (what: string) =>
    text('a path')
      .transform((path, context) => {
        const resolved = sources.resolvePath(path);
        try {
          sources.readFile(resolved);
        } catch (error) {
          context.addIssue(`expected a file that can be read, got ${resolved}: ${systemErrorText(error)}`);
        }
        return resolved;
      })
      .describe(what);
  const tls = z.strictObject({
    certFile: file('Path of the certificate with its chain, PEM. Read again when it changes.'),
    keyFile: file('Path of the private key, PEM.'),
    passphrase: secretSchema(sources).optional().describe('Passphrase of the private key.'),
  });
  return z
    .strictObject({
      name: textOf(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a name of 1 to 32 of a-z 0-9 -').describe(
        'Name in logs and metrics.',
      ),
      protocol: oneOf(CARRIER_NAMES)
        .default('tcp')
        .describe('What carries the lines: plain TCP, TLS, WebSocket, or WebSocket over TLS.'),
      host: host().default('0.0.0.0').describe('Address to listen on; "::" for IPv6 and IPv4.'),
      port: listenPort().default(STRATUM_PORT).describe('Port to listen on; 0 takes a free one.'),
      tls: tls
        .optional()
        .describe(
          `Certificate, of protocols ${CARRIER_NAMES.filter((name) => CARRIERS[name].secure).join(' and ')}.`,
        ),
      proxyProtocol: z
        .strictObject({
          from: addressRanges().describe(
            'Load balancers that begin each connection with a PROXY header (v1 or v2); what they do not begin so is dropped.',
          ),
        })
        .optional()
        .describe('For a listener behind a load balancer. A header from any other address is not heard.'),
      difficulty: difficulty.prefault({}).describe('Difficulties of the miners here.'),
      vardiff: z
        .strictObject({
          sharesPerMinute: numberFrom(0.1, 600)
            .default(SHARES_PER_MINUTE)
            .describe('Shares a minute that each miner is to send.'),
        })
        .prefault({})
        .describe('How difficulties follow the miners.'),
      jobs: oneOf(['one', 'all'])
        .default('one')
        .describe('Jobs in a message: that of one chain, or those of all 16. Some miners take only one.'),
    })
    .check(({ value, issues }) => {
      const { secure } = CARRIERS[value.protocol];
      if (secure === (value.tls !== undefined)) return;
      const message = secure
        ? `expected a certificate where the protocol is ${value.protocol}, got nothing`
        : `expected none where the protocol is ${value.protocol}`;
      issues.push({ code: 'custom', message, path: ['tls'], input: value });
    });
}

/** One listener. */
export type ListenerConfig = z.output<ReturnType<typeof listenerSchema>>;

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
