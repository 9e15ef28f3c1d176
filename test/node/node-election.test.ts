import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMember, type Member } from '../../node/member.js';
import { NodeElection } from '../../node/node-election.js';
import type { StandingChain } from '../../node/standstill.js';
import { makeJob, makeJobs } from '../support/jobs.js';

const RETURN_AFTER_MS = 60_000;
const LAG_MS = 5_000;

/** Nodes that are up, at height 1, with chains that the test lets stand still; and all that an election told of them. */
function electionLab(count: number) {
  const told: string[] = [];
  const standing: StandingChain[][] = Array.from({ length: count }, () => []);
  let changed = new Set<number>();
  const members: Member[] = standing.map((_, index) => {
    const chains = {
      look: () => changed.has(index),
      get standing() {
        return standing[index];
      },
    };
    const fixed = { index, name: `node${index}`, link: undefined, chains, watch: undefined };
    const member = createMember(fixed as unknown as Parameters<typeof createMember>[0]);
    member.tried = true;
    member.session = { id: index + 1, node: index, name: member.name };
    member.jobs = makeJobs({ height: 1 });
    return member;
  });
  const election = new NodeElection(
    { returnAfterMs: RETURN_AFTER_MS, lagMs: LAG_MS },
    {
      onFault: ({ name }, message) => told.push(`${name}: ${message}`),
      onWell: ({ name }, message) => told.push(`${name} is well: ${message}`),
    },
  );
  return {
    members,
    told,
    election,
    /** Lets a node's chains stand still from a time on. */
    stand(index: number, chains: readonly number[], sinceMs: number) {
      standing[index] = chains.map((chain) => ({
        chain,
        reason: 'taken',
        sinceMs,
        job: makeJob({ chain }),
        nodeHeight: undefined,
      }));
      changed.add(index);
    },
    /** Holds an election. @returns index of the node that leads now if another did before, and of those that changed */
    hold(nowMs: number): [leader: number | undefined, changed: number[]] {
      const result = election.hold(members, nowMs);
      changed = new Set();
      return [result.leader?.index, result.changed.map(({ index }) => index)];
    },
  };
}

test('the first node leads, and is named once', () => {
  assert.equal(electionLab(2).election.leader, undefined);
  const { hold, election } = electionLab(2);
  assert.deepEqual(hold(0), [0, []]);
  assert.deepEqual(hold(500), [undefined, []]);
  assert.equal(election.leader?.node, 0);
});

test('a node two heights behind on some chain for the set time is told once, and another leads until it is well for long', () => {
  const { members, hold, told, election } = electionLab(2);
  hold(0);
  members[1]!.jobs = makeJobs({ height: 2 });
  hold(1_000);
  assert.deepEqual(hold(1_000 + 2 * LAG_MS), [undefined, []], 'one height is no lag');
  members[1]!.jobs = [makeJob({ chain: 5, height: 3 })];
  hold(20_000);
  assert.deepEqual(hold(20_000 + LAG_MS - 1), [undefined, []]);
  assert.deepEqual(hold(20_000 + LAG_MS), [1, []]);
  hold(40_000);
  assert.equal(told.length, 1);
  assert.match(told[0]!, /^node0: behind: for 5\.0 s others .* on chain 1-1$/);
  members[0]!.jobs = makeJobs({ height: 3 });
  hold(50_000);
  assert.deepEqual(hold(50_000 + RETURN_AFTER_MS - 1), [undefined, []]);
  assert.deepEqual(hold(50_000 + RETURN_AFTER_MS), [0, []]);
  assert.equal(election.leader?.node, 0);
});

test('a node whose chain stands still gives the lead away; its further chains are told some time later, in one line', () => {
  const { members, hold, told, stand } = electionLab(2);
  hold(0);
  stand(0, [3], 1_000);
  assert.deepEqual(hold(11_000), [1, [0]]);
  assert.equal(told.length, 1);
  assert.match(told[0]!, /^node0: chain 0-3 has had no template for 10 s/);
  assert.equal(members[0]!.detail, undefined, 'its owner notes it');
  stand(0, [3, 4], 1_000);
  assert.deepEqual(hold(12_000), [undefined, [0]]);
  assert.equal(told.length, 1);
  hold(20_999);
  assert.equal(told.length, 1);
  hold(21_000);
  assert.equal(told.length, 2);
  assert.match(told[1]!, /so have chains 1-0$/);
  hold(60_000);
  assert.equal(told.length, 2, 'no news');
  stand(0, [], 0);
  assert.deepEqual(hold(70_000), [undefined, [0]]);
  assert.equal(told[2], 'node0 is well: all chains have templates again');
  assert.deepEqual(hold(70_000 + RETURN_AFTER_MS), [0, []]);
});

test('a node without a session is neither looked at nor leads; without any, the last leader stays named', () => {
  const { members, hold, told, stand, election } = electionLab(2);
  hold(0);
  members[0]!.session = undefined;
  stand(0, [1], 0);
  assert.deepEqual(hold(20_000), [1, []]);
  members[1]!.session = undefined;
  assert.deepEqual(hold(21_000), [undefined, []]);
  assert.equal(election.leader?.node, 1);
  assert.deepEqual(told, []);
  members[1]!.session = { id: 7, node: 1, name: 'node1' };
  assert.deepEqual(hold(22_000), [1, []], 'a new session of it leads anew');
});
