/**
 * The simulated network's own money: coins of the first blocks, for the blocks of other people and for deposits.
 * @module
 */
import { type Address, hintOfLockupScript } from '../../protocol/address.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import { bytesToHex, concatBytes, hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex, fromGroupOf, GROUPS, toGroupOf } from '../../protocol/chain.js';
import { ALPH } from '../../protocol/emission.js';
import {
  createTransaction,
  encodeUnsignedTransaction,
  MIN_OUTPUT_AMOUNT,
  type Output,
  type Transaction,
  type UnsignedTransaction,
} from '../../protocol/transaction.js';
import { transferGas } from '../../protocol/transaction-gas.js';
import type { Random } from '../random.js';
import { type BurnRight, type BurnRights, burnRightOf } from './burning.js';
import type { CoinView } from './coin-view.js';
import { generateKey, type Key } from './keys.js';
import { MIN_GAS_PRICE } from './transaction-rules.js';

/** Coins that a group's faucet begins with: so many deposits can wait for one block. */
const FAUCET_COINS = 128;
const FAUCET_COIN_AMOUNT = 1_000_000n * ALPH;
/** What other people's blocks burn on one chain. */
const OTHERS_COIN_AMOUNT = 100_000_000n * ALPH;
const SAME_AS_PREVIOUS = Uint8Array.of(3);
/** A coin of each group's faucet holds tokens beside its ALPH. */
const FAUCET_TOKENS = 1_000_000n;
const TOKEN_ID_BYTES = 32;
/** Signatures that are remembered: of each chain, for some miners. */
const REMEMBERED_RIGHTS = 256;

/** Most outputs of one deposit. */
export const MAX_DEPOSIT_OUTPUTS = 250;

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

/** New coins. */
export interface Deposit extends Omit<GenesisCoin, 'tokens'> {
  /** How many of this amount, up to 250; 1 by default. */
  readonly count?: number;
  /** Whether each holds a token beside its ALPH; false by default. */
  readonly token?: boolean;
}

/** The network's own keys: 4 that give coins away, 16 for what other people's blocks burn. */
export class Faucet {
  readonly #givers: readonly Key[];
  readonly #burners: readonly Key[];
  readonly #tokenId: Uint8Array;
  readonly #rights = new BoundedMap<string, BurnRight>(REMEMBERED_RIGHTS);

  constructor(random: Random) {
    this.#givers = Array.from({ length: GROUPS }, (_, group) => generateKey(group, random));
    this.#burners = ALL_CHAINS.map((chain) => generateKey(fromGroupOf(chain), random));
    this.#tokenId = random.bytes(TOKEN_ID_BYTES);
  }

  /** What the first blocks must hold of them. */
  genesisCoins(): GenesisCoin[] {
    return [
      ...this.#givers.flatMap(({ address }) =>
        Array.from({ length: FAUCET_COINS }, () => ({ address, amount: FAUCET_COIN_AMOUNT })),
      ),
      ...this.#givers.map(({ address }) => ({
        address,
        amount: FAUCET_COIN_AMOUNT,
        tokens: [{ id: this.#tokenId, amount: FAUCET_TOKENS }],
      })),
      ...this.#burners.map(({ address }) => ({ address, amount: OTHERS_COIN_AMOUNT })),
    ];
  }

  /** A transfer that no block of a chain may hold. */
  createBaseless(chain: ChainIndex, networkId: number): Transaction {
    const receiver = this.#givers[toGroupOf(chain)]!.address;
    return createBaseless(this.#givers[fromGroupOf(chain)]!, receiver, networkId);
  }

  /** The right to burn the network's own coins, whoever is paid. */
  readonly burnRights: BurnRights = (chain, miner) => {
    const name = `${chain} ${bytesToHex(miner)}`;
    const right = this.#rights.get(name) ?? burnRightOf(this.#burners[chain]!, miner);
    this.#rights.set(name, right);
    return right;
  };

  /**
   * A transfer of new coins.
   * @param chain - from whose `from` group they come
   * @param taken - keys of coins that other transfers spend, hex
   * @returns undefined where the faucet has not that much for now
   * @throws RangeError if the amount is too small for an output, or there are too many
   */
  createDeposit(
    chain: ChainIndex,
    deposit: Deposit & { readonly networkId: number },
    view: CoinView,
    taken: ReadonlySet<string>,
  ): Transaction | undefined {
    const { address, amount, lockTimeMs = 0n, count = 1, token = false, networkId } = deposit;
    if (amount < MIN_OUTPUT_AMOUNT)
      throw new RangeError(`"amount" expected at least ${MIN_OUTPUT_AMOUNT}, got ${amount}`);
    if (!Number.isInteger(count) || count < 1 || count > MAX_DEPOSIT_OUTPUTS)
      throw new RangeError(`"count" expected an integer from 1 to ${MAX_DEPOSIT_OUTPUTS}, got ${count}`);
    const giver = this.#givers[fromGroupOf(chain)]!;
    const coins = view
      .coinsOf(giver.address.lockupScript)
      .filter(({ key, output }) => !taken.has(key) && output.tokens.length > 0 === token);
    const additionalData = new Uint8Array(0);
    const tokensOf = (tokens: bigint): Output['tokens'] =>
      tokens > 0n ? [{ id: this.#tokenId, amount: tokens }] : [];
    const paid: Output = {
      amount,
      lockupScript: address.lockupScript,
      lockTimeMs,
      tokens: tokensOf(token ? 1n : 0n),
      additionalData,
    };
    for (let used = 1; used <= coins.length && used <= FAUCET_COINS; used++) {
      const spent = coins.slice(0, used).map(({ output }) => output);
      const gasAmount = transferGas(used, count + 1);
      const sum = spent.reduce((total, output) => total + output.amount, 0n);
      const left = sum - amount * BigInt(count) - BigInt(gasAmount) * MIN_GAS_PRICE;
      if (left < MIN_OUTPUT_AMOUNT) continue;
      const tokens = spent.flatMap((output) => output.tokens).reduce((total, one) => total + one.amount, 0n);
      const change: Output = {
        amount: left,
        lockupScript: giver.address.lockupScript,
        lockTimeMs: 0n,
        tokens: tokensOf(token ? tokens - BigInt(count) : 0n),
        additionalData,
      };
      return signTransfer(giver, {
        networkId,
        script: undefined,
        gasAmount,
        gasPrice: MIN_GAS_PRICE,
        inputs: coins.slice(0, used).map(({ hint, key }, i) => ({
          hint,
          key: hexToBytes(key),
          unlockScript: i === 0 ? p2pkhUnlock(giver.publicKey) : SAME_AS_PREVIOUS,
        })),
        outputs: [...Array.from({ length: count }, () => paid), change],
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
