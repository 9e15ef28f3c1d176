// The 207 recorded answers of a full node about blocks that burn, asked again at the same stages of the same story.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../../devnet/block.js';
import { burnRightOf } from '../../../devnet/coins/burning.js';
import type { DevnetNode } from '../../../devnet/node.js';
import type { Template } from '../../../devnet/template.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { chainIndex, chainName } from '../../../protocol/chain.js';
import { createPolwCoinbase } from '../../../protocol/polw-coinbase.js';
import type { Transaction } from '../../../protocol/transaction.js';
import { readVectors } from '../../support/vectors.js';
import { burnAddressOf, coinsFor, KEYS, partsFor, rewardOf, setUpPolw, submitWith } from '../polw-setting.js';
import { get } from '../rest-setting.js';

interface Call {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly response: unknown;
}
const { calls } = readVectors<{ calls: Call[] }>('rest-polw');

/** 16 bits further than the recorded network, so that targets are the same but for their length, and amounts the same. */
const SHIFT = 54;
const RATE = 512;
const LOCK_MS = 600_000;

const [F, T] = [1, 2];
const CHAIN = chainIndex(F, T);
const [FIRST, SECOND] = [chainIndex(0, 1), chainIndex(0, 2)];

/** The story: what happened before the calls whose names begin so. Each step names the blocks that it made. */
class Story {
  readonly node: DevnetNode;
  /** By their names. */
  readonly blocks = new Map<string, Block>();
  readonly #advance: () => void;
  readonly #early: Template[];

  constructor(node: DevnetNode, advance: () => void) {
    this.node = node;
    this.#advance = advance;
    // One after the other: a time names its block.
    this.#early = [0, 5, 10, CHAIN, 4, FIRST, SECOND].map((chain) => this.fresh(chain));
  }

  readonly steps: readonly [string, () => void][] = [
    ['PoLW block of (1,2), not taken in', () => this.mine('block', CHAIN)],
    ['after one block of (1,1)', () => this.mine('old (1,1)', 5, this.early(5))],
    [
      'after a second block of (1,1)',
      () => {
        this.mine('(1,1)', 5);
        // Of group 1, after that: seen by nobody for now.
        this.mine('(1,0)', 4, this.early(4));
      },
    ],
    ['after one block of (2,2)', () => this.mine('old (2,2)', 10, this.early(10))],
    ['after a second block of (2,2)', () => this.mine('(2,2)', 10)],
    [
      'main of two',
      () => {
        const template = this.fresh(CHAIN);
        this.mine('main', CHAIN, template);
        this.mine('side', CHAIN, later(template, 1n));
      },
    ],
    ['uncle, referenced', () => this.mine('with uncle', CHAIN)],
    ['first sibling (0,1), not taken in', () => this.mine('first', FIRST, this.early(FIRST))],
    [
      'second sibling (0,2), not taken in',
      () => {
        this.spendSame('second', later(this.early(SECOND), 10n));
      },
    ],
    ['block 1 of (0,0)', () => this.mine('(0,0) 1', 0, this.early(0))],
    ['block 2 of (0,0)', () => this.mine('(0,0) 2', 0)],
    ['block 3 of (0,0)', () => this.mine('(0,0) 3', 0)],
    [
      'first sibling, after blocks of (1,1) and (2,2)',
      () => {
        for (const chain of [5, 5, 10, 10]) this.mine('', chain);
      },
    ],
  ];

  early(chain: number): Template {
    return this.#early.find((template) => template.chain === chain)!;
  }

  fresh(chain: number): Template {
    this.#advance();
    this.node.board.refresh([chain]);
    return this.node.board.template(chain);
  }

  mine(name: string, chain: number, template: Template = this.fresh(chain)): void {
    this.#submit(name, template, createPolwCoinbase(partsFor(this.node, template)));
  }

  /** A block of (0, 2) that burns the coin of (0, 1). */
  spendSame(name: string, template: Template): void {
    const { hint, key, output } = coinsFor(this.node, this.early(FIRST))[0]!;
    const right = burnRightOf(KEYS[FIRST]!, rewardOf(SECOND));
    const coinbase = createPolwCoinbase({
      ...partsFor(this.node, template, [{ hint, key, output, group: 0 }]),
      burnPublicKey: right.publicKey,
      burnLockupScript: right.burnLockupScript,
      signature: right.signature,
    });
    this.#submit(name, template, coinbase);
  }

  #submit(name: string, template: Template, coinbase: Transaction): void {
    const { block, fault } = submitWith(this.node, template, [coinbase]);
    assert.ok(block, `${name} of ${chainName(template.chain)}: ${fault}`);
    if (name !== '') this.blocks.set(name, block);
  }
}

/** The same template some ms later. */
function later(template: Template, ms: bigint): Template {
  const timestamp = template.header.timestamp + ms;
  return { ...template, header: { ...template.header, timestamp } };
}

/** What stands for something in answers: in a recorded one, and here. */
interface Names {
  /** Hashes, ids and addresses by the text that an answer has. */
  readonly texts: ReadonlyMap<string, string>;
  /** Blocks by their timestamps. */
  readonly times: ReadonlyMap<number, string>;
}

/** An answer with names in place of what differs from network to network. */
function named(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) {
    const all = value.map((one) => named(one, names));
    // Coins come by their keys, which are others here.
    const areCoins = all.some((one) => typeof one === 'object' && one !== null && 'ref' in one);
    return areCoins ? all.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : all;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, one]) => [
      key,
      key === 'hint' || key === 'target' ? key : named(one, names),
    ]);
    return Object.fromEntries(entries);
  }
  if (typeof value === 'number') return namedTime(value, names);
  if (typeof value !== 'string') return value;
  const known = names.texts.get(value);
  if (known !== undefined) return known;
  if (/^([0-9a-f]{2}){16,}$/.test(value)) return `${value.length / 2} bytes`;
  if (/^[1-9A-HJ-NP-Za-km-z]{44,45}$/.test(value)) return 'address';
  return value.replace(/[0-9a-f]{64}/g, (hash) => names.texts.get(hash) ?? 'hash');
}

function namedTime(value: number, { times }: Names): unknown {
  const lockedBy = times.get(value - LOCK_MS);
  const time = times.get(value) ?? (lockedBy === undefined ? undefined : `${lockedBy}, locked`);
  return time ?? value;
}

/** Recorded hashes and ids by the names of the story's blocks. */
function recordedNames(): Names {
  const hash = (name: string): string => {
    const { path, response } = calls.find((call) => call.name === name)!;
    return (
      (response as { hash?: string } | boolean as { hash?: string }).hash ?? /[0-9a-f]{64}/.exec(path)![0]
    );
  };
  const id = (stage: string): string =>
    /[0-9a-f]{64}/.exec(calls.find(({ name }) => name === `${stage}: coinbase status`)!.path)![0];
  const main = 'is-block-in-main-chain';
  const hashOf = new Map([
    ['block', hash(`PoLW block of (1,2), not taken in: ${main}`)],
    ['old (1,1)', hash('that block of (1,1): header')],
    ['(1,1)', hash('block of (1,1) that took it in: block')],
    ['main', hash(`main of two at one height: ${main}`)],
    ['side', hash(`side of two at one height: ${main}`)],
    ['with uncle', hash('uncle, referenced: main-chain-block-by-ghost-uncle')],
    ['first', hash(`first sibling (0,1), not taken in: ${main}`)],
    ['second', hash(`second sibling (0,2), not taken in: ${main}`)],
    ...[1, 2, 3].map((n): [string, string] => [`(0,0) ${n}`, hash(`block ${n} of (0,0): block`)]),
  ]);
  const withUncle = calls.find(({ name }) => name.startsWith('uncle, referenced: main-chain'))!;
  hashOf.set('(2,2)', (withUncle.response as { deps: string[] }).deps[1]!);
  const idsOf = new Map([
    ['block', id('PoLW block of (1,2), not taken in')],
    ['main', id('main of two at one height')],
    ['side', id('side of two at one height')],
    ['first', id('first sibling (0,1), not taken in')],
    ['second', id('second sibling (0,2), not taken in')],
  ]);
  const times = new Map<number, string>([[RECORDED_TIME_OF_1_0, '(1,0)']]);
  const nameOf = new Map([...hashOf].map(([name, text]) => [text, name]));
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { hash: text, timestamp } = value as { hash?: string; timestamp?: number };
    if (text !== undefined && timestamp !== undefined && nameOf.has(text))
      times.set(timestamp, nameOf.get(text)!);
    for (const one of Object.values(value)) look(one);
  };
  look(calls);
  const texts = new Map([
    ...[...hashOf].map(([name, text]): [string, string] => [text, `block ${name}`]),
    ...[...idsOf].map(([name, text]): [string, string] => [text, `coinbase ${name}`]),
    ...[...ADDRESSES].map(([text, chain]): [string, string] => [text, `burn ${chainName(chain)}`]),
  ]);
  return { texts, times };
}

/** When the recorded block of (1, 0) was made, of which no call asks. */
const RECORDED_TIME_OF_1_0 = 1795918777071;

/** Recorded addresses that burn, and their chains. */
const ADDRESSES = new Map([
  ['17FS1WcmWCHbtR1cki1X9dvwiw5vXPUhEDjyhbZwo5eSB', CHAIN],
  ['1G6MtDdSGukVVTf3NMU9GF6RP22fnCMMHDSX47GeZX32p', chainIndex(2, 1)],
  ['1FSjWDKzyggTsQpVZmCztwWRXqU4jfFVqc4wcr7FiFmM5', FIRST],
  ['1FydXR4KoszAWxvdTNiYKBqPohBo6zRvdBgCifNuNr1ir', chainIndex(1, 0)],
  ['14XHajZt1J828vF5zn2xMgmFb4TNohnTPsb7CNAKuXHue', chainIndex(2, 0)],
]);

/** Calls whose answers are about times of the clock or the difficulty alone: asked elsewhere. */
const NOT_COMPARED = /^(chain-params|current-difficulty|blocks: |blocks of a time range)/;

test('every recorded answer, at its stage: the same status, fields, amounts, locks and words', async (t) => {
  const { devnet, node, clock } = await setUpPolw(t, { shift: SHIFT }, { rate: RATE });
  const story = new Story(node, () => clock.advance(1_000));
  const recorded = recordedNames();
  const steps = [...story.steps];
  let compared = 0;
  for (const call of calls) {
    if (steps.length > 0 && call.name.startsWith(steps[0]![0])) steps.shift()![1]();
    if (NOT_COMPARED.test(call.name)) continue;
    const here = namesHere(story, new Set(recorded.texts.values()));
    const textOf = new Map([...here.texts].map(([text, name]) => [name, text]));
    const own = (text: string): string => {
      const name = recorded.texts.get(text);
      return name === undefined ? text : (textOf.get(name) ?? assert.fail(`${name} is not there yet`));
    };
    const path = call.path.replace(/[0-9a-f]{64}/, own).replace(/(?<=\/addresses\/)[^/]+/, own);
    const { status, body } = await get(devnet, path);
    assert.equal(status, call.status, call.name);
    const answer = call.name.endsWith(': conflictedTxs') ? briefOf(body as BlockEntry) : body;
    assert.deepEqual(named(answer, here), named(call.response, recorded), call.name);
    compared++;
  }
  assert.equal(steps.length, 0);
  assert.ok(compared > 195, `${compared}`);
});

interface BlockEntry {
  readonly hash: string;
  readonly conflictedTxs?: readonly string[];
  readonly transactions: readonly unknown[];
}

/** As it was recorded in short. */
function briefOf({ hash, conflictedTxs, transactions }: BlockEntry) {
  return { hash, ...(conflictedTxs && { conflictedTxs }), transactions: transactions.length };
}

/** @param known - names that recorded answers have */
function namesHere({ blocks }: Story, known: ReadonlySet<string>): Names {
  const texts = new Map<string, string>();
  const times = new Map<number, string>();
  for (const [name, block] of blocks) {
    times.set(Number(block.header.timestamp), name);
    const coinbase = bytesToHex(block.transactions.at(-1)!.id);
    if (known.has(`block ${name}`)) texts.set(block.id, `block ${name}`);
    if (known.has(`coinbase ${name}`)) texts.set(coinbase, `coinbase ${name}`);
  }
  for (const chain of ADDRESSES.values()) texts.set(burnAddressOf(chain), `burn ${chainName(chain)}`);
  return { texts, times };
}
