/**
 * Schemas of what the API says of Proof of Less Work.
 * @module
 */
import { z } from 'zod';
import { POLW_STATES } from '../../domain/polw-facts.js';

const atto = (what: string) =>
  z
    .string()
    .regex(/^-?\d+$/)
    .describe(`${what} In attoALPH.`);
const count = (what: string) => z.int().min(0).describe(what);

const chainSchema = z.strictObject({
  chain: z.string().describe('Groups: `from-to`.'),
  state: z
    .enum(POLW_STATES)
    .describe(
      'none: no template yet. plain: nothing is burnt; inSight, near, close: the same, from half of the threshold, 5/6 and 20/21 of it on. nodeBuilt: the node burns coins itself. funded: mined with coins of the pool. waiting: its template is new. unfunded: not mined.',
    ),
  reason: z
    .string()
    .describe('Why it is not mined, or will not be at the threshold; for programs.')
    .optional(),
  detail: z.string().describe('The same for people.').optional(),
  burnt: atto('What its next block burns.').optional(),
  coins: count('Coins that its next block can spend.').optional(),
  visible: atto('What these hold.').optional(),
  sent: atto('On the way to its burn address: not to be spent yet.').optional(),
  held: atto('At its burn address altogether, locked coins included.'),
  unlockedCoins: count(
    'Of these, coins that are neither locked nor set aside for a withdrawal; known of every chain.',
  ),
  unlocked: atto('What these hold.'),
  needed: atto(
    'What must be unlocked at the present rate until what the chain burns now comes back; 0 where nothing was burnt of late.',
  ),
  hoursLeft: z
    .number()
    .min(0)
    .describe(
      'Hours that its coins last at that rate; left out where nothing was burnt of late, and where endless.',
    )
    .optional(),
  endless: z.boolean().describe('Whether at that rate as much comes back as is burnt.'),
  driftPerHour: atto(
    'What comes back to its burn address in an hour less what is burnt: below 0, coins drift to the opposite chain.',
  ),
  imbalance: atto('At its burn address beyond what is at that of the opposite chain.'),
});

export const polwInfoSchema = z.strictObject({
  active: z.boolean().describe('Whether some chain burns coins of the pool, or would.'),
  caughtUp: z
    .boolean()
    .describe('Whether the history of the burn addresses is read: before that, nothing is burnt.'),
  accounts: z
    .strictObject({
      fund: atto('Coins that can be burnt.'),
      locked: atto('What was burnt and comes back, in outputs that are still locked.'),
      pending: atto('What was earned, in outputs that are still locked.'),
      earned: atto('What was earned and can be spent.'),
      reserved: atto('Set aside for withdrawals.'),
      burnt: atto('Burnt so far.'),
      gas: atto('Paid for gas so far.'),
      paid: atto('Withdrawn so far.'),
    })
    .describe('Of the fund. Outputs at the burn addresses are the sum of the first five.'),
  finds: z
    .strictObject({
      open: count('Not known yet.'),
      main: count('On the main chain.'),
      uncle: count('Paid as an uncle.'),
      orphan: count('Neither.'),
      void: count('On the main chain, and without effect: it burnt and earned nothing.'),
    })
    .describe("The pool's blocks whose end is not final."),
  refusedLists: count("Blocks with others' transactions that all nodes refused, since the start."),
  retired: atto(
    'Held by burn addresses of before: part of the accounts, and not burnt. Left out where there are none.',
  ).optional(),
  outputs: z
    .strictObject({
      checks: count('Lists compared, since the start: of each address one every ten minutes.'),
      differences: count('Outputs that differ, and did so two times in a row: the log names them.'),
      incomplete: count('Addresses that hold more outputs than the node is set to tell of: not compared.'),
    })
    .describe('The fund beside what the node lists at the burn addresses.'),
  chains: z.array(chainSchema).describe('All 16.'),
});

export type PolwInfo = z.output<typeof polwInfoSchema>;
