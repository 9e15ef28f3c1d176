// The desk over the books of the real stores: they go back in time, and another payer takes the lease.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Books } from '../../../pool/ports/books.js';
import type { BooksLab } from '../../conformance/books-lab.js';
import { embeddedBooksLab } from '../../support/embedded-books-lab.js';
import { intentLab } from '../../support/intent-lab.js';
import type { MemoryBooks } from '../../support/memory-books.js';
import { redisBooksLab } from '../../support/redis-books-lab.js';
import { MISSING_REDIS, RedisServer } from '../../support/redis-server.js';
import { skipWhen } from '../../support/requirement.js';
import { ALPH } from '../../support/round-lab.js';

const skip = skipWhen(MISSING_REDIS);
let server: RedisServer;

before(async () => {
  if (skip === false) server = await RedisServer.start({ appendFsync: 'always' });
});
after(() => server?.close());

const STORES: readonly [name: string, skip: string | false, makeLab: () => Promise<BooksLab>][] = [
  ['embedded', false, embeddedBooksLab],
  ['Redis', skip, () => redisBooksLab(server, false)],
];

for (const [name, skipped, makeLab] of STORES)
  test(`${name}: paid once, whatever the books forget, and whoever has the lease`, {
    skip: skipped,
  }, async (t) => {
    const stores = await makeLab();
    t.after(() => stores.close());
    const open = async (): Promise<Books> => (await stores.open()) as Books;
    const lab = await intentLab({ books: await open(), miners: 3, coins: [2n, 2n] });
    const take = async (owner: string): Promise<void> => {
      const lease = await lab.books.takeLease('payer', owner, 1);
      lab.fence = lease!.fence;
      lab.start();
      assert.deepEqual(await lab.heal(), { kind: 'whole' });
      await stores.pass(50);
    };
    await take('one');
    const back = await stores.snapshot();
    assert.deepEqual(new Set(await lab.round()), new Set(['sent']));
    await lab.pass(5_000);
    const [first] = lab.desk.open();
    const coins = await lab.ledger.coins(first!.fromGroup, undefined, 10);
    lab.chain.conflict([coins.find(({ intent }) => intent === first!.txId)!.key], 'theft', first!.txId);

    lab.books = (await back()) as MemoryBooks;
    const [again] = await lab.plan();
    assert.notEqual(await lab.desk.issue(again!), 'sent');
    assert.ok(lab.news.some(({ kind }) => kind === 'put-back'));
    const old = lab.desk;
    await take('other');
    lab.chain.mine(5);
    lab.nowMs += 61_000;
    const before = await lab.books.logEnd();
    await old.step();
    assert.equal(await lab.books.logEnd(), before, 'who was replaced has written nothing');

    await lab.finish();
    await lab.adopt();
    assert.deepEqual((await lab.judge()).faults, []);
    await lab.earn([ALPH / 2n, 0n, ALPH]);
    await lab.round();
    await lab.finish();
    assert.deepEqual((await lab.judge()).faults, []);
    for (const miner of lab.miners) assert.equal(await lab.balance(miner), 0n);
  });
