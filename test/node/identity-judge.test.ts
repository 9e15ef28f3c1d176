import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IdentityHints, NodeIdentity } from '../../node/identity.js';
import { judgeIdentity, type Suspect } from '../../node/identity-judge.js';
import { IDENTITY } from '../support/fake-rest.js';

const OTHER: NodeIdentity = { ...IDENTITY, minerAddresses: ['a0', 'a1', 'b2', 'a3'] };

interface Parts {
  says?: NodeIdentity | string;
  was?: NodeIdentity;
  told?: NodeIdentity;
  tried?: boolean;
  inUse?: boolean;
  failures?: number;
}

const HINTS: IdentityHints = { addresses: 'tell the pool', network: 'name another' };

function judge(
  parts: readonly Parts[],
  index: number,
  expected: Partial<NodeIdentity> = {},
  hints?: IdentityHints,
) {
  const suspects = parts.map(
    ({ says, was, told, tried = true, inUse = false, failures = 1 }, i): Suspect => ({
      index: i,
      name: `n${i}`,
      tried,
      accepted: was,
      told,
      session: inUse ? {} : undefined,
      answer:
        says === undefined
          ? undefined
          : typeof says === 'string'
            ? { known: false, detail: says, failures }
            : { known: true, identity: says },
    }),
  );
  const verdict = judgeIdentity(suspects[index]!, suspects, expected, hints);
  return verdict.use === 'no' ? verdict.why : verdict.use;
}

test('at the start the first in order says what is right, and the others wait for it', () => {
  assert.equal(judge([{ says: IDENTITY }, {}], 0), 'yes');
  assert.equal(judge([{ tried: false }, { says: OTHER }], 1), 'later');
  assert.equal(judge([{ tried: true }, { says: OTHER }], 1), 'yes');
  assert.equal(judge([{}, {}], 0), 'later');
});

test('one that differs from another or from what is expected is told in what', () => {
  assert.equal(
    judge([{ was: IDENTITY }, { says: OTHER }], 1),
    'its miner address of group 2 is b2, that of n0 a2',
  );
  assert.equal(
    judge([{ says: { ...IDENTITY, networkId: 1 } }], 0, { networkId: 0 }),
    'its network id is 1, that of this pool 0',
  );
  assert.equal(judge([{ says: IDENTITY }, { was: IDENTITY }], 0, IDENTITY), 'yes');
  assert.match(judge([{ says: OTHER }, { was: OTHER }], 0, IDENTITY), /that of this pool a2/);
});

test('one alone may change; of several, one that was accepted is compared even while it is away', () => {
  assert.equal(judge([{ says: OTHER, was: IDENTITY }], 0), 'yes');
  assert.match(
    judge(
      [
        { was: IDENTITY, tried: true },
        { says: OTHER, was: IDENTITY },
      ],
      1,
    ),
    /that of n0/,
  );
  assert.equal(judge([{ says: OTHER, was: IDENTITY }, { says: OTHER }], 0), 'yes');
});

test('one that can not be asked is used only where it is the only one', () => {
  assert.equal(judge([{ says: 'refused' }], 0), 'yes');
  assert.equal(judge([{ says: 'refused' }, {}], 0), "it can't be asked who it is: refused");
});

test('one that was accepted is no measure any more where something else is expected by now', () => {
  assert.equal(judge([{ was: OTHER }, { says: IDENTITY }], 1, IDENTITY), 'yes');
  assert.equal(
    judge([{ was: OTHER }, { says: IDENTITY }], 1, { minerAddresses: IDENTITY.minerAddresses }),
    'yes',
  );
  assert.match(judge([{ was: OTHER }, { says: IDENTITY }], 1, { networkId: 4 }), /that of n0 b2/);
});

test('what to do is said of a node that differs from what the pool expects, and only of it', () => {
  const told = (says: NodeIdentity, expected: Partial<NodeIdentity>) =>
    judge([{ says }, { was: IDENTITY }], 0, expected, HINTS);
  assert.equal(
    told(OTHER, IDENTITY),
    'its miner address of group 2 is b2, that of this pool a2; tell the pool',
  );
  assert.equal(
    told(OTHER, { minerAddresses: IDENTITY.minerAddresses }),
    'its miner address of group 2 is b2, that of this pool a2; tell the pool',
  );
  assert.equal(
    told({ ...OTHER, networkId: 0 }, IDENTITY),
    'its network id is 0, that of this pool 4; name another',
  );
  assert.equal(told(OTHER, { networkId: 4 }), 'its miner address of group 2 is b2, that of n1 a2');
});

test('one that said that it is another is not taken for one that nothing is known of', () => {
  assert.match(
    judge([{ says: 'away', told: OTHER }], 0, IDENTITY, HINTS),
    /^it can't be asked who it is: away; when it could be, its miner address of group 2 is b2, .*; tell the pool$/,
  );
  assert.equal(judge([{ says: 'away', told: IDENTITY }], 0, IDENTITY), 'yes');
  assert.equal(judge([{ says: IDENTITY, told: OTHER }], 0, IDENTITY), 'yes', 'what it says now decides');
});

test('one that is in use may fail to answer for a moment, whatever it said before', () => {
  for (const others of [[], [{ was: IDENTITY }]]) {
    const fails = (failures: number) =>
      judge([{ says: 'away', told: OTHER, inUse: true, failures }, ...others], 0, IDENTITY);
    assert.deepEqual([fails(1), fails(2)], ['later', 'later']);
    assert.match(fails(3), /^it can't be asked who it is: away; when it could be/);
  }
});
