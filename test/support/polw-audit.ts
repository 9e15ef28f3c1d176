/**
 * Looks whether a fund is what the chain of its node makes of it, worked out from whole blocks alone.
 * @module
 */
import assert from 'node:assert/strict';
import type { Block } from '../../devnet/block.js';
import type { Money } from '../../devnet/body.js';
import type { Place } from '../../devnet/coins/coin.js';
import type { DevnetNode } from '../../devnet/node.js';
import { type Accounts, changed, heldBy, NO_ACCOUNTS } from '../../polw/fund/accounts.js';
import type { Fund } from '../../polw/fund/fund.js';
import type { FundStore } from '../../polw/fund/fund-store.js';
import type { Address } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, chainName } from '../../protocol/chain.js';
import { ALPH, mainReward, uncleReward } from '../../protocol/emission.js';
import { netRewardOf, polwTermsOf } from '../../protocol/polw.js';
import { polwGasFee, polwRewards } from '../../protocol/polw-coinbase.js';
import { targetOfBits } from '../../protocol/target.js';
import type { Output, Transaction } from '../../protocol/transaction.js';
import { KEYS, MONEY } from '../devnet/polw-setting.js';

/** What a block of a main chain does to a fund, attoALPH. */
interface Effect {
  /** Net rewards: of a block that burns our coins, and of our uncles. */
  readonly net: bigint;
  readonly burnt: bigint;
  readonly gas: bigint;
  readonly deposits: bigint;
  /** To others, by transfers of our keys. */
  readonly paid: bigint;
}

const NO_EFFECT: Effect = { net: 0n, burnt: 0n, gas: 0n, deposits: 0n, paid: 0n };
const EFFECTS = Object.keys(NO_EFFECT) as (keyof Effect)[];

/** Names of what is in a block, hex: each is asked for at every look. */
interface BlockNames {
  /** Of its transactions. */
  readonly ids: readonly string[];
  /** Keys of what it spends; none if it spends nothing by a key of ours. */
  readonly spends: readonly string[];
}

/** First byte of an unlock script. */
const P2PKH_UNLOCK = 0;
const POLW_UNLOCK = 4;
const MIN_DEPOSIT = ALPH / 10n;

/** Whose fund it is, and of what network. */
export interface Audited {
  readonly keys: readonly { readonly publicKey: Uint8Array; readonly address: Address }[];
  readonly money: Money;
}

/** A fund, and the node whose blocks it has read. */
export interface FundOnNode {
  readonly node: DevnetNode;
  readonly fund: Pick<Fund, 'coins' | 'foreign' | 'accounts'>;
}

/** What blocks do, each worked out once. */
export class PolwAudit {
  readonly #keys: Audited['keys'];
  readonly #money: Money;
  readonly #scripts: ReadonlySet<string>;
  readonly #publicKeys: ReadonlySet<string>;
  readonly #effects = new Map<string, Effect>();
  readonly #names = new WeakMap<Block, BlockNames>();

  constructor({ keys, money }: Audited = { keys: KEYS, money: MONEY }) {
    this.#keys = keys;
    this.#money = money;
    this.#scripts = new Set(keys.map(({ address }) => bytesToHex(address.lockupScript)));
    this.#publicKeys = new Set(keys.map(({ publicKey }) => bytesToHex(publicKey)));
  }

  /** Whether a block's coinbase burns coins of ours. */
  burnsOurs({ transactions }: Pick<Block, 'transactions'>): boolean {
    return this.#isUnlocked(transactions.at(-1)!, POLW_UNLOCK);
  }

  /** Coins, accounts and rewards of a fund that has read all blocks. @throws AssertionError that says what differs */
  check({ node, fund }: FundOnNode): void {
    const coins = fund.coins().map(({ key, amount }) => `${key} ${amount}`);
    const foreign = fund.foreign().listed.map(({ key, amount }) => `${key} ${amount}`);
    const there = this.#there(node).map(({ key, output }) => `${key} ${output.amount}`);
    const differing = {
      fund: without([...coins, ...foreign], there),
      node: without(there, [...coins, ...foreign]),
    };
    assert.deepEqual(differing, { fund: [], node: [] }, 'coins that only the fund has, or only the node');
    assert.equal(new Set([...coins, ...foreign]).size, there.length, 'coins');
    const held = fund.coins().reduce((sum, { amount }) => sum + amount, 0n);
    assert.equal(held, heldBy(fund.accounts()), 'coins and accounts');
    this.checkAccounts(node, fund.accounts());
  }

  /** Accounts of a fund that has read all blocks. @throws AssertionError that says what differs */
  checkAccounts(node: DevnetNode, accounts: Accounts): void {
    const { net, deposits, ...left } = this.#sumOf(node);
    const { fund, locked, pending, earned, reserved, burnt, gas, paid } = accounts;
    assert.deepEqual({ burnt, gas, paid }, left);
    assert.equal(pending + earned + fund + locked + reserved + gas + paid, net + deposits, 'in all');
    // What leaves may be of what was earned.
    if (reserved + paid === 0n) assert.equal(pending + earned, net, 'net rewards');
  }

  /** What the outputs at our addresses hold, as the node has them, attoALPH: those that were not taken in are left out. */
  heldOn(node: DevnetNode): bigint {
    return this.#there(node).reduce(
      (sum, { key, output }) => sum + output.amount - this.#leftOutOf(node, key),
      0n,
    );
  }

  /** Whether entries, handed out or open, add up to the accounts. */
  async checkEntries({ fund, store }: { fund: Fund; store: Pick<FundStore, 'entries'> }): Promise<void> {
    const handedOut = await store.entries(0, Number.MAX_SAFE_INTEGER);
    const entries = new Map(handedOut.map((entry) => [entry.key, entry]));
    assert.equal(entries.size, handedOut.length, 'entries of one key');
    const open = fund.openEntries();
    assert.equal(new Set(open.map(({ key }) => key)).size, open.length, 'open entries of one key');
    for (const entry of open) {
      // A fund that goes on from an earlier state hands out the same ones again.
      const known = entries.get(entry.key);
      if (known !== undefined) assert.deepEqual(entry, known);
      entries.set(entry.key, entry);
    }
    let sums = NO_ACCOUNTS;
    for (const { changes } of entries.values()) sums = changed(sums, changes);
    // What is set aside is in no entry.
    const of = ({ fund: free, earned, reserved, ...others }: Accounts) => ({
      ...others,
      held: free + earned + reserved,
    });
    assert.deepEqual(of(sums), of(fund.accounts()), 'the sum of the entries');
  }

  /**
   * Unspent coins of our addresses, of the main chains as they are. REST would show more of them: the changes of both of two blocks that
   * spend one coin, and for a while what a void transfer makes in another group.
   */
  #there(node: DevnetNode) {
    const { state } = node;
    const { index } = node.coins!;
    const without = this.#without(node);
    const counts = (place: Place): boolean =>
      (place.final || state.mainAt(place.chain, place.height)?.id === place.block) &&
      !index.isVoidIn(place) &&
      !without.has(place.transaction);
    return this.#keys
      .flatMap(({ address }) => index.ofScript(address.lockupScript))
      .filter(({ createdBy, spentBy }) => createdBy.some(counts) && !spentBy.some(counts))
      .map(({ coin }) => coin);
  }

  /**
   * Transactions that have no effect, although no block has found them void: as far as their inputs are ours. What becomes of a deposit
   * whose payer has spent the same coins twice is not for us to know.
   */
  #without(node: DevnetNode): ReadonlySet<string> {
    return node.coins!.likelyVoid(({ output }) => this.#isOurs(output.lockupScript));
  }

  #sumOf(node: DevnetNode): Effect {
    const sum = { ...NO_EFFECT };
    const without = this.#without(node);
    for (const chain of ALL_CHAINS)
      for (let height = 0; height <= node.state.tip(chain).height; height++) {
        const block = node.state.mainAt(chain, height)!;
        const { ids } = this.#namesOf(block);
        const place = { block: block.id, chain: block.chain, height: block.height };
        const isVoid = (transaction: string): boolean =>
          node.coins!.index.isVoidIn({ ...place, transaction });
        const ineffective = ids.filter((id) => isVoid(id) || without.has(id));
        const effect =
          ineffective.length > 0 ? this.#effectOf(node, block, ineffective) : this.#effect(node, block);
        for (const name of EFFECTS) sum[name] += effect[name];
      }
    return sum;
  }

  #effect(node: DevnetNode, block: Block): Effect {
    // It changes with where its inputs come from.
    const gone = this.#namesOf(block).spends.some((key) => isGone(node, key));
    if (gone) return this.#effectOf(node, block, []);
    const known = this.#effects.get(block.id) ?? this.#effectOf(node, block, []);
    this.#effects.set(block.id, known);
    return known;
  }

  #namesOf(block: Block): BlockNames {
    let names = this.#names.get(block);
    if (names === undefined) {
      const { transactions } = block;
      const keys = transactions.flatMap(({ unsigned }) => unsigned.inputs.map(({ key }) => bytesToHex(key)));
      const ids = transactions.map(({ id }) => bytesToHex(id));
      names = { ids, spends: this.#spendsOurs(block) ? keys : [] };
      this.#names.set(block, names);
    }
    return names;
  }

  #spendsOurs({ transactions }: Block): boolean {
    return transactions.some(
      (transaction) =>
        this.#isUnlocked(transaction, POLW_UNLOCK) || this.#isUnlocked(transaction, P2PKH_UNLOCK),
    );
  }

  /** @param ineffective - ids of its transactions that have no effect, hex */
  #effectOf(node: DevnetNode, block: Block, ineffective: readonly string[]): Effect {
    const transfers = block.height === 0 ? block.transactions : block.transactions.slice(0, -1);
    const made = { ...NO_EFFECT };
    for (const transfer of transfers) {
      if (ineffective.includes(bytesToHex(transfer.id))) continue;
      if (!this.#isUnlocked(transfer, P2PKH_UNLOCK))
        made.deposits += this.#depositOf(transfer, block.header.timestamp);
      else {
        const { inputs, outputs, gasAmount, gasPrice } = transfer.unsigned;
        const spent = inputs
          .map(({ key }) => bytesToHex(key))
          .reduce((sum, key) => sum + (isGone(node, key) ? 0n : amountOf(node, key)), 0n);
        const kept = outputs.filter(({ lockupScript }) => this.#isOurs(lockupScript));
        const fee = BigInt(gasAmount) * gasPrice;
        made.gas += fee;
        made.paid += spent - fee - kept.reduce((sum, { amount }) => sum + amount, 0n);
      }
    }
    const coinbase = block.transactions.at(-1)!;
    if (block.height === 0 || ineffective.includes(bytesToHex(coinbase.id))) return made;
    const { header, uncles } = block;
    const facts = {
      target: targetOfBits(header.targetBits),
      timestampMs: header.timestamp,
      blockTimeMs: this.#money.blockTimeMs,
    };
    const terms = polwTermsOf(facts, this.#money.emission);
    if (terms === undefined) {
      const main = mainReward(netRewardOf(facts, this.#money.emission), 'danube');
      const paid = uncles.filter(({ lockupScript }) => this.#isOurs(lockupScript));
      made.net += paid.reduce((sum, uncle) => sum + uncleReward(main, uncle.heightDifference), 0n);
      return made;
    }
    const rewards = polwRewards(terms, 'danube', uncles);
    made.net += rewards.uncles
      .filter(({ lockupScript }) => this.#isOurs(lockupScript))
      .reduce((sum, { reward }) => sum + reward, 0n);
    if (!this.burnsOurs(block)) return made;
    const { inputs, outputs } = coinbase.unsigned;
    // What a coin brings that is of no main chain any more is not seen to be burnt.
    const gone = inputs.reduce((sum, { key }) => {
      const name = bytesToHex(key);
      return isGone(node, name) ? sum + amountOf(node, name) : sum;
    }, 0n);
    const burnt = gone < terms.burnt ? terms.burnt - gone : 0n;
    made.net += rewards.first - burnt;
    made.burnt += burnt;
    made.gas += polwGasFee(inputs.length, outputs.length);
    made.deposits += gone - (terms.burnt - burnt);
    // What was not taken in, and is burnt all the same, comes in with the change.
    for (const { key } of inputs)
      if (!isGone(node, bytesToHex(key))) made.deposits += this.#leftOutOf(node, bytesToHex(key));
    return made;
  }

  /** Amount of a coin that is too small or was locked when it came: others may burn it. @param key - hex */
  #leftOutOf({ coins, state }: DevnetNode, key: string): bigint {
    const { coin, createdBy } = coins!.index.get(key)!;
    // The same transfer may be in blocks of several branches.
    const isMain = (place: { block: string }): boolean => state.isMain(state.get(place.block)!);
    const { block, height, transaction, timestampMs } = createdBy.find(isMain) ?? createdBy[0]!;
    const { transactions } = state.get(block)!;
    const isOfCoinbase = height > 0 && bytesToHex(transactions.at(-1)!.id) === transaction;
    const maker = transactions.find(({ id }) => bytesToHex(id) === transaction)!;
    const isTakenIn =
      isOfCoinbase ||
      this.#isUnlocked(maker, P2PKH_UNLOCK) ||
      this.#isDeposit(coin.output, BigInt(timestampMs));
    return isTakenIn ? 0n : coin.output.amount;
  }

  #depositOf({ unsigned }: Transaction, timestampMs: bigint): bigint {
    return unsigned.outputs
      .filter((output) => this.#isDeposit(output, timestampMs))
      .reduce((sum, { amount }) => sum + amount, 0n);
  }

  /** Whether an output of a transfer is taken in. @param timestampMs - of its block */
  #isDeposit({ lockupScript, amount, lockTimeMs, tokens }: Output, timestampMs: bigint): boolean {
    return (
      this.#isOurs(lockupScript) && amount >= MIN_DEPOSIT && lockTimeMs <= timestampMs && tokens.length === 0
    );
  }

  #isOurs(lockupScript: Uint8Array): boolean {
    return this.#scripts.has(bytesToHex(lockupScript));
  }

  /** Whether a transaction spends by one of our keys. @param unlock - how */
  #isUnlocked({ unsigned }: Transaction, unlock: number): boolean {
    const [input] = unsigned.inputs;
    return (
      input !== undefined &&
      input.unlockScript[0] === unlock &&
      this.#publicKeys.has(bytesToHex(input.unlockScript.subarray(1)))
    );
  }
}

/**
 * Whether no main-chain block makes an output any more. The simulated node's chains reorganise one by one: a block of another one may
 * have spent it. @param key - hex
 */
function isGone({ coins, state }: DevnetNode, key: string): boolean {
  const { createdBy } = coins!.index.get(key)!;
  return !createdBy.some((place) => state.isMain(state.get(place.block)!) && !coins!.index.isVoidIn(place));
}

/**
 * Whether a block burns what is of no main chain any more, or was of none that the block sees which found its coinbase void: a network
 * whose chains agree would not keep it.
 */
export function isAstray(node: DevnetNode, { transactions }: Block): boolean {
  const { id, unsigned } = transactions.at(-1)!;
  const keys = unsigned.inputs.map(({ key }) => bytesToHex(key));
  return keys.some((key) => isGone(node, key)) || wasGone(node, keys, bytesToHex(id));
}

/** Whether one of the outputs was not there for a main-chain block that found their spender void. @param spender - id, hex */
function wasGone({ coins, state }: DevnetNode, keys: readonly string[], spender: string): boolean {
  const { index } = coins!;
  return index.verdicts(spender).some(({ by }) => {
    const judge = state.mainAt(by.chain, by.height);
    if (judge?.id !== by.block) return false;
    const view = index.view(judge.chain, judge.header.deps);
    const isThere = (place: Place): boolean =>
      (place.final || view.contains(place)) && !index.isVoidIn(place);
    return keys.some((key) => !index.get(key)!.createdBy.some(isThere));
  });
}

/** What is not in a list of others. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return all.filter((one) => !known.has(one)).sort();
}

/** @param key - hex */
function amountOf({ coins }: DevnetNode, key: string): bigint {
  return coins!.index.get(key)!.coin.output.amount;
}

/** Keys of the outputs that live templates spend, each with the chains that do. @throws AssertionError if two do */
export function checkLiveInputs(
  live: readonly { readonly chain: ChainIndex; readonly coinbase: Transaction }[],
): void {
  const spender = new Map<string, ChainIndex>();
  for (const { chain, coinbase } of live)
    for (const { key } of coinbase.unsigned.inputs) {
      const name = bytesToHex(key);
      const other = spender.get(name) ?? chain;
      assert.equal(other, chain, `${name} is an input on ${chainName(other)} and ${chainName(chain)}`);
      spender.set(name, chain);
    }
}
