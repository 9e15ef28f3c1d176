// The machine stops before and after every single call of a port: lines of the journal, commits of the books, what nodes are handed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IntentLab, type IntentLabOptions, intentLab, Stopped } from '../../support/intent-lab.js';

/** What happens, in parts: one that is stopped is done again after the start. */
type Script = readonly ((lab: IntentLab) => Promise<unknown> | unknown)[];

const minutes =
  (count: number): Script[number] =>
  async (lab) => {
    for (let i = 0; i < count; i++) await lab.pass(61_000);
  };

const blocks =
  (count: number): Script[number] =>
  (lab) =>
    lab.chain.mine(count);

const setDeaf =
  (deaf: boolean): Script[number] =>
  (lab) => {
    for (const node of lab.chain.nodes) node.deaf = deaf;
    lab.chain.drop();
  };

const BEGIN: Script = [(lab) => lab.heal(), (lab) => lab.round(), minutes(1)];

const END: Script = [
  (lab) => lab.finish(),
  (lab) => lab.adopt(),
  (lab) => lab.round(),
  (lab) => lab.finish(),
];

const SCRIPTS: Readonly<Record<string, { readonly script: Script; readonly options?: IntentLabOptions }>> = {
  'all is well': { script: [...BEGIN, ...END] },
  'a stranger wins': {
    options: { coins: [2n, 2n, 2n], miners: 5 },
    script: [
      ...BEGIN,
      async (lab) => {
        for (const { txId, fromGroup } of lab.desk.open().slice(0, 2)) {
          const coins = await lab.ledger.coins(fromGroup, undefined, 100);
          const input = coins.find(({ intent }) => intent === txId);
          if (input !== undefined) lab.chain.conflict([input.key], `theft ${txId}`, txId);
        }
      },
      ...END,
    ],
  },
  'nodes take nothing for an hour': {
    options: { miners: 2 },
    script: [
      (lab) => lab.heal(),
      setDeaf(true),
      (lab) => lab.round(),
      minutes(40),
      setDeaf(false),
      minutes(2),
      ...END,
    ],
  },
  'blocks are taken back after it was paid': {
    options: { miners: 3 },
    script: [
      ...BEGIN,
      blocks(5),
      minutes(1),
      (lab) => lab.chain.reorganise(7, false),
      minutes(2),
      blocks(5),
      minutes(1),
      ...END,
    ],
  },
};

async function run(name: string, stopAt: number): Promise<IntentLab> {
  const { script, options } = SCRIPTS[name]!;
  const lab = await intentLab({ nodes: 1, ...options });
  lab.stopAt = stopAt;
  for (const part of script) {
    try {
      await part(lab);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      lab.start();
      assert.deepEqual(await lab.heal(), { kind: 'whole' });
      await part(lab);
    }
  }
  assert.deepEqual((await lab.judge()).faults, []);
  for (const miner of lab.miners) assert.equal(await lab.balance(miner), 0n, 'everybody is paid');
  return lab;
}

for (const name of Object.keys(SCRIPTS)) {
  test(`${name}: a machine that stops at any call pays once`, async () => {
    const { calls, news } = await run(name, Number.POSITIVE_INFINITY);
    assert.ok(calls > 20, `${calls}`);
    const kinds = new Set(news.map(({ kind }) => kind));
    if (name === 'a stranger wins') assert.ok(kinds.has('returned') && kinds.has('gone'), [...kinds].join());
    if (name === 'nodes take nothing for an hour') assert.ok(kinds.has('returned'), [...kinds].join());
    if (name.startsWith('blocks')) assert.ok(kinds.has('fell-back'), [...kinds].join());
    for (let at = 0; at < calls; at++) {
      try {
        await run(name, at);
      } catch (error) {
        throw new Error(`stopped at call ${at} of ${calls}`, { cause: error });
      }
    }
  });
}
