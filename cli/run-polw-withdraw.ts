/**
 * `lesswork polw withdraw`: sets coins of a miner's own fund aside and writes what is to be signed. `lesswork polw cancel`: gives
 * them back.
 * @module
 */
import type { NodeEndpoint } from '../node/endpoint.js';
import { fetchNetworkId, restName } from '../node/rest.js';
import type { Authorizations } from '../polw/authorizations/authorization.js';
import { loadAuthorizations } from '../polw/authorizations/load-authorizations.js';
import type { Fund } from '../polw/fund/fund.js';
import type { FundStore } from '../polw/fund/fund-store.js';
import type { Reservation } from '../polw/fund/snapshot.js';
import { FundKeeper } from '../polw/fund-keeper.js';
import { placesOf } from '../polw/open-funded-nodes.js';
import { restBlockSource } from '../polw/reader/block-source.js';
import { loadWithdrawal } from '../polw/withdrawal/load-withdrawal.js';
import { planWithdrawal } from '../polw/withdrawal/plan-withdrawal.js';
import {
  leavingOf,
  reservationIdOf,
  reservationOf,
  sourcesOfFund,
} from '../polw/withdrawal/withdraw-from-fund.js';
import { type Withdrawal, WithdrawalError } from '../polw/withdrawal/withdrawal.js';
import { withdrawalLines, withdrawalText } from '../polw/withdrawal/withdrawal-text.js';
import type { Address } from '../protocol/address.js';
import { alphText } from '../protocol/alph-text.js';
import { hearEndRequest } from './end-request.js';
import { defaultFundFolder, openOwnFund } from './own-fund.js';
import { writeSetAside } from './write-set-aside.js';

export interface PolwWithdrawOptions {
  /** Folder of the fund; undefined for that in the user's data folder. */
  readonly data?: string | undefined;
  /** Where a fund that begins anew begins to read, ms since the epoch; undefined if there must be one. */
  readonly since?: number | undefined;
  readonly endpoint: NodeEndpoint;
  readonly apiKey: string | undefined;
  readonly to: Address;
  /** attoALPH. */
  readonly amount: bigint;
  /** Left at each address, attoALPH. */
  readonly keep: bigint;
  /** Also what was not earned. */
  readonly fromFund: boolean;
  /** Path of the file to write. */
  readonly out: string;
}

const TIMEOUT_MS = 5_000;
/** An answer with blocks of half an hour takes its time. */
const BLOCKS_TIMEOUT_MS = 30_000;

/**
 * Reads the fund up to now, plans, sets aside, and writes the file.
 * @param path - of the authorizations
 * @throws AuthorizationsError, FundStoreError or FundError if the files or the fund can't be used
 * @throws RestError if the node can't be asked at the start
 * @throws WithdrawalError if there is no fund, it is of another network, or the amount can't be paid
 * @throws Error if another process has the fund, or the file can't be written: nothing is set aside then
 */
export async function runPolwWithdraw(path: string, options: PolwWithdrawOptions): Promise<void> {
  const { endpoint, apiKey, data } = options;
  const authorizations = await loadAuthorizations(path);
  const networkId = await fetchNetworkId(endpoint, { apiKey, timeoutMs: TIMEOUT_MS });
  if (networkId !== authorizations.networkId)
    throw new WithdrawalError(
      `${path}: networkId: expected ${networkId}, that of ${restName(endpoint)}, got ${authorizations.networkId}`,
    );
  const folder = data ?? defaultFundFolder(networkId, '--data');
  const own = await openOwnFund(folder);
  try {
    const { snapshot } = await own.store.load();
    if (snapshot === undefined && options.since === undefined)
      throw new WithdrawalError(
        `${folder}: expected the fund of a miner, got none: --data names another folder, --since begins a fund anew`,
      );
    const keeper = await readFund(authorizations, own.store, options);
    if (keeper === undefined) {
      process.exitCode = 1;
      return;
    }
    try {
      await withdraw(authorizations, keeper.fund, own.store, options);
    } finally {
      await keeper.close();
    }
  } finally {
    await own.close();
  }
}

/** The fund as it is now; undefined if it was asked to end before. */
async function readFund(
  authorizations: Authorizations,
  store: FundStore,
  { endpoint, apiKey, since }: PolwWithdrawOptions,
): Promise<FundKeeper | undefined> {
  let changed = (): void => {};
  const keeper = await FundKeeper.open(
    { ...placesOf(authorizations), sinceMs: since ?? 0 },
    {
      store,
      source: restBlockSource(endpoint, { apiKey, timeoutMs: BLOCKS_TIMEOUT_MS }),
      clock: Date.now,
      onChange: () => changed(),
      onNotice: ({ message }) => process.stderr.write(`lesswork: ${message}\n`),
    },
  );
  const end = hearEndRequest();
  const read = new Promise<boolean>((resolve) => {
    changed = () => {
      if (keeper.caughtUp) resolve(true);
    };
    end.asked.then(() => resolve(false));
  });
  keeper.start();
  if (await read) return keeper;
  await keeper.close();
  return undefined;
}

async function withdraw(
  authorizations: Authorizations,
  fund: Fund,
  store: FundStore,
  { to, amount, keep, fromFund, out }: PolwWithdrawOptions,
): Promise<void> {
  const plan = planWithdrawal({
    networkId: authorizations.networkId,
    to,
    amount,
    sources: sourcesOfFund(authorizations, fund, keep),
    timestampMs: Date.now(),
  });
  if (plan.kind === 'short')
    throw new WithdrawalError(
      `--amount: expected at most ${alphText(plan.most)} ALPH, what unlocked coins of blocks that stay can pay${keep > 0n ? ', --keep counted' : ''}; got ${alphText(amount)}`,
    );
  const { withdrawal } = plan;
  const reservation = reservationOf(withdrawal, payerOf(withdrawal, fund, fromFund));
  const outcome = fund.reserve(reservation);
  if (outcome !== 'reserved') throw new WithdrawalError(`the coins can't be set aside: ${REFUSALS[outcome]}`);
  try {
    await writeSetAside(out, withdrawalText(withdrawal), {
      reserve: () => store.reserve(reservation),
      release: () => store.release(reservation.id),
    });
  } catch (error) {
    fund.release(reservation.id);
    throw error;
  }
  for (const line of withdrawalLines(withdrawal)) process.stdout.write(`${line}\n`);
  process.stdout.write(`${out}: to be signed; its coins are set aside, until it is paid or cancelled\n`);
}

const REFUSALS = {
  taken: 'some of them are gone, or set aside already',
  short: 'they hold less than is to leave',
  full: 'too many withdrawals are on their way',
  known: 'they are set aside for the same withdrawal already',
};

/** @throws WithdrawalError if it takes more than was earned, and nobody allowed that */
function payerOf(withdrawal: Withdrawal, fund: Fund, fromFund: boolean): Reservation['payer'] {
  const leaving = leavingOf(withdrawal);
  const { earned } = fund.accounts();
  if (leaving <= earned) return 'earned';
  if (fromFund) return 'fund';
  throw new WithdrawalError(
    `--amount: expected at most ${alphText(earned)} ALPH with fees, what was earned and is unlocked, got ${alphText(leaving)}; --from-fund takes coins that blocks are to burn, too`,
  );
}

/**
 * Gives back what was set aside for a withdrawal.
 * @param path - of its file
 * @throws WithdrawalError if nothing is set aside for it, or the file can't be used
 * @throws FundStoreError or Error as `runPolwWithdraw`
 */
export async function runPolwCancel(
  path: string,
  { data }: { readonly data?: string | undefined },
): Promise<void> {
  const withdrawal = await loadWithdrawal(path);
  const own = await openOwnFund(data ?? defaultFundFolder(withdrawal.networkId, '--data'));
  try {
    const id = reservationIdOf(withdrawal);
    const { reservations } = await own.store.load();
    if (!reservations.some((reservation) => reservation.id === id))
      throw new WithdrawalError(`${path}: expected a withdrawal for which coins are set aside, got another`);
    await own.store.release(id);
    process.stdout.write(`${path}: its coins are given back\n`);
  } finally {
    await own.close();
  }
}
