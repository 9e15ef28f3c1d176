import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { changed, type FundEntry, NO_ACCOUNTS } from '../../../polw/fund/accounts.js';
import type { FindEnd } from '../../../polw/fund/finds.js';
import { Fund } from '../../../polw/fund/fund.js';
import { FundReader } from '../../../polw/reader/fund-reader.js';
import { FileFundStore } from '../../../polw/store/file-fund-store.js';
import { ALPH } from '../../support/fund-lab.js';
import { step } from '../../support/polw-life.js';
import { PolwWorld } from '../../support/polw-world.js';
import { seededRandom } from '../../support/seeded-random.js';
import { WorldSource, worldTerms } from '../../support/world-source.js';

const DEPTH = 4;

/** A process that follows the chains and keeps what is final in a folder; it can end at any time. */
class Follower {
  readonly ends: FindEnd[] = [];
  readonly fund: Fund;
  readonly reader: FundReader;
  readonly store: FileFundStore;

  private constructor(world: PolwWorld, store: FileFundStore, fund: Fund) {
    this.fund = fund;
    this.store = store;
    this.reader = new FundReader({
      fund,
      source: new WorldSource(world),
      terms: worldTerms(world),
      clock: () => world.timeMs + 1000,
      keep: () => this.#keep(),
    });
  }

  static async start(world: PolwWorld, folder: string): Promise<Follower> {
    const store = await FileFundStore.open(folder);
    assert.equal(store.damage, undefined);
    const options = { addresses: world.addresses, depth: DEPTH, minDeposit: ALPH };
    return new Follower(world, store, new Fund(options, await store.load()));
  }

  async #keep(): Promise<void> {
    const { entries, finds, reservations } = this.fund.settle();
    this.ends.push(...finds);
    const hashes = finds.map(({ hash }) => hash);
    await this.store.commit({ snapshot: this.fund.snapshot(), entries, finds: hashes, reservations });
  }

  /** Notes finds before their blocks are sent. */
  async note(world: PolwWorld, noted: Set<string>): Promise<void> {
    for (const hash of world.finds) {
      if (noted.has(hash)) continue;
      noted.add(hash);
      const { chain, height } = world.all.get(hash)!;
      if (this.fund.found({ hash, chain, height })) await this.store.found({ hash, chain, height });
    }
  }
}

async function allEntries(store: FileFundStore): Promise<readonly FundEntry[]> {
  const entries: FundEntry[] = [];
  for (;;) {
    const page = await store.entries(entries.length, 100);
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}

test('ended at any time, 50 times: nothing is booked twice, nothing is forgotten, and each find has its end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-crash-'));
  try {
    const world = new PolwWorld({ random: seededRandom(11), minDeposit: ALPH });
    const noted = new Set<string>();
    const ended = new Map<string, string>();
    let follower = await Follower.start(world, folder);
    let compared = 0;
    for (let crash = 0; crash < 50; crash++) {
      const kept = await follower.reader.catchUp(0).then(() => readFile(join(folder, 'fund')));
      for (let i = 0; i < 8; i++) {
        step(world, 2, DEPTH - 1);
        await follower.note(world, noted);
        if (world.random() < 0.5)
          await follower.reader.follow(world.chains.map((blocks) => blocks.at(-1)!.hash));
      }
      if (world.random() < 0.5) await follower.reader.catchUp(0);
      for (const { hash, state } of follower.ends) ended.set(hash, state);
      await follower.store.close();
      // Some end when the log is written and the state is not.
      if (world.random() < 0.3) await writeFile(join(folder, 'fund'), kept);
      follower = await Follower.start(world, folder);
      await follower.reader.catchUp(0);
      const entries = [...(await allEntries(follower.store)), ...follower.fund.openEntries()];
      assert.equal(new Set(entries.map(({ key }) => key)).size, entries.length);
      const booked = entries.reduce((accounts, { changes }) => changed(accounts, changes), NO_ACCOUNTS);
      assert.deepEqual(booked, follower.fund.accounts());
      if (world.disputed().size > 0) continue;
      compared++;
      assert.deepEqual(follower.fund.accounts(), world.accounts());
    }
    assert.ok(compared > 20, `${compared} times`);
    for (const { hash, state } of follower.ends) ended.set(hash, state);
    const open = new Set(follower.fund.finds().map(({ hash }) => hash));
    for (const hash of noted) {
      const state = ended.get(hash);
      assert.ok(state !== undefined || open.has(hash), `find ${hash} is forgotten`);
      if (state === 'main') assert.ok(world.isMain(world.all.get(hash)!));
    }
    assert.ok(ended.size > 10, `${ended.size} finds have ended`);
    await follower.store.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
