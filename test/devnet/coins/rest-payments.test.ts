// What a full node answered about transfers, over 200 times: asked again at the same stages of the same story. The payers'
// coins are those of the recorded network, so that its ids and signatures are good here, and answers are the same to the byte.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startDevnet } from '../../../devnet/app.js';
import { createManualClock } from '../../../devnet/clock.js';
import { signTransfer } from '../../../devnet/coins/faucet.js';
import { generateKey } from '../../../devnet/coins/keys.js';
import type { FinalCoin } from '../../../devnet/coins/saved-coins.js';
import { buildTransfer } from '../../../devnet/coins/transfer-builder.js';
import { GENESIS_TIMESTAMP_MS } from '../../../devnet/genesis.js';
import { createRandom } from '../../../devnet/random.js';
import { jobOf, type Template } from '../../../devnet/template.js';
import { addressOfPublicKey, hintOfLockupScript, parseAddress } from '../../../protocol/address.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { type ChainIndex, chainIndex } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { outputKeyOf } from '../../../protocol/output-reference.js';
import { createTransaction } from '../../../protocol/transaction.js';
import { solve } from '../../support/raw-miner.js';
import { readVectors } from '../../support/vectors.js';
import { coinOf, type RecordedCall, type ShownCoin, unsignedIn } from '../recorded-transfers.js';
import { ask } from '../rest-setting.js';

const { calls } = readVectors<{ calls: RecordedCall[] }>('rest-payments');

/** Of another network: asked by themselves. And of a contract's address, which no payer asks for. */
const NOT_ASKED = /^(conflict of two|balance of a contract)/;

/** When the block of the first of two transfers was made that spend one coin. */
const CONFLICT_MS = 1795919269688;

/** When recorded blocks were made whose times are in answers, ms since the epoch. */
const CROSS_MS = 1795918545502;
const INTRA_MS = 1795918554359;
const BARE_MS = 1795918565097;
const THIRD_MS = 1795918569077;
const MANY_MS = 1795918578969;
const START_MS = 1795918540000;

/** Whose coins are over 5,000. */
const MANY = '1FCUNaBQYBPzcLB3JrkLb5ZYBz4bBihWcecaXYP1V5c48';

const [INTRA_1, INTRA_2, INTRA_3] = [chainIndex(1, 1), chainIndex(2, 2), chainIndex(3, 3)];

/** The coins that there were before the recorded transfers. */
function recordedCoins(): FinalCoin[] {
  const unsigned = calls.flatMap(({ name, path, status, response }) =>
    path === '/transactions/build' && status === 200 && !/an input of/.test(name) ? unsignedIn(response) : [],
  );
  const made = new Set(
    unsigned.flatMap((one) => {
      const { id } = createTransaction(one);
      return one.outputs.map((_, i) => bytesToHex(outputKeyOf(id, i)));
    }),
  );
  const coins = new Map<string, FinalCoin>();
  for (const { inputs, outputs, gasAmount, gasPrice } of unsigned) {
    const [input] = inputs;
    const key = bytesToHex(input!.key);
    if (made.has(key)) continue;
    const amount = outputs.reduce((sum, output) => sum + output.amount, BigInt(gasAmount) * gasPrice);
    const owner = addressOfPublicKey(input!.unlockScript.subarray(1)).text;
    const lockTimeMs = key === LOCKED ? START_MS + 600_000 : 0;
    coins.set(key, coinOf({ hint: input!.hint, key }, owner, amount, lockTimeMs));
  }
  for (const { path, response } of calls) {
    for (const { ref, amount, lockTime } of (response as { utxos?: readonly ShownCoin[] })?.utxos ?? [])
      if (lockTime === Number(GENESIS_TIMESTAMP_MS))
        coins.set(ref.key, coinOf(ref, path.split('/')[2]!, BigInt(amount)));
  }
  return [...coins.values()];
}

/** The coin whose build is recorded as locked. */
const LOCKED = '14c8f34bfa88af20ef2b10e2c852152d64a522e5db57a190b7763268a243f55c';

async function setUp(t: TestContext, startMs = START_MS) {
  const clock = createManualClock(startMs);
  const options = { rate: 1_000, blockTimeMs: 2_000, retarget: false, coins: true } as const;
  const devnet = await startDevnet(options, { clock, sliceHashes: 64 });
  t.after(() => devnet.close());
  const { node } = devnet;
  const { index } = node.coins!;
  index.restore([...index.finalCoins(), ...recordedCoins()], []);
  const template = (chain: ChainIndex): Template => {
    node.board.follow(chain);
    return node.board.template(chain);
  };
  const mineOld = (made: Template): void => {
    node.submitWhole(solve(jobOf(made)), made.transactions, ({ fault }) => assert.equal(fault, undefined));
  };
  /** A block of a chain on the newest deps. */
  const mine = (chain: ChainIndex, atMs = clock.now() + 10): void => {
    clock.advance(atMs - clock.now());
    mineOld(template(chain));
  };
  return { devnet, clock, template, mine, mineOld };
}

/** What happened before the first call whose name begins so. */
function storyOf({ devnet, clock, template, mine, mineOld }: Awaited<ReturnType<typeof setUp>>) {
  const early = new Map([0, INTRA_1, INTRA_2].map((chain) => [chain, template(chain)]));
  const mineEarly = (chain: ChainIndex): void => mineOld(early.get(chain)!);
  const mineAll = (...chains: ChainIndex[]): void => {
    for (const chain of chains) mine(chain);
  };
  return new Map<string, () => void>([
    ['cross, in block of (1,2)', () => mine(chainIndex(1, 2), CROSS_MS)],
    ['cross, after one block of (1,1)', () => mineEarly(INTRA_1)],
    ['cross, after a second block of (1,1)', () => mine(INTRA_1)],
    ['cross, after one block of (2,2)', () => mineEarly(INTRA_2)],
    ['cross, after a second block of (2,2)', () => mine(INTRA_2)],
    ['cross, later', () => mineAll(chainIndex(1, 2), INTRA_1, INTRA_2)],
    ['intra, in a block', () => mine(INTRA_3, INTRA_MS)],
    ['intra, one block later', () => mine(INTRA_3)],
    ['conflict, first in a block', () => mine(chainIndex(0, 1))],
    [
      'conflict, after two blocks of (0,0)',
      () => {
        mineEarly(0);
        mine(0);
      },
    ],
    ['locked for a day: balance', () => mine(INTRA_1)],
    ['groupless, :3 spends change', () => mine(chainIndex(2, 1), BARE_MS)],
    ['groupless, :3, after two blocks', () => mineAll(chainIndex(2, 3), chainIndex(2, 3))],
    [
      'groupless, bare: status',
      () => {
        mine(INTRA_2);
        const old = template(INTRA_2);
        mine(chainIndex(2, 3), THIRD_MS);
        mineOld(old);
        mineAll(INTRA_2, INTRA_1, INTRA_3);
      },
    ],
    [
      '5100 outputs: utxos',
      () => {
        const deposit = { address: parseAddress(MANY)!, amount: ALPH / 1000n, count: 243 };
        for (let i = 0; i < 21; i++) devnet.deposit(deposit);
        mine(INTRA_3, MANY_MS);
        mineAll(INTRA_3, INTRA_3, INTRA_3, INTRA_3);
      },
    ],
    ['dropped: one of (0,2)', () => mine(chainIndex(0, 1))],
    ['dropped, after a block of (0,2)', () => mine(chainIndex(0, 2))],
    [
      'dropped, after a template of (0,2)',
      () => {
        clock.advance(63_000);
        template(chainIndex(0, 2));
      },
    ],
    ['dropped, after blocks of', () => mineAll(0, 0, chainIndex(0, 2))],
  ]);
}

/** An answer without what differs from network to network. Of long ones the first coin was recorded, and no bytes. */
function comparable(response: unknown, isLong: boolean): unknown {
  const text = JSON.stringify(response, (name, value) => {
    if (name === 'blockHash' || name === 'seenAt' || name === 'note') return undefined;
    if (isLong && ['key', 'unsignedTx', 'txId'].includes(name)) return name;
    return isLong && name === 'utxos' ? value.slice(0, 1) : value;
  });
  // Of words that begin so the recording says that a release's are others.
  return /^{"detail":"Invalid value/.test(text) ? 'Invalid value' : JSON.parse(text);
}

test('every recorded answer about transfers, at its stage: the same status, bytes, coins, counts and words', async (t) => {
  const setting = await setUp(t);
  const story = storyOf(setting);
  let compared = 0;
  for (const { name, method, path, status, body, response } of calls) {
    if (NOT_ASKED.test(name)) continue;
    const step = [...story.keys()].find((begin) => name.startsWith(begin));
    if (step !== undefined) {
      story.get(step)!();
      story.delete(step);
    }
    const answer = await ask(setting.devnet, method, path, body as object | undefined);
    const isLong = name.startsWith('5100');
    const isJson = answer.text.startsWith('{') || answer.text.startsWith('[');
    const met: unknown = isJson ? JSON.parse(answer.text) : answer.text;
    assert.equal(answer.status, status, `${name}: ${answer.text}`);
    assert.deepEqual(comparable(met, isLong), comparable(response, isLong), name);
    compared++;
  }
  assert.deepEqual([...story.keys()], []);
  assert.ok(compared > 235, `${compared}`);
});

/** The recorded payer, whose key is not known here. */
const PAYER = '19PsPXV5hFUtke4pAi7Av3hmkDxga2P5EY9SspUjGZVWN';

/** Payees of the first and of the second. */
const PAYEES = [
  '1HsnSDgkNcdJCwACjK4nHsxva6xxWGNv45d7mMCtCnujs',
  '19GrnjPuHqiLMPPvAV9ds6EKXdFyWYpB4Ucq8kRHgaHCA',
];

test('two transfers of one coin in blocks of siblings: the recorded answers, of another key', async (t) => {
  const { devnet, mine } = await setUp(t, CONFLICT_MS);
  const { index, desk } = devnet.node.coins!;
  const key = generateKey(0, createRandom(9));
  const { address, publicKey } = key;
  const ref = { hint: hintOfLockupScript(address.lockupScript), key: '77'.repeat(32) };
  const coin = coinOf(ref, address.text, 1_000n * ALPH);
  index.restore([...index.finalCoins(), coin], []);
  const [first, second] = PAYEES.map((text) => {
    const destinations = [{ address: parseAddress(text)!, amount: ALPH, lockTimeMs: 0n }];
    return signTransfer(
      key,
      buildTransfer({ publicKey, payer: address, destinations }, [{ coin: coin.coin, level: 0 }], 4),
    );
  });
  const waiting = desk.submit(second!.unsigned, second!.inputSignatures[0]!);
  await devnet.conflict(bytesToHex(waiting.transaction.id), first!, { settle: false });
  const story = new Map<string, () => void>([
    ['taken in by (0,0)', () => mine(0)],
    [
      'taken in by (1,1) and (2,2)',
      () => {
        mine(INTRA_1);
        mine(INTRA_2);
      },
    ],
  ]);
  const ids = [first!, second!].map(({ id }) => bytesToHex(id));
  let compared = 0;
  for (const { name, path, status, response } of calls.filter((call) =>
    call.name.startsWith('conflict of two'),
  )) {
    const step = [...story.keys()].find((part) => name.includes(part));
    if (step !== undefined) {
      story.get(step)!();
      story.delete(step);
    }
    const own = path
      .replace(/[0-9a-f]{64}/, ids[name.includes('the first') ? 0 : 1]!)
      .replace(PAYER, address.text);
    const answer = await ask(devnet, 'GET', own);
    assert.equal(answer.status, status, name);
    assert.deepEqual(withoutNames(JSON.parse(answer.text)), withoutNames(response), name);
    compared++;
  }
  assert.ok(compared > 20, `${compared}`);
});

/** Coins have other names here, and come by them. */
function withoutNames(response: unknown): unknown {
  const { utxos, ...rest } = JSON.parse(
    JSON.stringify(response, (name, value) => (['blockHash', 'ref'].includes(name) ? undefined : value)),
  ) as { utxos?: ShownCoin[] };
  return { ...rest, coins: utxos?.map((one) => JSON.stringify(one)).sort() };
}
