import assert from 'node:assert/strict';
import { type BooksCase, writeOf } from './books-lab.js';

const HOUR = 3_600_000;

/** Who may write: fences, and the leases that they come from. */
export const fenceCases: readonly BooksCase[] = [
  [
    'a write under a fence that is not the greatest seen is refused; other names have their own',
    async (books, lab) => {
      const under = (name: 'payer' | 'settlement', number: number, key: string) =>
        books.commit({ ...writeOf([], [key]), fence: { name, number } });
      assert.equal(await under('payer', 7, 'a'), 'done');
      assert.equal(await under('payer', 7, 'b'), 'done');
      assert.equal(await under('payer', 6, 'c'), 'fenced');
      assert.equal(await under('settlement', 1, 'd'), 'done');
      assert.equal(await under('payer', 2 ** 53 - 1, 'e'), 'done');
      assert.equal(await under('payer', 2 ** 53 - 2, 'f'), 'fenced');
      const other = await lab.open();
      assert.equal(
        await other.commit({ ...writeOf([], ['g']), fence: { name: 'payer', number: 8 } }),
        'fenced',
      );
      assert.deepEqual(
        (await books.log(0, 10)).map(({ key }) => key),
        ['a', 'b', 'd', 'e'],
      );
    },
  ],
  [
    'a write that was not done has shown no fence',
    async (books) => {
      const payer = (number: number) => ({ name: 'payer', number }) as const;
      await books.commit({ ...writeOf([['a', 0, 'one']], ['x']), fence: payer(3) });
      assert.equal(await books.commit({ ...writeOf([['a', 9, 'two']]), fence: payer(8) }), 'changed');
      assert.equal(await books.commit({ ...writeOf([], ['x']), fence: payer(8) }), 'already');
      assert.equal(await books.commit({ ...writeOf([['a', 1, 'two']]), fence: payer(3) }), 'done');
    },
  ],
  [
    'taking a lease fences off whoever had it before, at once',
    async (books, lab) => {
      const other = await lab.open();
      const first = (await books.takeLease('payer', 'a', 200))!;
      const mine = { name: 'payer', number: first.fence } as const;
      assert.equal(await books.commit({ ...writeOf([], ['x']), fence: mine }), 'done');
      assert.equal(await other.takeLease('payer', 'b', HOUR), undefined);
      await lab.pass(300);
      // It ran out, and nobody took it: its owner may still write.
      assert.equal(await books.commit({ ...writeOf([], ['y']), fence: mine }), 'done');
      const second = (await other.takeLease('payer', 'b', HOUR))!;
      assert.ok(second.fence > first.fence);
      assert.equal(await books.commit({ ...writeOf([], ['z']), fence: mine }), 'fenced');
      assert.equal(await books.renewLease('payer', first.fence, HOUR), undefined);
    },
  ],
  [
    'a fence that comes with a write ends the lease of a lesser one, and the next one is greater',
    async (books) => {
      const lease = (await books.takeLease('payer', 'a', HOUR))!;
      const greater = lease.fence + 1_000_000;
      const fence = { name: 'payer', number: greater } as const;
      assert.equal(await books.commit({ ...writeOf([], ['x']), fence }), 'done');
      assert.equal(await books.renewLease('payer', lease.fence, HOUR), undefined);
      assert.equal(await books.renewLease('payer', greater, HOUR), undefined, 'nobody has it');
      assert.ok((await books.takeLease('payer', 'b', HOUR))!.fence > greater);
    },
  ],
  [
    'a write under its own fence leaves a lease as it is',
    async (books) => {
      const { fence } = (await books.takeLease('settlement', 'a', HOUR))!;
      await books.commit({ ...writeOf([], ['x']), fence: { name: 'settlement', number: fence } });
      assert.equal(await books.takeLease('settlement', 'b', HOUR), undefined);
      assert.equal((await books.renewLease('settlement', fence, HOUR))?.fence, fence);
      await books.releaseLease('settlement', fence);
      assert.equal(await books.renewLease('settlement', fence, HOUR), undefined);
      assert.ok((await books.takeLease('settlement', 'b', HOUR))!.fence > fence);
    },
  ],
  [
    'of owners that race one gets the lease, and each name has its own',
    async (books, lab) => {
      const clients = [books, await lab.open()];
      for (const name of ['payer', 'settlement', 'polw-fund'] as const) {
        const leases = await Promise.all(
          Array.from({ length: 8 }, (_, i) => clients[i % 2]!.takeLease(name, `owner${i}`, HOUR)),
        );
        assert.equal(leases.filter((lease) => lease !== undefined).length, 1);
      }
    },
  ],
  [
    'lengths and owners of leases that are out of range are refused',
    async (books) => {
      for (const ttlMs of [0, 1.5, HOUR + 1]) {
        await assert.rejects(books.takeLease('payer', 'a', ttlMs), RangeError);
        await assert.rejects(books.renewLease('payer', 1, ttlMs), RangeError);
      }
      for (const owner of ['', 'x'.repeat(65)])
        await assert.rejects(books.takeLease('payer', owner, HOUR), RangeError);
      assert.ok(await books.takeLease('payer', 'a', HOUR), 'nothing was stored');
    },
  ],
  [
    'books that went back in time have what they had, take writes again, and fences grow on',
    async (books, lab) => {
      const before = (await books.takeLease('payer', 'a', 200))!;
      const old = { name: 'payer', number: before.fence } as const;
      await books.commit({ ...writeOf([['a', 0, 'one']], ['x']), fence: old });
      const goBack = await lab.snapshot();
      await lab.pass(300);
      const lost = (await books.takeLease('payer', 'b', 200))!;
      const newer = { name: 'payer', number: lost.fence } as const;
      await books.commit({ ...writeOf([['a', 1, 'two']], ['y', 'z']), fence: newer });
      const back = await goBack();
      assert.deepEqual(await back.get('account', ['a']), [{ key: 'a', version: 1, text: 'one' }]);
      assert.equal(await back.logEnd(), 1);
      assert.deepEqual(await back.logKeys(['x', 'y']), [0, undefined]);
      await lab.pass(300);
      const again = (await back.takeLease('payer', 'c', HOUR))!;
      assert.ok(again.fence > lost.fence, 'greater than a fence that these books have forgotten');
      // What was lost is put back, just as it was but for its fence.
      const write = writeOf([['a', 1, 'two']], ['y', 'z']);
      assert.equal(await back.commit({ ...write, fence: newer }), 'fenced');
      assert.equal(await back.commit({ ...write, fence: { name: 'payer', number: again.fence } }), 'done');
      assert.deepEqual(await back.logKeys(['y', 'z']), [1, 2]);
    },
  ],
];
