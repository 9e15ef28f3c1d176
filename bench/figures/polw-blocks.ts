/**
 * What a block under Proof of Less Work takes: a new coinbase on the kept branch of a list, and a new list of transactions.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { planCoins } from '../../polw/builder/coin-plan.js';
import { createFundedJob } from '../../polw/builder/funded-job.js';
import { TermsReader } from '../../polw/builder/polw-network.js';
import { walkTransactions } from '../../polw/builder/transaction-list.js';
import type { WalkResult } from '../../polw/lists/list-walker.js';
import { ThreadListWalker } from '../../polw/lists/thread-list-walker.js';
import { addressOfPublicKey, hintOfLockupScript } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { MAINNET_EMISSION } from '../../protocol/emission.js';
import { encodeHeader } from '../../protocol/header.js';
import { bitsOfHashrate, targetBytes, targetOfBits } from '../../protocol/target.js';
import { createTransaction, encodeTransactions, type Transaction } from '../../protocol/transaction.js';
import { endOfScript } from '../../protocol/transaction-decoder.js';
import { median } from '../statistics.js';
import type { Figure, FigureLine } from './figure.js';

const TRANSACTIONS = 500;
const COINBASES = 400;
const LISTS = 25;
const COINBASE_MS = 0.3;
const LIST_MS = 20;
const NETWORK_ID = 4;
const SOME_TIME_MS = 1_795_000_000_000n;
const ALPH = 10n ** 18n;

/** A script of one method without instructions but a return, as it is serialized. */
const SCRIPT = Uint8Array.of(1, 1, 0, 0, 0, 0, 1, 2);

export const polwBlocks: Figure = {
  name: 'polw-blocks',
  async measure() {
    return [
      coinbaseLine(),
      listLine(`a list of ${TRANSACTIONS} transfers: walk, checks, branch`),
      listLine('  every fifth of them with a script', 5),
      listLine('  all of them with a script', 1),
      await threadLine(),
    ];
  },
};

/** A new timestamp each time, and so a new coinbase, on the same list. */
function coinbaseLine(): FigureLine {
  const { list } = walkTransactions(listOf(), endOfScript);
  const burnPublicKey = new Uint8Array(randomBytes(33));
  const burn = addressOfPublicKey(burnPublicKey);
  const authorization = {
    chain: 0,
    burnPublicKey,
    burn,
    reward: addressOfPublicKey(new Uint8Array(randomBytes(33))),
    signature: new Uint8Array(randomBytes(64)),
  };
  const coins = Array.from({ length: 8 }, () => ({
    key: bytesToHex(randomBytes(32)),
    hint: hintOfLockupScript(burn.lockupScript),
    amount: ALPH,
    lockTimeMs: 0,
  }));
  const uncles = [1, 2].map((heightDifference) => ({
    hash: new Uint8Array(randomBytes(32)),
    lockupScript: addressOfPublicKey(new Uint8Array(randomBytes(33))).lockupScript,
    heightDifference,
  }));
  const reader = new TermsReader(MAINNET_EMISSION);
  const targetBits = bitsOfHashrate(3n * 2n ** 60n, 8_000);
  const times: number[] = [];
  for (let i = 0; i < COINBASES; i++) {
    const headerBlob = encodeHeader({
      nonce: new Uint8Array(24),
      deps: Array.from({ length: 7 }, () => new Uint8Array(32)),
      depStateHash: new Uint8Array(32),
      txsHash: new Uint8Array(32),
      timestamp: SOME_TIME_MS + BigInt(4_000 * i),
      targetBits,
    }).slice(24);
    const job = {
      chain: 0,
      headerBlob,
      txsBlob: [],
      target: targetBytes(targetOfBits(targetBits)),
      height: 9,
    };
    const startMs = performance.now();
    const terms = reader.termsOf(headerBlob)!;
    const plan = planCoins(coins, { burnt: terms.burnt, uncles: uncles.length })!;
    const minerData = new Uint8Array(0);
    const parts = { job, terms, list, uncles, plan, coins, authorization, networkId: NETWORK_ID, minerData };
    if (typeof createFundedJob(parts) === 'string') throw new Error('no coinbase came out');
    times.push(performance.now() - startMs);
  }
  return line('a new coinbase on a kept branch', times, COINBASE_MS, 3);
}

/** @param scripts - one transfer in how many has a script */
function listLine(what: string, scripts?: number): FigureLine {
  const times = Array.from({ length: LISTS }, () => {
    const bytes = listOf(scripts);
    const startMs = performance.now();
    walkTransactions(bytes, endOfScript);
    return performance.now() - startMs;
  });
  return line(what, times, LIST_MS, 1);
}

/** As it is used: from the main thread and back, and how long that is held up. */
async function threadLine(): Promise<FigureLine> {
  const walker = new ThreadListWalker();
  const walk = (bytes: Uint8Array): Promise<WalkResult> =>
    new Promise((resolve) => walker.walk(bytes, resolve));
  const held: number[] = [];
  const whole: number[] = [];
  for (let i = 0; i < LISTS; i++) {
    const bytes = listOf();
    const startMs = performance.now();
    const done = walk(bytes);
    held.push(performance.now() - startMs);
    if ('fault' in (await done)) throw new Error('a list did not decode');
    whole.push(performance.now() - startMs);
  }
  walker.close();
  return {
    what: '  in its thread, there and back; held up meanwhile',
    measured: `${median(whole).toFixed(1)} ms; ${median(held).toFixed(2)} ms`,
  };
}

function line(what: string, times: readonly number[], atMostMs: number, digits: number): FigureLine {
  const middle = median(times);
  const sorted = times.toSorted((a, b) => a - b);
  return {
    what,
    measured: `${middle.toFixed(digits)} ms (${sorted[0]!.toFixed(digits)} to ${sorted.at(-1)!.toFixed(digits)}, ${times.length} times)`,
    required: `at most ${atMostMs} ms`,
    met: middle <= atMostMs,
  };
}

/** Transfers, and something in the place of a coinbase. */
function listOf(scripts = Number.POSITIVE_INFINITY): Uint8Array {
  return encodeTransactions(
    Array.from({ length: TRANSACTIONS + 1 }, (_, i) =>
      transfer((i + 1) % scripts === 0 ? SCRIPT : undefined),
    ),
  );
}

function transfer(script: Uint8Array | undefined): Transaction {
  const output = () => ({
    amount: ALPH,
    lockupScript: new Uint8Array([0, ...randomBytes(32)]),
    lockTimeMs: 0n,
    tokens: [],
    additionalData: new Uint8Array(0),
  });
  const unlockScript = new Uint8Array([0, ...randomBytes(33)]);
  const inputs = [{ hint: 1, key: new Uint8Array(randomBytes(32)), unlockScript }];
  return createTransaction(
    {
      networkId: NETWORK_ID,
      script,
      gasAmount: 19_900,
      gasPrice: 10n ** 11n,
      inputs,
      outputs: [output(), output()],
    },
    [new Uint8Array(randomBytes(64))],
  );
}
