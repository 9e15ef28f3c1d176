import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MinerEvent } from '../../../miner/core/events.js';
import { minerGathering } from '../../../miner/report/gathering.js';
import { JsonReporter, TextReporter } from '../../../miner/report/reporter.js';
import { EventGatherer } from '../../../protocol/event-gatherer.js';

/** Lines of a run's events, each a millisecond after the one before. */
function linesOf(reader: 'text' | 'json', events: Iterable<MinerEvent>): string[] {
  let text = '';
  const output = {
    write: (part: string) => {
      text += part;
    },
  };
  const reporter = reader === 'json' ? new JsonReporter(output) : new TextReporter(output, 'debug');
  const gatherer = new EventGatherer<MinerEvent>(minerGathering(reader), (event, gathered) =>
    reporter.event(event, gathered),
  );
  let ms = 0;
  for (const event of events) {
    gatherer.take(event, ms);
    if (ms % 1_000 === 0) gatherer.tick(ms);
    ms++;
  }
  gatherer.flush(ms);
  return text.split('\n').slice(0, -1);
}

function* repeat(count: number, event: (i: number) => MinerEvent): Iterable<MinerEvent> {
  for (let i = 0; i < count; i++) yield event(i);
}

const share = (i: number, parts: Partial<MinerEvent & { type: 'share' }>): MinerEvent => ({
  type: 'share',
  chain: 3,
  height: i,
  hash: i.toString(16).padStart(64, '0'),
  pool: 'pool:1',
  difficulty: 1,
  work: 2n ** 34n,
  block: false,
  verdict: 'accepted',
  answerMs: i,
  late: false,
  ...parts,
});

const name = 'pool:1';

/** Everything that the other side can cause, in a flood. */
const FLOODS: Readonly<Record<string, (i: number) => MinerEvent>> = {
  refusals: (i) => share(i, { verdict: 'rejected', reason: 'other', message: `words ${i}` }),
  'accepted shares': (i) => share(i, {}),
  'blocks among them': (i) => share(i, { block: true }),
  'unanswered shares': (i) => share(i, { verdict: 'unanswered' }),
  verdicts: (i) => ({
    type: 'verdict',
    chain: i % 16,
    height: i,
    hash: i.toString(16).padStart(64, '0'),
    verdict: 'rejected',
    answerMs: i,
    late: false,
  }),
  finds: (i) => ({
    type: 'find',
    chain: i % 16,
    height: i,
    hash: `${i}`.padStart(64, '0'),
    device: 'cpu',
    stale: false,
  }),
  difficulties: (i) => ({ type: 'difficulty', difficulty: i + 1 }),
  sessions: () => ({ type: 'session', name }),
  'missing chains': (i) => ({ type: 'missingChains', chains: [i % 16] }),
  'words of the pool': (i) => ({
    type: 'notice',
    level: 'info',
    name,
    message: `says: ${i} bottles`,
    topic: 'said',
  }),
  'faults of the pool': (i) => ({
    type: 'notice',
    level: 'warn',
    name,
    message: `jobId: got "${i}x"`,
    topic: 'fault',
  }),
  failures: (i) => ({
    type: 'notice',
    level: 'warn',
    name,
    message: `connection refused; trying again in ${i / 10} s`,
    topic: 'failure',
  }),
  notices: (i) => ({ type: 'notice', level: 'warn', name, message: `height ${i} of chain 0-${i % 4}` }),
  'steps of the way there': (i) => ({ type: 'progress', name, state: 'authorized', failures: i }),
  'a device that errs': (i) => ({
    type: 'device',
    name: 'gpu',
    state: 'mining',
    error: true,
    message: `${i}`,
  }),
};

for (const [what, event] of Object.entries(FLOODS)) {
  test(`${what}: a thousand a second for a minute are some lines`, () => {
    const text = linesOf('text', repeat(60_000, event));
    assert.ok(text.length >= 1 && text.length <= 12, `${text.length} lines:\n${text.join('\n')}`);
    assert.match(text.at(-1)!, /\(the last of \d+ such in \d+(?: s|m 00s)\)$/);
    const json = linesOf('json', repeat(60_000, event)).map((line) => JSON.parse(line));
    assert.ok(json.length <= 120, `${json.length} lines`);
    // Nothing is lost from the counts.
    const counted = json.reduce((sum, line) => sum + (line.gathered?.count ?? 1), 0);
    assert.equal(counted, 60_000);
  });
}

test('refusals are told apart by their reason, with the last words', () => {
  const mixed = repeat(10_000, (i) =>
    share(i, {
      verdict: 'rejected',
      reason: i % 2 === 0 ? 'stale' : 'lowDifficulty',
      message: i % 2 === 0 ? `job not found ${i}` : `low difficulty share ${i}`,
    }),
  );
  const gathered = linesOf('text', mixed).filter((line) => line.includes('the last of'));
  assert.deepEqual(
    gathered.map((line) => /: ([^:]*) \(the last of (\d+)/.exec(line)?.slice(1)),
    [
      ['job not found 9998', '4995'],
      ['low difficulty share 9999', '4995'],
    ],
  );
});

test('a failure after another session is news', () => {
  const failure = FLOODS.failures!(1);
  const lines = linesOf('text', [failure, failure, { type: 'session', name }, failure]);
  assert.equal(lines.filter((line) => line.includes('connection refused')).length, 3);
  assert.match(lines[2]!, /connection refused/);
});

test('what the user does is always told', () => {
  const lines = linesOf(
    'text',
    repeat(50, (i) => ({ type: 'paused', paused: i % 2 === 0 })),
  );
  assert.equal(lines.length, 50);
});
