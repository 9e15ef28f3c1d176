import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fund } from '../../../polw/fund/fund.js';
import type { FundBlock } from '../../../polw/fund/fund-block.js';
import type { BlockSource } from '../../../polw/reader/block-source.js';
import { FundReader } from '../../../polw/reader/fund-reader.js';
import { hintOfLockupScript, parseAddress } from '../../../protocol/address.js';
import { readVectors } from '../../support/vectors.js';

interface Call {
  readonly name: string;
  readonly status: number;
  readonly response: Record<string, unknown>;
}
const { calls } = readVectors<{ calls: readonly Call[] }>('rest-polw');
const answer = (name: string) => calls.find((call) => call.name === name)!.response;

/** Burn addresses of the recording by chain; two chains of group 0 share one, on purpose. */
const ADDRESSES = new Array<string | undefined>(16).fill(undefined);
ADDRESSES[0] = '16WZeaBoFb6w5KqgdWqFtmhbbPtrEcDXXMGLx3TqJUpK5';
ADDRESSES[1] = '1FSjWDKzyggTsQpVZmCztwWRXqU4jfFVqc4wcr7FiFmM5';
ADDRESSES[4] = '1FydXR4KoszAWxvdTNiYKBqPohBo6zRvdBgCifNuNr1ir';
ADDRESSES[6] = '17FS1WcmWCHbtR1cki1X9dvwiw5vXPUhEDjyhbZwo5eSB';
ADDRESSES[8] = '14XHajZt1J828vF5zn2xMgmFb4TNohnTPsb7CNAKuXHue';
ADDRESSES[9] = '1G6MtDdSGukVVTf3NMU9GF6RP22fnCMMHDSX47GeZX32p';

const GENESIS_ALPH = 1000n * 10n ** 18n;

/** The node of the recording, at a stage of it. */
function recordedNode() {
  const blocks = new Map<string, Record<string, unknown>>();
  const add = (...names: readonly string[]): string[] =>
    names.map((name) => {
      const block = answer(name);
      blocks.set(block.hash as string, block);
      return block.hash as string;
    });
  const [main1] = add('PoLW block of (1,2), not taken in: block');
  add('side of two at one height: block', 'uncle, referenced: main-chain-block-by-ghost-uncle');
  add('first sibling (0,1), not taken in: block', 'second sibling (0,2), not taken in: block');
  add('block 1 of (0,0): block', 'block 2 of (0,0): block', 'block 3 of (0,0): block');
  const range = answer('blocks of a time range').blocks as Record<string, unknown>[][];
  for (const block of range.flat()) blocks.set(block.hash as string, block);
  const source: BlockSource = {
    blocks: async () => answer('blocks of a range without blocks').blocks,
    block: async (hash) => blocks.get(hash),
    hashes: async (chain, height) => {
      if (chain === 6 && height === 2) return answer('hashes at the height of both').headers;
      const isThere = (block: Record<string, unknown>): boolean =>
        Number(block.chainFrom) * 4 + Number(block.chainTo) === chain && block.height === height;
      return [...blocks.values()].filter(isThere).map(({ hash }) => hash);
    },
    height: async () => 0,
  };
  return { source, blocks, main1: main1! };
}

/** A fund that begins at the genesis blocks, with the coins that they made. */
function recordedFund(
  names: readonly string[],
  coin: { chain: number; from: number; key: string; hint: number },
) {
  const hints = ADDRESSES.flatMap((text) =>
    text === undefined ? [] : [[text, hintOfLockupScript(parseAddress(text)!.lockupScript)] as const],
  );
  const node = recordedNode();
  const fund = new Fund({ addresses: ADDRESSES, depth: 10, minDeposit: 1n });
  const deps = answer(names[0]!).deps as string[];
  const group = coin.from;
  for (let to = 0; to < 4; to++) {
    const chain = group * 4 + to;
    const { key, hint } = coin;
    const address = ADDRESSES[coin.chain]!;
    const output = { key, hint, address, amount: GENESIS_ALPH, lockTimeMs: 0, tokens: false, index: 0 };
    const made = { id: 'genesis', coinbase: false, spends: [], outputs: [output], gasFee: 0n };
    const genesis: FundBlock = {
      hash: deps[3 + to]!,
      chain,
      height: 0,
      deps: new Array<string>(7).fill('0'.repeat(64)),
      timestampMs: 1,
      uncles: [],
      transactions: to === group ? [made] : [],
      conflicted: [],
    };
    fund.apply(chain, 0, [genesis]);
  }
  const reader = new FundReader({
    fund,
    source: node.source,
    terms: { networkId: 4, hints: new Map(hints) },
    clock: () => 0,
    keep: async () => undefined,
  });
  return { fund, reader, node };
}

test('recorded siblings that spend one coin: the second is void once a block of (0,0) has taken it in', async () => {
  const key = '62704bb4f5b563f879710897a7e9085c1f1fd07c9cd2c27fdf3274f37355b0b2';
  const coin = { chain: 1, from: 0, key, hint: -1845951489 };
  const { fund, reader, node } = recordedFund(['block 1 of (0,0): block'], coin);
  const [first, second] = [
    'first sibling (0,1), not taken in: block',
    'second sibling (0,2), not taken in: block',
  ].map((name) => answer(name).hash as string) as [string, string];
  fund.found({ hash: first, chain: 1, height: 1 });
  fund.found({ hash: second, chain: 2, height: 1 });
  assert.deepEqual((await reader.follow([first, second])).missing, []);
  await reader.follow([answer('block 1 of (0,0): block').hash as string]);
  const states = () => fund.ends().map(({ state }) => state);
  const held = () => fund.coins().reduce((sum, { amount }) => sum + amount, 0n);
  assert.deepEqual(states(), ['main', 'main']);
  const before = held();
  // From then on the node says so.
  node.blocks.set(second, answer('second sibling, void: block'));
  await reader.follow([answer('block 3 of (0,0): block').hash as string]);
  assert.deepEqual(states(), ['main', 'void']);
  assert.equal(fund.block(answer('block 2 of (0,0): block').hash as string)!.conflicted.length, 1);
  assert.ok(held() > 0n && before > 0n);
  // What the address holds is what REST says of it, without the phantoms.
  const utxos = answer('after block 3 of (0,0): utxos of the burn address').utxos as {
    ref: { key: string };
  }[];
  const listed = new Set(utxos.map(({ ref }) => ref.key));
  for (const { owner, key: ofCoin } of fund.coins()) if (owner === 1) assert.ok(listed.has(ofCoin));
});

test('a recorded side block becomes an uncle: its reward only, its inputs untouched', async () => {
  const key = '1a8650378909de36e48a4627f35135d0ebb67bb501be0df66fff729d3e020a64';
  const coin = { chain: 6, from: 1, key, hint: 1041917499 };
  const { fund, reader, node } = recordedFund(['PoLW block of (1,2), not taken in: block'], coin);
  const side = answer('side of two at one height: block').hash as string;
  const main = answer('uncle, referenced: main-chain-block-by-ghost-uncle');
  fund.found({ hash: side, chain: 6, height: 2 });
  await reader.follow([node.main1]);
  assert.equal(fund.accounts().burnt, GENESIS_ALPH - 999932725689432118088n);
  await reader.follow([side, main.hash as string]);
  assert.equal(fund.tip(6)!.hash, main.hash);
  assert.deepEqual(
    fund.ends().map(({ state }) => state),
    ['uncle'],
  );
  const uncle = fund.openEntries().find(({ kind }) => kind === 'uncle');
  assert.deepEqual(uncle?.changes, { pending: 15426565506250275n });
  const change = fund.coins().filter(({ owner }) => owner === 6);
  assert.deepEqual(
    change.map(({ amount }) => amount),
    [999798177068296354264n],
  );
  const { utxos } = answer('uncle, referenced: utxos of the burn address') as { utxos: { amount: string }[] };
  assert.deepEqual(
    utxos.map(({ amount }) => BigInt(amount)),
    change.map(({ amount }) => amount),
  );
});
