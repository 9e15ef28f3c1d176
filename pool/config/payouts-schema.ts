/**
 * Settings of what miners are credited and paid.
 * @module
 */
import { z } from 'zod';
import { REST_PORT } from '../../node/endpoint.js';
import { FINAL_DEPTH } from '../../protocol/block-end.js';
import { MAX_UNCLE_AGE } from '../../protocol/emission.js';
import {
  alph,
  duration,
  host,
  oneOf,
  percent,
  port,
  text,
  textOf,
  timeOfDay,
  whole,
} from '../../settings/fields.js';
import { secretSchema } from '../../settings/secret.js';
import type { ConfigSources } from '../../settings/sources.js';
import { SCHEMES } from '../credit/windows.js';

/** Least that a minimum may be, attoALPH: below it a payout is dust before long. */
const LEAST_MINIMUM = 10n ** 16n;
/** Least brake, attoALPH: one that stops everything is a pause. */
const LEAST_BRAKE = 10n ** 18n;

/** Confirmations from which on a transaction is hardly ever undone, and up to which it is looked at. */
const CONFIRMATIONS_DEFAULT = 20;
const RECHECK_DEFAULT = 100;
const MOST_CONFIRMATIONS = 10_000;

/** Fewer would call a block an orphan that may still become an uncle. */
const LEAST_BLOCK_DEPTH = MAX_UNCLE_AGE + 1;

const most = z.strictObject({
  round: alph(LEAST_BRAKE).optional().describe('The most that a round pays, ALPH: what is beyond waits.'),
  day: alph(LEAST_BRAKE).optional().describe('The most that is paid within 24 h, ALPH.'),
  account: alph(LEAST_BRAKE).optional().describe('The most that an account is paid in a round, ALPH.'),
});

function nodeWalletSchema(sources: ConfigSources) {
  return z.strictObject({
    name: textOf(/^[\w-]{1,100}$/, 'the name of a wallet: 1 to 100 letters, digits, - and _').describe(
      'Name of the wallet, as the node has it.',
    ),
    host: host().default('127.0.0.1').describe('Host name or address of the full node that keeps it.'),
    restPort: port().default(REST_PORT).describe('Port of its REST API.'),
    apiKey: secretSchema(sources)
      .optional()
      .describe('Key of its REST API; if left out, that of the one of `nodes` with this host and port.'),
  });
}

export function payoutsSchema(sources: ConfigSources) {
  return z
    .strictObject({
      scheme: oneOf(SCHEMES)
        .default('pplns')
        .describe(
          'How a reward is shared out. pplns: by the work of the time before the block, in which two blocks are expected. prop: by the work since the block before. solo: all is of the account that found it.',
        ),
      fee: percent().prefault(1).describe("The pool's part of each reward, percent."),
      wallet: text('a path')
        .transform((path) => sources.resolvePath(path))
        .optional()
        .describe(
          'File of the wallet, which only the process that pays opens. Without it and `nodeWallet` nothing is paid, and scheme solo books no debt.',
        ),
      nodeWallet: nodeWalletSchema(sources)
        .optional()
        .describe(
          'In place of `wallet`: a wallet that a full node keeps, and that signs there. Only the process that pays unlocks it, with the password that it is given as for a file.',
        ),
      minimum: alph(LEAST_MINIMUM)
        .prefault('0.1')
        .describe('The least balance that is paid, ALPH, unless a miner has a minimum of its own.'),
      inactiveMinimum: alph(LEAST_MINIMUM)
        .prefault('0.01')
        .describe('The same for accounts that were credited nothing for `inactiveAfterDays`, ALPH.'),
      inactiveAfterDays: whole(1, 3_650)
        .default(30)
        .describe('Days without a credit, see `inactiveMinimum`.'),
      every: duration('1s', '7d')
        .optional()
        .describe('Time between rounds of payouts. By default 1h, unless `at` is given.'),
      at: timeOfDay().optional().describe('Time of a round each day (UTC), in place of `every`.'),
      feeBearer: oneOf(['miners', 'pool'])
        .default('miners')
        .describe('Who bears the fees of transactions that pay.'),
      confirmations: whole(1, MOST_CONFIRMATIONS)
        .default(CONFIRMATIONS_DEFAULT)
        .describe('Confirmations in its own chain with which a transaction has paid.'),
      recheck: whole(1, MOST_CONFIRMATIONS)
        .default(RECHECK_DEFAULT)
        .describe('Confirmations up to which it is looked at again.'),
      most: most.prefault({}).describe('Brakes; none by default.'),
      blockDepth: whole(LEAST_BLOCK_DEPTH, MOST_CONFIRMATIONS)
        .default(FINAL_DEPTH)
        .describe(
          'Blocks that must follow on a found one before it is credited; of the fund of `polw`, too. Fewer are for test networks: what is credited is never taken back.',
        ),
      silentJournalMs: whole(1_000, 2_592_000_000)
        .optional()
        .describe(
          'Time after which shares of a front end that is silent are waited for no longer. By default they are waited for.',
        ),
    })
    .check(({ value, issues }) => {
      const say = (path: string, message: string): void => {
        issues.push({ code: 'custom', message, path: [path], input: value });
      };
      if (value.wallet !== undefined && value.nodeWallet !== undefined)
        say('nodeWallet', 'expected none where "wallet" is given');
      if (value.every !== undefined && value.at !== undefined)
        say('at', 'expected none where "every" is given');
      if (value.inactiveMinimum > value.minimum)
        say('inactiveMinimum', 'expected no more than "minimum", 0.1 by default');
      if (value.recheck < value.confirmations)
        say('recheck', `expected no less than "confirmations", ${CONFIRMATIONS_DEFAULT} by default`);
      for (const [name, brake] of Object.entries(value.most))
        if (brake !== undefined && brake < value.minimum)
          issues.push({
            code: 'custom',
            message: 'expected no less than "minimum"',
            path: ['most', name],
            input: value,
          });
    })
    .transform(({ fee, every, at, ...payouts }) => ({
      ...payouts,
      feeMillionths: fee,
      /** When rounds are: so many ms apart, or at a minute of each day (UTC). */
      rounds: at === undefined ? { everyMs: every ?? 3_600_000 } : { atMinutes: at },
    }));
}
