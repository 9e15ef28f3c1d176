/**
 * Looks whether a fund is what the chain of its node makes of it, worked out from whole blocks alone.
 * @module
 */
import assert from 'node:assert/strict';
import type { Block } from '../../devnet/block.js';
import type { DevnetNode } from '../../devnet/node.js';
import { ACCOUNTS, type Account, changed, heldBy, NO_ACCOUNTS } from '../../polw/fund/accounts.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, chainName } from '../../protocol/chain.js';
import { ALPH, mainReward, uncleReward } from '../../protocol/emission.js';
import { netRewardOf, polwTermsOf } from '../../protocol/polw.js';
import { polwGasFee, polwRewards } from '../../protocol/polw-coinbase.js';
import { targetOfBits } from '../../protocol/target.js';
import type { Output, Transaction } from '../../protocol/transaction.js';
import { KEYS, MONEY } from '../devnet/polw-setting.js';
import type { PolwFrontEnd } from './polw-front-end.js';

/** What a block of a main chain does to a fund, attoALPH. */
interface Effect {
  /** Net rewards: of a block that burns our coins, and of our uncles. */
  readonly net: bigint;
  readonly burnt: bigint;
  readonly gas: bigint;
  readonly deposits: bigint;
}

const POLW_UNLOCK = 4;
const MIN_DEPOSIT = ALPH / 10n;
const OURS = new Set(KEYS.map(({ address }) => bytesToHex(address.lockupScript)));
const KEYS_OF_OURS = new Set(KEYS.map(({ publicKey }) => bytesToHex(publicKey)));

const isOurs = (lockupScript: Uint8Array): boolean => OURS.has(bytesToHex(lockupScript));

/** Whether a block's coinbase burns coins of ours. */
export function burnsOurs({ transactions }: Pick<Block, 'transactions'>): boolean {
  const [input] = transactions.at(-1)!.unsigned.inputs;
  return (
    input !== undefined &&
    input.unlockScript[0] === POLW_UNLOCK &&
    KEYS_OF_OURS.has(bytesToHex(input.unlockScript.subarray(1)))
  );
}

/** What blocks do, each worked out once. */
export class PolwAudit {
  readonly #effects = new Map<string, Effect>();

  /** Coins, accounts and rewards of a fund whose front end has settled. @throws AssertionError that says what differs */
  check({ node, fund }: PolwFrontEnd): void {
    const coins = fund.coins().map(({ key, amount }) => `${key} ${amount}`);
    const foreign = fund.foreign().listed.map(({ key, amount }) => `${key} ${amount}`);
    const { index } = node.coins!;
    // A node shows what a void transfer makes in another group until that group has heard of it.
    const there = KEYS.flatMap(({ address }) => node.coins!.currentOf(address))
      .filter(({ place }) => !index.isVoid(place.transaction))
      .map(({ coin }) => `${coin.key} ${coin.output.amount}`);
    assert.deepEqual(
      [...coins, ...foreign].sort(),
      there.sort(),
      'the coins of the fund are those of the node',
    );
    const accounts = fund.accounts();
    assert.equal(
      fund.coins().reduce((sum, { amount }) => sum + amount, 0n),
      heldBy(accounts),
      'coins and accounts',
    );
    const expected = this.#sumOf(node);
    assert.deepEqual(
      {
        net: accounts.pending + accounts.earned,
        burnt: accounts.burnt,
        gas: accounts.gas,
        deposits: accounts.fund + accounts.locked + accounts.gas,
      },
      expected,
    );
  }

  /** Whether entries, handed out or open, add up to the accounts. */
  async checkEntries({ fund, store }: PolwFrontEnd): Promise<void> {
    const entries = [...(await store.entries(0, Number.MAX_SAFE_INTEGER)), ...fund.openEntries()];
    assert.equal(new Set(entries.map(({ key }) => key)).size, entries.length, 'entries of one key');
    let sums = NO_ACCOUNTS;
    for (const { changes } of entries) sums = changed(sums, changes);
    const of = (accounts: Readonly<Record<Account, bigint>>) => ACCOUNTS.map((name) => accounts[name]);
    assert.deepEqual(of(sums), of(fund.accounts()), 'the sum of the entries');
  }

  #sumOf(node: DevnetNode): Effect {
    let [net, burnt, gas, deposits] = [0n, 0n, 0n, 0n];
    for (const chain of ALL_CHAINS)
      for (let height = 0; height <= node.state.tip(chain).height; height++) {
        const block = node.state.mainAt(chain, height)!;
        const conflicted = node.coins!.conflictedOf(block);
        const effect = conflicted.length > 0 ? effectOf(node, block, conflicted) : this.#effect(node, block);
        net += effect.net;
        burnt += effect.burnt;
        gas += effect.gas;
        deposits += effect.deposits;
      }
    return { net, burnt, gas, deposits };
  }

  #effect(node: DevnetNode, block: Block): Effect {
    const known = this.#effects.get(block.id) ?? effectOf(node, block, []);
    this.#effects.set(block.id, known);
    return known;
  }
}

function effectOf(node: DevnetNode, block: Block, conflicted: readonly string[]): Effect {
  const transfers = block.height === 0 ? block.transactions : block.transactions.slice(0, -1);
  const deposits = transfers
    .filter(({ id }) => !conflicted.includes(bytesToHex(id)))
    .reduce((sum, transfer) => sum + depositOf(transfer, block.header.timestamp), 0n);
  const coinbase = block.transactions.at(-1)!;
  if (block.height === 0 || conflicted.includes(bytesToHex(coinbase.id)))
    return { net: 0n, burnt: 0n, gas: 0n, deposits };
  const { header, uncles } = block;
  const facts = {
    target: targetOfBits(header.targetBits),
    timestampMs: header.timestamp,
    blockTimeMs: MONEY.blockTimeMs,
  };
  const terms = polwTermsOf(facts, MONEY.emission);
  if (terms === undefined) {
    const main = mainReward(netRewardOf(facts, MONEY.emission), 'danube');
    const paid = uncles.filter(({ lockupScript }) => isOurs(lockupScript));
    const net = paid.reduce((sum, uncle) => sum + uncleReward(main, uncle.heightDifference), 0n);
    return { net, burnt: 0n, gas: 0n, deposits };
  }
  const rewards = polwRewards(terms, 'danube', uncles);
  const uncleNet = rewards.uncles
    .filter(({ lockupScript }) => isOurs(lockupScript))
    .reduce((sum, { reward }) => sum + reward, 0n);
  if (!burnsOurs(block)) return { net: uncleNet, burnt: 0n, gas: 0n, deposits };
  const { inputs, outputs } = coinbase.unsigned;
  return {
    net: rewards.first - terms.burnt + uncleNet,
    burnt: terms.burnt,
    gas: polwGasFee(inputs.length, outputs.length),
    // What was not taken in, and is burnt all the same, comes in with the change.
    deposits: inputs.reduce((sum, { key }) => sum + leftOutOf(node, bytesToHex(key)), deposits),
  };
}

/** Amount of a coin that is too small or was locked when it came: others may burn it. @param key - hex */
function leftOutOf({ coins, state }: DevnetNode, key: string): bigint {
  const { coin, createdBy } = coins!.index.get(key)!;
  const { block, height, transaction, timestampMs } = createdBy[0]!;
  const last = state.get(block)!.transactions.at(-1)!;
  const isOfCoinbase = height > 0 && bytesToHex(last.id) === transaction;
  return isOfCoinbase || isDeposit(coin.output, BigInt(timestampMs)) ? 0n : coin.output.amount;
}

function depositOf({ unsigned }: Transaction, timestampMs: bigint): bigint {
  return unsigned.outputs
    .filter((output) => isDeposit(output, timestampMs))
    .reduce((sum, { amount }) => sum + amount, 0n);
}

/** Whether an output of a transfer is taken in. @param timestampMs - of its block */
function isDeposit({ lockupScript, amount, lockTimeMs, tokens }: Output, timestampMs: bigint): boolean {
  return isOurs(lockupScript) && amount >= MIN_DEPOSIT && lockTimeMs <= timestampMs && tokens.length === 0;
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
