import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Difficulty, difficultyOfWork } from '../../../pool/domain/difficulty.js';
import { type SentJob, sendJob, sentJobOf } from '../../../pool/shares/header-difficulty.js';
import { seededRandom } from '../../support/seeded-random.js';

const [low, high] = [difficultyOfWork(1_000n), difficultyOfWork(16_000n)];

const header = () => ({ closed: false });

/** The jobs of one connection. */
class Sent {
  readonly jobs: SentJob[] = [];

  send(header: SentJob['header'], difficulty: Difficulty): Difficulty {
    return sendJob(this.jobs, { header, difficulty }).difficulty;
  }

  of(header: SentJob['header']): Difficulty | undefined {
    return sentJobOf(this.jobs, header)?.difficulty;
  }
}

test('a header keeps the difficulty that it was first sent with', () => {
  const difficulties = new Sent();
  const [first, second] = [header(), header()];
  assert.equal(difficulties.of(first), undefined);
  assert.equal(difficulties.send(first, low), low);
  assert.equal(difficulties.send(second, high), high);
  assert.equal(difficulties.send(first, high), low);
  assert.equal(difficulties.send(second, low), high);
  assert.deepEqual([difficulties.of(first), difficulties.of(second)], [low, high]);
});

test('closed headers are let go, and of very many the oldest', () => {
  const difficulties = new Sent();
  for (let i = 0; i < 1000; i++) difficulties.send({ closed: true }, low);
  assert.ok(difficulties.jobs.length <= 8);
  const headers = Array.from({ length: 200 }, header);
  for (const h of headers) difficulties.send(h, low);
  assert.equal(difficulties.jobs.length, 64);
  assert.equal(difficulties.of(headers[0]!), undefined);
  assert.ok(headers.slice(-64).every((h) => difficulties.of(h) === low));
});

/** A pool that hands out headers at given difficulties, and what it credits, in hashes. */
interface Pool {
  /** The next header comes at this difficulty. */
  next(difficulty: Difficulty): void;
  /** Difficulty changes under the header that is there. */
  change(difficulty: Difficulty): void;
  /** Hands in a hash as the number of hashes that one as good takes. */
  submit(worth: number): void;
  readonly credited: number;
}

function honestPool(): Pool {
  const difficulties = new Sent();
  let current = header();
  return {
    credited: 0,
    next(difficulty) {
      current.closed = true;
      current = header();
      difficulties.send(current, difficulty);
    },
    change(difficulty) {
      // Sent again, as a pool does that has no other.
      difficulties.send(current, difficulty);
    },
    submit(worth) {
      const { work } = difficulties.of(current)!;
      if (worth >= Number(work)) (this as { credited: number }).credited += Number(work);
    },
  };
}

/** One that takes any difficulty that the header was announced with, the highest that the hash reaches. */
function carelessPool(): Pool {
  let announced: number[] = [];
  return {
    credited: 0,
    next(difficulty) {
      announced = [Number(difficulty.work)];
    },
    change(difficulty) {
      announced.push(Number(difficulty.work));
    },
    submit(worth) {
      const reached = announced.filter((work) => worth >= work);
      if (reached.length > 0) (this as { credited: number }).credited += Math.max(...reached);
    },
  };
}

/** One that lowers what a header counts, for all shares on it from then on. */
function loweringPool(): Pool {
  let work = 0;
  return {
    credited: 0,
    next(difficulty) {
      work = Number(difficulty.work);
    },
    change(difficulty) {
      work = Math.min(work, Number(difficulty.work));
    },
    submit(worth) {
      if (worth >= work) (this as { credited: number }).credited += work;
    },
  };
}

const HEADERS = 20_000;
const HASHES_A_HEADER = 8_000;

/**
 * Plays a miner of HASHES_A_HEADER hashes a header, whose difficulty rises or falls half way through each.
 * @param keepsBack - what is too easy for the difficulty before a fall is handed in after it
 * @returns what it is credited for each hash
 */
function earns(pool: Pool, before: Difficulty, after: Difficulty, keepsBack: boolean): number {
  const random = seededRandom(5);
  for (let i = 0; i < HEADERS; i++) {
    pool.next(before);
    const kept: number[] = [];
    for (const half of [0, 1]) {
      if (half === 1) {
        pool.change(after);
        for (const worth of kept) pool.submit(worth);
      }
      // Hashes worth less than the lowest difficulty are of no use: only the others are drawn.
      for (let hashes = 0; ; ) {
        hashes += -Math.log(1 - random()) * Number(low.work);
        if (hashes > HASHES_A_HEADER / 2) break;
        const worth = Number(low.work) / (1 - random());
        if (half === 0 && keepsBack && worth < Number(before.work)) kept.push(worth);
        else pool.submit(worth);
      }
    }
  }
  return pool.credited / (HEADERS * HASHES_A_HEADER);
}

for (const [what, before, after] of [
  ['rises', low, high],
  ['falls', high, low],
] as const) {
  test(`who submits each hash under the better of two difficulties earns no more: it ${what}`, () => {
    // The miner hands in every hash, as soon as any of the two would take it.
    const earned = earns(honestPool(), before, after, true);
    assert.ok(earned > 0.97 && earned < 1.03, `${earned}`);
  });

  test(`a pool that takes either difficulty is robbed: it ${what}`, () => {
    const earned = earns(carelessPool(), before, after, true);
    assert.ok(earned > 1.3, `${earned}`);
  });
}

test('a pool whose falls keep the header is robbed by who keeps back what was too easy before', () => {
  const open = earns(loweringPool(), high, low, false);
  assert.ok(open > 0.97 && open < 1.03, `${open}`);
  const keptBack = earns(loweringPool(), high, low, true);
  assert.ok(keptBack > 1.3 && keptBack < 1.5, `${keptBack}`);
});
