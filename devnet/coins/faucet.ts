/**
 * The simulated network's own money: coins of the first blocks, for the blocks of other people and for deposits.
 * @module
 */
import { type Address, hintOfLockupScript } from '../../protocol/address.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex, concatBytes, hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, fromGroupOf, GROUPS, toGroupOf } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import { transferGas } from '../../protocol/polw-coinbase.js';
import {
  createTransaction,
  encodeUnsignedTransaction,
  MIN_OUTPUT_AMOUNT,
  type Output,
  type Transaction,
  type UnsignedTransaction,
} from '../../protocol/transaction.js';
import type { Random } from '../random.js';
import { type BurnRights, burnRightOf } from './burning.js';
import type { CoinView } from './coin-view.js';
import { generateKey, type Key } from './keys.js';
import { MIN_GAS_PRICE } from './transaction-rules.js';

/** Coins that a group's faucet begins with: so many deposits can wait for one block. */
const FAUCET_COINS = 128;
const FAUCET_COIN_AMOUNT = 1_000_000n * ALPH;
/** What other people's blocks burn on one chain. */
const OTHERS_COIN_AMOUNT = 100_000_000n * ALPH;
const SAME_AS_PREVIOUS = Uint8Array.of(3);

/** A coin of the first blocks. */
export interface GenesisCoin {
  readonly address: Address;
  /** attoALPH. */
  readonly amount: bigint;
  /** ms since the epoch; 0 by default. */
  readonly lockTimeMs?: bigint;
  /** Tokens beside it; none by default. */
  readonly tokens?: Output['tokens'];
}

/** The network's own keys: 4 that give coins away, 16 for what other people's blocks burn. */
export class Faucet {
  readonly #givers: readonly Key[];
  readonly #burners: readonly Key[];

  constructor(random: Random) {
    this.#givers = Array.from({ length: GROUPS }, (_, group) => generateKey(group, random));
    this.#burners = ALL_CHAINS.map((chain) => generateKey(fromGroupOf(chain), random));
  }

  /** What the first blocks must hold of them. */
  genesisCoins(): GenesisCoin[] {
    return [
      ...this.#givers.flatMap(({ address }) =>
        Array.from({ length: FAUCET_COINS }, () => ({ address, amount: FAUCET_COIN_AMOUNT })),
      ),
      ...this.#burners.map(({ address }) => ({ address, amount: OTHERS_COIN_AMOUNT })),
    ];
  }

  /** A transfer that no block of a chain may hold. */
  createBaseless(chain: ChainIndex, networkId: number): Transaction {
    const receiver = this.#givers[toGroupOf(chain)]!.address;
    return createBaseless(this.#givers[fromGroupOf(chain)]!, receiver, networkId);
  }

  /** The right to burn the network's own coins, whoever is paid. */
  readonly burnRights: BurnRights = (chain, miner) => burnRightOf(this.#burners[chain]!, miner);

  /**
   * A transfer of new coins.
   * @param chain - from whose `from` group they come
   * @param taken - keys of coins that other transfers spend, hex
   * @returns undefined where the faucet has not that much for now
   * @throws RangeError if the amount is too small for an output
   */
  createDeposit(
    chain: ChainIndex,
    deposit: GenesisCoin & { readonly networkId: number },
    view: CoinView,
    taken: ReadonlySet<string>,
  ): Transaction | undefined {
    const { address, amount, lockTimeMs = 0n, networkId } = deposit;
    if (amount < MIN_OUTPUT_AMOUNT)
      throw new RangeError(`"amount" expected at least ${MIN_OUTPUT_AMOUNT}, got ${amount}`);
    const giver = this.#givers[fromGroupOf(chain)]!;
    const coins = view.coinsOf(giver.address.lockupScript).filter(({ key }) => !taken.has(key));
    for (let count = 1; count <= coins.length && count <= FAUCET_COINS; count++) {
      const spent = coins.slice(0, count);
      const sum = spent.reduce((total, { output }) => total + output.amount, 0n);
      const gasAmount = transferGas(count, 2);
      const change = sum - amount - BigInt(gasAmount) * MIN_GAS_PRICE;
      if (change < MIN_OUTPUT_AMOUNT) continue;
      const plain = { tokens: [], additionalData: new Uint8Array(0) };
      return signTransfer(giver, {
        networkId,
        script: undefined,
        gasAmount,
        gasPrice: MIN_GAS_PRICE,
        inputs: spent.map(({ hint, key }, i) => ({
          hint,
          key: hexToBytes(key),
          unlockScript: i === 0 ? p2pkhUnlock(giver.publicKey) : SAME_AS_PREVIOUS,
        })),
        outputs: [
          { ...plain, amount, lockupScript: address.lockupScript, lockTimeMs },
          { ...plain, amount: change, lockupScript: giver.address.lockupScript, lockTimeMs: 0n },
        ],
      });
    }
    return undefined;
  }
}

/** A transfer of a coin that never was: no block may hold it. */
function createBaseless(key: Key, receiver: Address, networkId: number): Transaction {
  const plain = { tokens: [], additionalData: new Uint8Array(0), lockTimeMs: 0n };
  const { lockupScript } = key.address;
  return signTransfer(key, {
    networkId,
    script: undefined,
    gasAmount: transferGas(1, 1),
    gasPrice: MIN_GAS_PRICE,
    inputs: [
      {
        hint: hintOfLockupScript(lockupScript),
        key: blake2b256(lockupScript),
        unlockScript: p2pkhUnlock(key.publicKey),
      },
    ],
    outputs: [{ ...plain, amount: MIN_OUTPUT_AMOUNT, lockupScript: receiver.lockupScript }],
  });
}

function p2pkhUnlock(publicKey: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0), publicKey);
}

/** A transfer whose inputs share one key, signed. */
export function signTransfer(key: Key, unsigned: UnsignedTransaction): Transaction {
  return createTransaction(unsigned, [key.sign(blake2b256(encodeUnsignedTransaction(unsigned)))]);
}

/** Keys of the coins that transactions spend, hex. */
export function keysSpentBy(transactions: readonly Transaction[]): Set<string> {
  return new Set(transactions.flatMap(({ unsigned }) => unsigned.inputs.map(({ key }) => bytesToHex(key))));
}
