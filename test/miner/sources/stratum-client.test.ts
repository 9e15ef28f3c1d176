import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StratumClient } from '../../../miner/sources/stratum-client.js';
import type { Job } from '../../../protocol/job.js';
import { notifiedJob } from '../../support/fake-pool.js';
import { makeJob } from '../../support/jobs.js';

/** A client, and all that it told. */
function client() {
  const told = {
    sent: [] as string[],
    jobs: [] as (readonly Job[])[],
    unusable: 0,
    problems: 0,
    answers: 0,
    authorized: 0,
  };
  const stratum = new StratumClient(
    { user: 'u', password: 'x', agent: 'test' },
    {
      send: (line) => told.sent.push(line) > 0,
      onJobs: (jobs) => told.jobs.push(jobs),
      onAuthorized: () => told.authorized++,
      onAnswer: () => told.answers++,
      onUnusable: () => told.unusable++,
      onRedirect: () => {},
      onProblem: () => told.problems++,
      onMessage: () => {},
    },
  );
  return { stratum, told };
}

const LINES = [
  '{"id":null,"method":"mining.set_difficulty","params":[1]}',
  '{"id":1,"result":"s","error":null}',
  '{"id":2,"result":true,"error":null}',
  '{"id":null,"method":"mining.set_extranonce","params":["beef"]}',
  JSON.stringify({ id: null, method: 'mining.notify', params: [notifiedJob(makeJob(), '1f')] }),
  '{"id":3,"result":false,"error":{"code":25,"message":"low difficulty share (0.93)"}}',
  '{"id":null,"method":"client.reconnect","params":["a",1,2]}',
  '{"id":null,"method":"client.show_message","params":["hello"]}',
];

test('lines of a pool in any order, each with some characters changed: nothing is thrown, no wrong job is handed on', () => {
  const change = fc.record({ at: fc.nat(2_000), to: fc.string({ unit: 'binary', maxLength: 3 }) });
  const line = fc
    .tuple(fc.constantFrom(...LINES), fc.array(change, { maxLength: 4 }))
    .map(([text, changes]) =>
      changes.reduce((changed, { at, to }) => {
        const place = at % changed.length;
        return changed.slice(0, place) + to + changed.slice(place + 1) || ' ';
      }, text),
    );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const { stratum, told } = client();
      stratum.open();
      for (const each of lines) {
        stratum.receive(each);
        const job = told.jobs.at(-1)?.[0];
        if (job !== undefined) stratum.submit(job, new Uint8Array(24), new Uint8Array(32));
      }
      for (const job of told.jobs.flat()) {
        assert.equal(job.headerBlob.length, 302);
        assert.equal(job.target.length, 32);
        assert.ok(job.chain >= 0 && job.chain < 16);
      }
      for (const sent of told.sent) assert.ok(JSON.parse(sent));
    }),
    { numRuns: 500 },
  );
});

test('a share that does not begin with the extranonce, or of a job of another connection, is not sent', () => {
  const [one, other] = [client(), client()];
  for (const each of LINES.slice(0, 5)) {
    one.stratum.receive(each);
    other.stratum.receive(each);
  }
  const job = one.told.jobs.at(-1)![0]!;
  const nonce = Uint8Array.from({ length: 24 }, (_, i) => [0xbe, 0xef][i] ?? 0);
  assert.equal(one.stratum.submit(job, nonce, new Uint8Array(32)), true);
  assert.equal(one.stratum.submit(job, new Uint8Array(24), new Uint8Array(32)), false);
  assert.equal(other.stratum.submit(job, nonce, new Uint8Array(32)), false);
});

test('each share has an id of its own, and an answer counts once', () => {
  const { stratum, told } = client();
  for (const each of LINES.slice(0, 5)) stratum.receive(each);
  const job = told.jobs.at(-1)![0]!;
  const nonce = Uint8Array.from({ length: 24 }, (_, i) => [0xbe, 0xef][i] ?? 0);
  for (let i = 0; i < 3; i++) stratum.submit(job, nonce, new Uint8Array(32));
  const ids = told.sent.map((line) => JSON.parse(line).id);
  assert.equal(new Set(ids).size, 3);
  for (const id of [...ids, ...ids]) stratum.receive(`{"id":${id},"result":true,"error":null}`);
  assert.equal(told.answers, 3);
});
