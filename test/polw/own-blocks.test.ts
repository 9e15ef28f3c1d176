import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { createManualClock } from '../../devnet/clock.js';
import { blockEntryOf } from '../../devnet/rest-json.js';
import { NO_TRANSACTIONS, walkTransactions } from '../../polw/builder/transaction-list.js';
import type { FundBlock } from '../../polw/fund/fund-block.js';
import { type BurnPlace, OwnBlocks } from '../../polw/own-blocks.js';
import { parseBlockEntry } from '../../polw/reader/block-entry.js';
import type { BlockSource } from '../../polw/reader/block-source.js';
import { hintOfLockupScript, parseAddress } from '../../protocol/address.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex } from '../../protocol/chain.js';
import { createDeferred } from '../../protocol/deferred.js';
import { ALPH } from '../../protocol/emission.js';
import { HEADER_BYTES } from '../../protocol/header.js';
import { endOfScript } from '../../protocol/transaction-decoder.js';
import { ACTIVE_RATE, burnAddressOf, FUNDED, RIGHTS, SHIFT } from '../devnet/polw-setting.js';
import { closeAll, closers } from '../support/closers.js';
import { createDevnet } from '../support/direct-nodes.js';
import { PolwAudit } from '../support/polw-audit.js';
import { PolwFrontEnd } from '../support/polw-front-end.js';
import { readVectors } from '../support/vectors.js';

afterEach(closeAll);

const placesOf = (addresses: readonly string[]): BurnPlace[] =>
  addresses.map((text) => {
    const { lockupScript } = parseAddress(text)!;
    return { text, lockupScript, hint: hintOfLockupScript(lockupScript) };
  });

const termsOf = (places: readonly BurnPlace[], networkId = 4) => ({
  networkId,
  hints: new Map(places.map(({ text, hint }) => [text, hint])),
});

/** A block from its bytes, or undefined if a node must be asked for it. */
function readOwn(
  places: readonly BurnPlace[],
  { hash, chain, height }: Pick<FundBlock, 'hash' | 'chain' | 'height'>,
  bytes: Uint8Array,
): FundBlock | undefined {
  const header = bytes.subarray(0, HEADER_BYTES);
  const txs = bytes.subarray(HEADER_BYTES);
  const { list, coinbaseStart } = walkTransactions(txs, endOfScript);
  const own = new OwnBlocks(places);
  const isTaken = own.add({ hash, chain, height, header, list, coinbase: txs.subarray(coinbaseStart) });
  assert.equal(own.heightOf(hash), isTaken ? height : undefined);
  return own.wayTo(hash, () => false)[0];
}

test('recorded blocks: from their bytes they are what a node says of them over REST', () => {
  const { calls } = readVectors<{
    calls: { name: string; path: string; response: Record<string, unknown> }[];
  }>('rest-polw');
  const entries = calls
    .map(({ response }) => response)
    .filter(({ ghostUncles }) => ghostUncles !== undefined);
  let [blocks, uncles, touched] = [0, 0, 0];
  for (const { path, response } of calls) {
    const hash = /raw-blocks\/(\w+)$/.exec(path)?.[1];
    const entry = entries.find((one) => one.hash === hash);
    if (entry === undefined || typeof response.value !== 'string') continue;
    // As if all that its coinbase pays and spends were ours.
    const { fixedOutputs } = (entry.transactions as Entry[]).at(-1)!.unsigned;
    const places = placesOf([...new Set(fixedOutputs.map(({ address }) => address))]);
    const { block } = parseBlockEntry(entry, termsOf(places));
    const own = readOwn(places, block, hexToBytes(response.value));
    // What REST says of the lock of change depends on when it is asked.
    assert.deepEqual(own && withoutLocks(own), withoutLocks(block));
    blocks++;
    uncles += block.uncles.length;
    touched += block.transactions.length;
  }
  assert.ok(blocks >= 4 && uncles > 0 && touched > 0, `${blocks} ${uncles} ${touched}`);
});

interface Entry {
  readonly unsigned: { readonly fixedOutputs: readonly { readonly address: string }[] };
}

const withoutLocks = (block: FundBlock) => ({
  ...block,
  transactions: block.transactions.map((transaction) => ({
    ...transaction,
    outputs: transaction.outputs.map((output) => ({
      ...output,
      lockTimeMs: output.lockTimeMs > block.timestampMs ? output.lockTimeMs : 0,
    })),
  })),
});

/** A source that answers only when it may. */
function heldSource() {
  const held = {
    asked: [] as string[],
    gate: undefined as ReturnType<typeof createDeferred<void>> | undefined,
  };
  const wrap = (source: BlockSource): BlockSource => {
    const ask = async <T>(what: string, answer: () => Promise<T>): Promise<T> => {
      held.asked.push(what);
      await held.gate?.promise;
      return answer();
    };
    return {
      blocks: (fromMs, toMs) => ask('blocks', () => source.blocks(fromMs, toMs)),
      block: (hash) => ask(`block ${hash}`, () => source.block(hash)),
      hashes: (chain, height) => ask(`hashes ${chain} ${height}`, () => source.hashes(chain, height)),
      height: (chain) => ask(`height ${chain}`, () => source.height(chain)),
    };
  };
  return { held, wrap };
}

async function openFrontEnd() {
  const clock = createManualClock();
  const devnet = await createDevnet(
    {
      rate: ACTIVE_RATE,
      blockTimeMs: 2_000,
      retarget: false,
      polw: { shift: SHIFT, support: 'full', coins: FUNDED },
    },
    clock,
  );
  const { held, wrap } = heldSource();
  const frontEnd = await PolwFrontEnd.open([devnet.node], clock, { wrap });
  closers.push(async () => {
    held.gate?.resolve();
    await frontEnd.close();
    devnet.stopSearches();
    clock.close();
  });
  /** Finds a block, and lets the node's answer come through. */
  const mine = async (chain: ChainIndex) => {
    clock.advance(500);
    const { height } = frontEnd.jobs[chain]!;
    const found = frontEnd.mine(chain)!;
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    return { ...found, height };
  };
  return { clock, devnet, frontEnd, held, mine };
}

test('no answer of a node stands between a block of ours and the next job: it has the block’s change, and is taken', async () => {
  const { devnet, frontEnd, held, mine } = await openFrontEnd();
  await frontEnd.settle();
  held.asked.length = 0;
  held.gate = createDeferred<void>();
  for (const chain of [...ALL_CHAINS, ...ALL_CHAINS, 5, 0, 6]) {
    const { hash, height } = await mine(chain);
    const next = frontEnd.jobs[chain];
    assert.equal(next?.height, height + 1, `chain ${chain}`);
    assert.ok(frontEnd.funded.chainStates.every(({ kind }) => kind === 'funded'));
    assert.equal(frontEnd.fund.tip(chain)!.hash, hash);
  }
  assert.ok([...frontEnd.verdicts.values()].every(Boolean));
  // What blocks of (f, f) have decided is asked for, and nothing else.
  const undecided = ALL_CHAINS.filter((chain) => frontEnd.fund.undecided(chain) !== undefined);
  assert.deepEqual(undecided, [0, 5, 10, 15]);
  assert.ok(held.asked.length > 0 && held.asked.every((what) => what.startsWith('block ')));
  const before = frontEnd.fund.accounts();

  held.gate.resolve();
  held.gate = undefined;
  await frontEnd.settle();
  while (frontEnd.fund.hasUndecided) await new Promise(setImmediate);
  assert.deepEqual(frontEnd.fund.accounts(), before);
  new PolwAudit().check(frontEnd);
  assert.deepEqual(
    frontEnd.notices.filter((line) => line.startsWith('warn')),
    [],
  );
  for (const chain of ALL_CHAINS)
    for (let height = 1; height <= devnet.node.state.tip(chain).height; height++) {
      const block = devnet.node.state.mainAt(chain, height)!;
      const { undecided: _, ...known } = frontEnd.fund.block(block.id)!;
      const places = placesOf(ALL_CHAINS.map(burnAddressOf));
      const entry = JSON.parse(JSON.stringify(blockEntryOf(block)));
      assert.deepEqual(known, parseBlockEntry(entry, termsOf(places)).block);
    }
});

test('a block that pays uncles is taken in like any other', async () => {
  const { devnet, frontEnd, held, mine } = await openFrontEnd();
  await mine(6);
  await frontEnd.settle();
  await devnet.control.mineSideBlock(6, { burnRight: RIGHTS[6]! });
  await mine(1);
  await frontEnd.settle();
  held.gate = createDeferred<void>();
  const { hash, height } = await mine(6);
  assert.equal(frontEnd.fund.block(hash)!.uncles.length, 1);
  assert.equal(frontEnd.jobs[6]!.height, height + 1);
});

test('a block whose other transactions pay one of our addresses is read from the node', async () => {
  const { devnet, frontEnd, held, mine } = await openFrontEnd();
  const address = parseAddress(burnAddressOf(4))!;
  devnet.control.deposit({ address, amount: ALPH, from: 1 });
  await mine(0);
  await frontEnd.settle();
  held.gate = createDeferred<void>();
  const chain = [4, 5, 6, 7].find((one) => frontEnd.jobs[one]!.txsBlob[0]!.length > 1)!;
  const { hash } = await mine(chain);
  assert.equal(frontEnd.funded.chainStates[chain]!.kind, 'waiting');
  assert.ok(held.asked.includes(`block ${hash}`));
  held.gate.resolve();
  held.gate = undefined;
  await frontEnd.settle();
  new PolwAudit().check(frontEnd);
});

test('a deposit that a block of ours takes in is not spent before a node has told whether it counts', async () => {
  const { devnet, frontEnd, held, mine } = await openFrontEnd();
  const address = parseAddress(burnAddressOf(4))!;
  devnet.control.deposit({ address, amount: 3n * ALPH, from: 2 });
  for (const chain of [9, 9, 4, 4]) await mine(chain);
  await frontEnd.settle();
  const offered = () => {
    const state = frontEnd.funded.chainStates[4]!;
    return state.kind === 'funded' ? state.coins.sent : undefined;
  };
  assert.equal(offered(), 3n * ALPH);
  held.gate = createDeferred<void>();
  for (const chain of [10, 10, 4, 4]) await mine(chain);
  assert.ok(frontEnd.fund.hasUndecided);
  assert.equal(offered(), 3n * ALPH, 'still on the way');
  held.gate.resolve();
  held.gate = undefined;
  await frontEnd.settle();
  while (frontEnd.fund.hasUndecided) await new Promise(setImmediate);
  await mine(4);
  await frontEnd.settle();
  assert.equal(offered(), 0n);
});

test('a block that was sent and that nothing builds on is forgotten once 256 others were', () => {
  const own = new OwnBlocks([]);
  const names = Array.from({ length: 257 }, (_, i) => i.toString(16).padStart(64, '0'));
  for (const hash of names)
    own.add({
      hash,
      chain: 0,
      height: 1,
      header: new Uint8Array(HEADER_BYTES),
      list: NO_TRANSACTIONS,
      coinbase: new Uint8Array(0),
    });
  assert.deepEqual([own.heightOf(names[0]!), own.heightOf(names[256]!)], [undefined, 1]);
});
