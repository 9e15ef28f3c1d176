/**
 * What miners are credited and paid by: the wallet, and the books. Neither is written to.
 * @module
 */
import { existsSync } from 'node:fs';
import { counted } from '../../protocol/quantity-text.js';
import { nodeOfWallet } from '../config/node-address-of.js';
import type { PayoutsConfig, PoolConfig } from '../config/pool-config.js';
import { storeSettingsOf } from '../config/store-settings-of.js';
import type { MoneyFigures } from '../domain/money-figures.js';
import { readMoneyFigures } from '../money/read-figures.js';
import type { Books } from '../ports/books.js';
import type { NotedNodeIdentity } from '../ports/store.js';
import { decodeState, type SettlementState, STATE_KEY } from '../settlement/state-note.js';
import { openBooks } from '../store/open-books.js';
import { type Finding, failed, ok, warning } from './finding.js';
import { SHARED_ADDRESS_REMEDY, sharedAddressOf, sharedAddressText } from './shared-address.js';

/** The wallet's part of a check, as far as it is known without its password. */
export interface LookedAtWallet {
  readonly networkId: number;
  /** By group. */
  readonly addresses: readonly string[];
}

/** What the books say of themselves. */
export interface LookedAtBooks {
  /** Entries of the log so far. */
  readonly entries: number;
  readonly figures: MoneyFigures;
  /** Undefined before settlement has begun. */
  readonly settlement: SettlementState | undefined;
}

/** A payer that has said nothing for so long does not run, ms. */
const PAYER_SILENT_MS = 900_000;

/**
 * @param nodes - as the store knows them, or as they say themselves
 * @param isStoreRight - whether nothing is wrong with the store
 */
export async function checkPayouts(
  config: PoolConfig,
  nodes: NotedNodeIdentity,
  isStoreRight: boolean,
  now: () => number,
): Promise<Finding[]> {
  const { payouts } = config;
  if (payouts === undefined) return [];
  return [
    await checkWallet(config, payouts, nodes),
    ...(isStoreRight ? await checkBooks(config, nodes, now) : []),
  ];
}

async function checkWallet(
  config: PoolConfig,
  { wallet, nodeWallet, scheme }: PayoutsConfig,
  nodes: NotedNodeIdentity,
): Promise<Finding> {
  if (nodeWallet !== undefined) return checkNodeWallet(config, nodeWallet, nodes);
  if (wallet === undefined)
    return warning(
      'payouts.wallet',
      scheme === 'solo' ? 'none: nobody is credited or paid' : 'none: miners are credited, and not paid',
      'make one (lesswork wallet create), and name it',
    );
  if (!existsSync(wallet))
    return warning(
      'payouts.wallet',
      `${wallet}: is not here`,
      'that is right on a machine that pays nobody; lesswork payer needs it',
    );
  const { readWalletHeader } = await import('../../wallet/wallet-on-disk.js');
  try {
    const { networkId, addresses } = await readWalletHeader(wallet);
    const looked = { networkId, addresses: addresses.map(({ address }) => address) };
    return judgeWallet(wallet, looked, nodes, await sharedAddressOf(config, looked.addresses));
  } catch (error) {
    return failed(
      'payouts.wallet',
      (error as Error).message,
      'give the file that lesswork wallet create wrote',
    );
  }
}

/** A wallet of a node tells its addresses to who has its password alone: they must be those that blocks pay. */
async function checkNodeWallet(
  config: PoolConfig,
  nodeWallet: NonNullable<PayoutsConfig['nodeWallet']>,
  { minerAddresses = [] }: NotedNodeIdentity,
): Promise<Finding> {
  const { label } = nodeOfWallet(config, nodeWallet);
  const shared = await sharedAddressOf(config, minerAddresses);
  return shared === undefined
    ? ok('payouts.nodeWallet', `${label}: lesswork payer sees when it starts whether blocks pay it`)
    : failed('payouts.nodeWallet', sharedAddressText(label, shared), SHARED_ADDRESS_REMEDY);
}

/** Whether the wallet is what blocks pay. @param shared - an address that the fund has, too */
export function judgeWallet(
  path: string,
  { networkId, addresses }: LookedAtWallet,
  nodes: NotedNodeIdentity,
  shared?: string,
): Finding {
  if (nodes.networkId !== undefined && nodes.networkId !== networkId)
    return failed(
      'payouts.wallet',
      `${path}: is of network ${networkId}, the pool of network ${nodes.networkId}`,
      'name the wallet of this network',
    );
  if (shared !== undefined)
    return failed('payouts.wallet', sharedAddressText(path, shared), SHARED_ADDRESS_REMEDY);
  const paid = nodes.minerAddresses;
  const group = paid === undefined ? -1 : addresses.findIndex((address, at) => address !== paid[at]);
  if (group >= 0)
    return failed(
      'payouts.wallet',
      `${path}: its address of group ${group} is ${addresses[group]}, blocks pay ${paid![group]}`,
      'set the addresses of lesswork wallet addresses in all nodes, then lesswork pool accept-addresses',
    );
  return ok(
    'payouts.wallet',
    `${path}: of network ${networkId}${paid === undefined ? '' : ', its addresses are those that blocks pay'}`,
  );
}

async function checkBooks(
  config: PoolConfig,
  nodes: NotedNodeIdentity,
  now: () => number,
): Promise<Finding[]> {
  const settings = storeSettingsOf(config);
  const notYet = ok('books', 'nothing was booked yet: they are made with the first settlement');
  if (settings.type === 'embedded') {
    const { booksPath } = await import('../store/embedded/embedded-books.js');
    if (!existsSync(booksPath(settings.path))) return [notYet];
  } else if (nodes.networkId === undefined) return [notYet];
  try {
    const books = await openBooks(settings, { onNotice: () => {} });
    try {
      return judgeBooks(await lookAtBooks(books, now), now());
    } finally {
      await books.close();
    }
  } catch (error) {
    return [
      failed(
        'books',
        (error as Error).message,
        'see docs/OPERATIONS.md, The ledger: nobody is credited or paid',
      ),
    ];
  }
}

async function lookAtBooks(books: Books, now: () => number): Promise<LookedAtBooks> {
  const [note] = await books.get('note', [STATE_KEY]);
  return {
    entries: await books.logEnd(),
    figures: await readMoneyFigures(books, now()),
    settlement: note === undefined ? undefined : decodeState(note.text),
  };
}

/** @param nowMs - ms since the epoch */
export function judgeBooks({ entries, figures, settlement }: LookedAtBooks, nowMs: number): Finding[] {
  const { payer, isPaused } = figures;
  const runs = settlement?.runs ?? 0;
  const findings = [
    ok('books', `can be read: ${counted(entries, 'entry', 'entries')}, ${counted(runs, 'settlement')}`),
  ];
  const waits = settlement?.blockedBy ?? [];
  if (waits.length > 0)
    findings.push(
      warning(
        'books',
        `crediting waits for ${counted(waits.length, 'silent front end')}, journal ${waits[0]}${waits.length > 1 ? ' and others' : ''}`,
        'start it again, or leave it out (docs/PAYOUTS.md)',
      ),
    );
  if (isPaused)
    findings.push(
      warning('books', 'payments are held', 'see why, then go on: lesswork payer status, resume'),
    );
  if (payer === undefined) return findings;
  const silentMs = nowMs - payer.atMs;
  if (silentMs > PAYER_SILENT_MS)
    findings.push(
      warning(
        'books',
        `the payer said nothing for ${Math.floor(silentMs / 60_000)} min`,
        'start lesswork payer',
      ),
    );
  if (payer.stuck > 0)
    findings.push(
      warning(
        'books',
        `${counted(payer.stuck, 'transaction')} on the way for two hours or more`,
        'see which, and why: lesswork payer status',
      ),
    );
  const faults = payer.lastCheck?.faults ?? 0;
  if (faults > 0)
    findings.push(
      warning(
        'books',
        `the payer's last check of the ledger found ${counted(faults, 'fault')}`,
        'see them: lesswork ledger check',
      ),
    );
  return findings;
}
