import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { NODE_KEEPS_TXS } from '../../protocol/job.js';
import { closeAll } from '../support/closers.js';
import { lead, next, openFunded } from '../support/funded-lab.js';
import { makeCoins, makeTemplate, recordedAuthorizations } from '../support/polw-templates.js';

afterEach(closeAll);

/** Target of the threshold. */
const AT_THRESHOLD = 0x1a020000;
/** Some 1.2 times that. */
const NEAR = 0x1a026600;

test('a chain at the threshold whose node gives no more templates says so, and before that it is a warning', () => {
  const lab = openFunded();
  const job = { ...makeTemplate({ targetBits: AT_THRESHOLD }), txsBlob: NODE_KEEPS_TXS };
  lead(lab, [job]);
  assert.equal(lab.told.last.jobs[0], job);
  assert.deepEqual(lab.told.last.standing, []);
  assert.match(lab.told.notices[0]!, /chain 0-0: comes near .* its node stops unless it burns coins itself/);
  next(lab, [job], [0]);
  assert.deepEqual(lab.told.last.standing, [0]);
  assert.match(lab.told.notices[1]!, /not mined: its node cannot build blocks of Proof of Less Work/);
});

test('before the threshold: coins are shown from twice its target on, and missing ones told from 1.2 times', () => {
  const lab = openFunded();
  lab.fund.coins[1] = [];
  const jobsAt = (targetBits: number) => [0, 1].map((chain) => makeTemplate({ chain, targetBits }));
  lead(lab, jobsAt(0x1a050000));
  assert.equal(lab.fund.views.length, 0);
  next(lab, jobsAt(0x1a03ffff));
  const kinds = () =>
    lab.funded.chainStates.slice(0, 2).map((state) => state.kind === 'plain' && state.coins?.count);
  assert.deepEqual(kinds(), [3, 0]);
  assert.deepEqual(lab.told.notices, []);
  const asked = lab.fund.views.length;
  next(lab, jobsAt(0x1a03ffff));
  assert.equal(lab.fund.views.length, asked);
  const jobs = jobsAt(NEAR);
  next(lab, jobs);
  assert.equal(lab.told.last.jobs, jobs);
  assert.deepEqual(lab.told.last.standing, []);
  assert.equal(lab.told.notices.length, 1);
  assert.match(lab.told.notices[0]!, /chain 0-1: comes near .* no coins can be spent at its burn address/);
  lab.fund.coins[1] = makeCoins(1, [10n ** 18n]);
  lab.funded.refresh();
  assert.match(lab.told.notices[1]!, /chain 0-1: all is well again/);
});

test('before the threshold: a chain that nobody signed for', () => {
  const good = recordedAuthorizations();
  const lab = openFunded({
    ...good,
    chains: good.chains.with(3, { chain: 3, fault: 'the signature is wrong' }),
  });
  lead(lab, [makeTemplate({ chain: 3, targetBits: NEAR })]);
  assert.match(lab.told.notices[0]!, /chain 0-3: comes near .*: the signature is wrong/);
  assert.deepEqual(lab.told.last.standing, []);
});

test('before the threshold: while the fund reads, what was told stays', () => {
  const lab = openFunded();
  lab.fund.coins[0] = [];
  lead(lab, [makeTemplate({ targetBits: NEAR })]);
  assert.equal(lab.told.notices.length, 1);
  lab.fund.behind = true;
  next(lab, [makeTemplate({ targetBits: NEAR, parent: 2 })]);
  lab.fund.behind = false;
  next(lab, [makeTemplate({ targetBits: NEAR, parent: 3 })]);
  assert.equal(lab.told.notices.length, 1);
});

test('a chain that crosses while the fund reads is mined as before, for a moment', () => {
  const lab = openFunded();
  const plain = makeTemplate({ targetBits: NEAR });
  lead(lab, [plain]);
  lab.fund.behind = true;
  next(lab, [makeTemplate({ parent: 2 })]);
  assert.equal(lab.told.last.jobs[0], plain);
  assert.deepEqual(lab.told.last.standing, []);
});
