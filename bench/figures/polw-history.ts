/**
 * A history of the chains, as a full node would tell it. Every block has two transfers of others; one block in twenty is ours, as of
 * a pool of 5 %: it burns the change of our last one on that chain.
 * @module
 */
import { addressOfPublicKey, hintOfLockupScript } from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import {
  ALL_CHAINS,
  type ChainIndex,
  chainIndex,
  fromGroupOf,
  GROUPS,
  toGroupOf,
} from '../../protocol/chain.js';
import { outputKeyOf } from '../../protocol/output-reference.js';

/** Heights of each chain. */
export const HEIGHTS = 6250;
export const BLOCK_TIME_MS = 8000;
export const NETWORK_ID = 4;
/** Time of the genesis blocks. */
export const START_MS = 1_900_000_000_000;

const LOCK_MS = 30_000_000;
const OURS_IN = 20;
const BURNT = 54n * 10n ** 15n;
const NET = 11n * 10n ** 15n;
const DEPOSIT = 10_000n * 10n ** 18n;

/** Burn addresses: of keys that nobody has, in whatever group they fall. */
export const BURN = ALL_CHAINS.map((chain) => {
  const { text, lockupScript } = addressOfPublicKey(new Uint8Array(33).fill(chain + 1));
  return { text, hint: hintOfLockupScript(lockupScript) };
});

const SOMEBODY = { text: addressOfPublicKey(new Uint8Array(33).fill(99)).text, hint: 12345 };

const nameOf = (kind: number, chain: ChainIndex, height: number): string =>
  `${(kind * 2 ** 32 + height).toString(16).padStart(63, '0')}${chain.toString(16)}`;
const hashOf = (chain: ChainIndex, height: number): string => nameOf(1, chain, height);
const coinbaseOf = (chain: ChainIndex, height: number): string => nameOf(2, chain, height);
const keyOf = (id: string, index: number): string => bytesToHex(outputKeyOf(hexToBytes(id), index));
const timeOf = (chain: ChainIndex, height: number): number => START_MS + height * BLOCK_TIME_MS + chain * 400;
const isOurs = (chain: ChainIndex, height: number): boolean =>
  height > 1 && (height * 7 + chain) % OURS_IN === 0;

/** Blocks of ours on a chain below a height, and the height of the last one, or 1 where the deposit is. */
function before(chain: ChainIndex, height: number): { readonly count: number; readonly last: number } {
  let count = 0;
  let last = 1;
  for (let at = 2; at < height; at++) if (isOurs(chain, at)) [count, last] = [count + 1, at];
  return { count, last };
}

function output(id: string, index: number, to: { text: string; hint: number }, amount: bigint, lockTime = 0) {
  const { text: address, hint } = to;
  return {
    hint,
    key: keyOf(id, index),
    attoAlphAmount: `${amount}`,
    address,
    tokens: [],
    lockTime,
    message: '',
  };
}

function transaction(txId: string, inputs: readonly object[], fixedOutputs: readonly object[]) {
  const unsigned = { txId, version: 0, networkId: NETWORK_ID, gasAmount: 20000, gasPrice: '1000000000' };
  return {
    unsigned: { ...unsigned, inputs, fixedOutputs },
    scriptExecutionOk: true,
    contractInputs: [],
    generatedOutputs: [],
    inputSignatures: ['ab'.repeat(64)],
    scriptSignatures: [],
  };
}

const input = (hint: number, key: string) => ({
  outputRef: { hint, key },
  unlockScript: `04${'02'.repeat(33)}`,
});

function transfersOf(chain: ChainIndex, height: number): readonly object[] {
  return [3, 4].map((kind) => {
    const id = nameOf(kind, chain, height);
    const outputs = [1, 2].map((amount, index) => output(id, index, SOMEBODY, BigInt(amount)));
    return transaction(id, [input(SOMEBODY.hint, nameOf(9, chain, height))], outputs);
  });
}

function coinbase(chain: ChainIndex, height: number): object {
  const id = coinbaseOf(chain, height);
  const lock = timeOf(chain, height) + LOCK_MS;
  if (!isOurs(chain, height)) return transaction(id, [], [output(id, 0, SOMEBODY, NET, lock)]);
  const { count, last } = before(chain, height);
  const reward = BURN[chainIndex(toGroupOf(chain), fromGroupOf(chain))]!;
  const spent = last === 1 ? keyOf(nameOf(5, chain, 1), 0) : keyOf(coinbaseOf(chain, last), 1);
  const change = DEPOSIT - BURNT * BigInt(count + 1);
  const outputs = [output(id, 0, reward, BURNT + NET, lock), output(id, 1, BURN[chain]!, change)];
  return transaction(id, [input(BURN[chain]!.hint, spent)], outputs);
}

function blockOf(chain: ChainIndex, height: number): object {
  const group = fromGroupOf(chain);
  const parentHeight = height - 1;
  const tip = (of: ChainIndex): string => (height === 0 ? '0'.repeat(64) : hashOf(of, parentHeight));
  const others = [0, 1, 2, 3].filter((other) => other !== group);
  const deposit = nameOf(5, chain, 1);
  return {
    hash: hashOf(chain, height),
    timestamp: timeOf(chain, height),
    chainFrom: group,
    chainTo: toGroupOf(chain),
    height,
    deps: [
      ...others.map((other) => tip(chainIndex(other, other))),
      ...Array.from({ length: GROUPS }, (_, to) => tip(chainIndex(group, to))),
    ],
    transactions: [
      ...(height === 1 ? [transaction(deposit, [], [output(deposit, 0, BURN[chain]!, DEPOSIT)])] : []),
      ...transfersOf(chain, height),
      coinbase(chain, height),
    ],
    nonce: '0'.repeat(48),
    version: 0,
    depStateHash: 'cd'.repeat(32),
    txsHash: 'ef'.repeat(32),
    target: '1e3fffff',
    ghostUncles: [],
  };
}

function blocksBetween(fromMs: number, toMs: number): readonly (readonly object[])[] {
  return ALL_CHAINS.map((chain) => {
    const first = Math.max(1, Math.ceil((fromMs - timeOf(chain, 0)) / BLOCK_TIME_MS));
    const last = Math.min(HEIGHTS, Math.floor((toMs - timeOf(chain, 0)) / BLOCK_TIME_MS));
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => blockOf(chain, first + i));
  });
}

/** What our blocks burn in all, attoALPH. */
export function burntInAll(): bigint {
  return ALL_CHAINS.reduce((sum, chain) => sum + BURNT * BigInt(before(chain, HEIGHTS + 1).count), 0n);
}

/** What the node answers, any JSON. */
export function answerOf({ pathname, searchParams }: URL): unknown {
  const number = (name: string): number => Number(searchParams.get(name));
  if (pathname === '/blockflow/blocks') return { blocks: blocksBetween(number('fromTs'), number('toTs')) };
  if (pathname === '/blockflow/hashes') {
    const height = number('height');
    const chain = chainIndex(number('fromGroup'), number('toGroup'));
    return { headers: height <= HEIGHTS ? [hashOf(chain, height)] : [] };
  }
  if (pathname === '/blockflow/chain-info') return { currentHeight: HEIGHTS };
  const hash = pathname.slice(-64);
  return blockOf(Number.parseInt(hash.slice(-1), 16), Number.parseInt(hash.slice(-9, -1), 16));
}
