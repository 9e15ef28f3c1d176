import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { NodeIdentity } from '../../node/identity.js';
import { NodeSet } from '../../node/node-set.js';
import type { NodeSession, NodeSetOptions } from '../../node/node-set-port.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { decodeNodeMessage, encodeJobs } from '../../protocol/frames.js';
import type { Job } from '../../protocol/job.js';
import { FakeNode } from '../support/fake-node.js';
import { FakeRest, IDENTITY } from '../support/fake-rest.js';
import { makeJobs } from '../support/jobs.js';
import { readVectors } from '../support/vectors.js';
import { sleep, waitFor } from '../support/wait.js';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Fake {
  node: FakeNode;
  readonly rest: FakeRest;
}

/** A node that hands out jobs of a height, its own number as their parent. */
async function fakeNode(parent: number, height = 10): Promise<Fake> {
  const fake = { node: await FakeNode.listen(), rest: await FakeRest.listen() };
  fake.node.onConnection = (socket) => socket.write(encodeJobs(makeJobs({ parent, height })));
  closers.push(() => fake.node.close());
  closers.push(() => fake.rest.close());
  return fake;
}

interface Watched {
  readonly set: NodeSet;
  readonly sessions: NodeSession[];
  readonly ended: NodeSession[];
  readonly jobs: { readonly session: NodeSession; readonly jobs: readonly Job[] }[];
  readonly notices: string[];
  readonly identities: NodeIdentity[];
  /** Index of the node that leads. */
  leader(): number | undefined;
}

function open(fakes: readonly Fake[], options: Partial<NodeSetOptions> = {}): Watched {
  const set = new NodeSet({
    nodes: fakes.map(({ node, rest }) => ({ endpoint: { ...node.endpoint, restPort: rest.port } })),
    ...options,
    link: { silenceMs: 5_000, backoff: { firstMs: 30, maxMs: 30 }, ...options.link },
  });
  closers.push(() => set.close());
  const watched: Omit<Watched, 'set' | 'leader'> = {
    sessions: [],
    ended: [],
    jobs: [],
    notices: [],
    identities: [],
  };
  set.open({
    onIdentity: (identity) => watched.identities.push(identity),
    onSession: (session) => watched.sessions.push(session),
    onJobs: (session, jobs) => watched.jobs.push({ session, jobs }),
    onVerdict: () => {},
    onSessionEnd: (session) => watched.ended.push(session),
    onNotice: ({ name, message }) => watched.notices.push(`${name}: ${message}`),
  });
  return { ...watched, set, leader: () => watched.sessions.at(-1)?.node };
}

const states = ({ set }: Watched): string[] => set.nodes.map(({ state }) => state);

describe('who leads', () => {
  test('a takeover hands out the newest jobs of the node that leads then, at once', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    const watched = open([first, second]);
    await waitFor('both', () => states(watched).join() === 'leading,ready');
    second.node.sockets[0]!.write(encodeJobs(makeJobs({ parent: 9, height: 11 })));
    await waitFor(
      'its newest jobs',
      () => watched.set.nodes.length === 2 && second.node.sockets.length === 1,
    );
    await sleep(50);
    assert.ok(watched.jobs.every(({ session }) => session.node === 0));
    const lostAt = performance.now();
    first.node.sockets[0]!.resetAndDestroy();
    await waitFor('the takeover', () => watched.leader() === 1, 1_900);
    assert.ok(performance.now() - lostAt < 1_900);
    assert.deepEqual(watched.ended, [watched.sessions[0]]);
    assert.equal(watched.jobs.at(-1)!.session, watched.sessions[1]);
    assert.equal(watched.jobs.at(-1)!.jobs[0]!.height, 11);
  });

  test('a node that dies in the middle of a message is left within 2 s', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    const watched = open([first, second]);
    await waitFor('both', () => states(watched).join() === 'leading,ready');
    const bytes = encodeJobs(makeJobs({ parent: 3 }));
    first.node.sockets[0]!.end(bytes.subarray(0, 700));
    await waitFor('the takeover', () => watched.leader() === 1, 1_900);
    assert.ok(watched.jobs.every(({ jobs }) => jobs.length === 16 && jobs[0]!.height === 10));
    await waitFor('why', () => watched.notices.some((notice) => /was cut off after 700 bytes/.test(notice)));
  });

  test('a silent leader is left when a second connection brings no jobs in time', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    first.node.onConnection = (socket, index) => {
      if (index === 0) socket.write(encodeJobs(makeJobs()));
    };
    const watched = open([first, second], { link: { silenceMs: 150, probeTimeoutMs: 100 } });
    await waitFor('the takeover', () => watched.leader() === 1);
    await waitFor('why', () => watched.notices.some((notice) => /silent for 150 ms/.test(notice)));
    // The second is as silent, but brings jobs on second connections: it stays.
    const { length } = watched.sessions;
    await waitFor('quiet for a while', () => second.node.sockets.length >= 4);
    assert.equal(watched.sessions.length, length);
  });

  test('a leader two heights behind for a while is left, keeps its session, and leads again once it is well', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    const watched = open([first, second], { lagMs: 300, returnAfterMs: 300 });
    await waitFor('both', () => states(watched).join() === 'leading,ready');
    const socket = second.node.sockets[0]!;
    // One height is a block on its way.
    socket.write(encodeJobs(makeJobs({ height: 11 })));
    await sleep(600);
    assert.equal(watched.leader(), 0);
    socket.write(encodeJobs(makeJobs({ height: 12 })));
    const aheadAt = performance.now();
    await waitFor('the takeover', () => watched.leader() === 1);
    assert.ok(performance.now() - aheadAt >= 290);
    assert.match(
      watched.notices.at(-1)!,
      /behind: for 0\.3 s others have been 2 or more heights ahead on chain 0-0/,
    );
    assert.deepEqual(states(watched), ['behind', 'leading']);
    assert.deepEqual(watched.ended, []);
    assert.equal(watched.set.submit(watched.sessions[0]!, new Uint8Array(326), Uint8Array.of(0)), true);
    await waitFor('the block at the first node', () => first.node.received.length === 1);

    first.node.sockets[0]!.write(encodeJobs(makeJobs({ height: 12 })));
    const wellAt = performance.now();
    await waitFor('the return', () => watched.leader() === 0);
    assert.ok(performance.now() - wellAt >= 290);
    assert.equal(watched.sessions.at(-1), watched.sessions[0], 'the same session, which never ended');
  });
});

describe('no failover', () => {
  test('a recorded session on both nodes, at ten times its speed, one a little later', async () => {
    const { events } = readVectors<{ events: { ms: number; from: string; frame: string }[] }>('node-session');
    const frames = events.filter(({ from }) => from === 'node');
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    /** Each connection gets the newest frame, as at a real node, and then all. */
    const play = ({ node }: Fake, lateMs: number): void => {
      let newest: Uint8Array = new Uint8Array(0);
      const start = (): void => {
        for (const { ms, frame } of frames) {
          const send = (): void => {
            const bytes = hexToBytes(frame);
            if (frame.length > 94) newest = bytes;
            for (const socket of node.sockets) socket.write(bytes);
          };
          setTimeout(send, ms / 10 + lateMs).unref();
        }
      };
      node.onConnection = (socket, index) => {
        if (index === 0) start();
        else socket.write(newest);
      };
    };
    play(first, 150);
    play(second, 0);
    const watched = open([first, second], {
      identity: { expected: {} },
      lagMs: 500,
      link: { silenceMs: 1_000 },
    });
    const last = decodeNodeMessage(hexToBytes(frames.findLast(({ frame }) => frame.length > 94)!.frame));
    assert.ok(last.type === 'jobs');
    await waitFor('its end', () => isDeepStrictEqual(watched.jobs.at(-1)?.jobs, last.jobs));
    assert.deepEqual([watched.sessions.length, watched.leader()], [1, 0]);
    assert.deepEqual(watched.notices, []);
  });

  test('a quiet network, for a dozen times the silence that is noticed', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    const watched = open([first, second], {
      identity: { expected: {} },
      lagMs: 100,
      returnAfterMs: 200,
      link: { silenceMs: 100, probeTimeoutMs: 2_000 },
    });
    await waitFor('second connections', () => first.node.sockets.length >= 13, 20_000);
    assert.deepEqual([watched.sessions.length, watched.leader()], [1, 0]);
    assert.deepEqual(watched.notices, []);
  });
});

describe('identity', () => {
  const identity = { expected: {} };

  for (const [what, other, why] of [
    ['network', { ...IDENTITY, networkId: 0 }, /not used: its network id is 0, that of 127\.0\.0\.1:\d+ 4/],
    [
      'miner address',
      { ...IDENTITY, minerAddresses: ['a0', 'a1', 'a2', 'b3'] },
      /not used: its miner address of group 3 is b3, that of 127\.0\.0\.1:\d+ a3/,
    ],
  ] as const) {
    test(`a node with another ${what} is not used, not even when it is the last; asked again at a reconnect`, async () => {
      const [first, second] = [await fakeNode(1), await fakeNode(2)];
      second.rest.identity = other;
      const watched = open([first, second], { identity });
      await waitFor('both judged', () => states(watched).join() === 'leading,refused');
      assert.match(watched.notices[0]!, why);
      assert.equal(watched.set.nodes[1]!.detail, watched.notices[0]!.split(': ').slice(1).join(': '));
      await first.node.close();
      await waitFor('the end', () => watched.ended.length === 1);
      await sleep(200);
      assert.equal(watched.sessions.length, 1);

      second.rest.identity = IDENTITY;
      second.node.sockets[0]!.resetAndDestroy();
      await waitFor('its chance', () => watched.leader() === 1);
      assert.deepEqual(watched.identities, [IDENTITY]);
      assert.equal(watched.set.nodes[1]!.detail, undefined);
    });
  }

  test('what is expected from outside is compared first, also of a node alone', async () => {
    const only = await fakeNode(1);
    const watched = open([only], { identity: { expected: { networkId: 0 } } });
    await waitFor('the refusal', () => states(watched).join() === 'refused');
    assert.match(watched.notices[0]!, /its network id is 4, that of this pool 0/);
    assert.deepEqual([watched.sessions, watched.jobs, watched.identities], [[], [], []]);
  });

  test('at the start the first in order is the measure, however late it answers', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    second.rest.identity = { ...IDENTITY, networkId: 0 };
    first.node.onConnection = (socket) => setTimeout(() => socket.write(encodeJobs(makeJobs())), 300);
    const watched = open([first, second], { identity });
    await waitFor('both judged', () => states(watched).join() === 'leading,refused');
    assert.equal(watched.sessions.length, 1);
  });

  test('jobs wait until it is known who their node is; the newest come then', async () => {
    const only = await fakeNode(1);
    let release = (): void => {};
    only.rest.answer = (path, response) => {
      const before = release;
      release = () => {
        before();
        response.end(
          JSON.stringify(
            path === '/miners/addresses' ? { addresses: IDENTITY.minerAddresses } : { networkId: 4 },
          ),
        );
      };
    };
    const watched = open([only], { identity });
    await waitFor('the questions', () => only.rest.asked.length === 2);
    only.node.sockets[0]!.write(encodeJobs(makeJobs({ height: 77 })));
    await sleep(100);
    assert.equal(watched.sessions.length, 0);
    release();
    await waitFor('the session', () => watched.jobs.length === 1);
    assert.equal(watched.jobs[0]!.jobs[0]!.height, 77);
  });

  test('REST closed: a node alone is used after a bounded wait, with one warning; asked until it answers', async () => {
    const only = await fakeNode(1);
    only.rest.answer = () => {};
    const watched = open([only], { identity, link: { restTimeoutMs: 150 } });
    await waitFor('the session', () => watched.sessions.length === 1);
    assert.match(watched.notices[0]!, /can't be asked who it is, and is used all the same/);
    assert.deepEqual(watched.identities, []);
    const asked = only.rest.asked.length;
    await waitFor('further questions', () => only.rest.asked.length >= asked + 4);
    only.rest.answer = undefined;
    await waitFor('its answer', () => watched.identities.length === 1);
    assert.equal(watched.sessions.length, 1);
    assert.equal(watched.notices.length, 1);
    assert.deepEqual(watched.ended, []);
  });

  test('REST closed: one of several is not used until it answers', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    await second.rest.close();
    first.rest.answer = (_path, response) => response.writeHead(401).end('{"detail":"key?"}');
    const watched = open([first, second], { identity });
    await waitFor('the refusals', () => states(watched).join() === 'refused,refused');
    assert.ok(
      watched.notices.some((notice) => /not used: it can't be asked who it is: .*401 "key\?"/.test(notice)),
    );
    first.rest.answer = undefined;
    await waitFor('its answer', () => watched.leader() === 0);
  });

  test('a node that has reconnected is not used before it has told anew who it is', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    // The first is judged every 20 ms.
    const watched = open([first, second], { identity: { expected: {}, againMs: 20 } });
    await waitFor('both', () => states(watched).join() === 'leading,ready');
    second.rest.answer = () => {};
    const before = second.rest.asked.length;
    second.node.sockets[0]!.resetAndDestroy();
    await waitFor(
      'new questions',
      () => second.rest.asked.length > before && second.node.sockets.length === 2,
    );
    await sleep(150);
    assert.deepEqual(states(watched), ['leading', 'away']);
  });

  test('an answer to a question of an earlier connection says nothing', async () => {
    const only = await fakeNode(1);
    const release: (() => void)[] = [];
    only.rest.answer = (path, response) => {
      const of = only.rest.asked.length <= 2 ? 4 : 0;
      const answer = (): void => {
        response.end(
          JSON.stringify({
            networkId: of,
            ...(path === '/miners/addresses' && { addresses: IDENTITY.minerAddresses }),
          }),
        );
      };
      if (of === 4) release.push(answer);
      else answer();
    };
    const watched = open([only], { identity: { expected: { networkId: 4 } } });
    await waitFor('the questions', () => release.length === 2);
    only.node.sockets[0]!.resetAndDestroy();
    await waitFor('the refusal', () => states(watched).join() === 'refused');
    for (const answer of release) answer();
    await sleep(100);
    assert.deepEqual(states(watched), ['refused']);
    assert.equal(watched.sessions.length, 0);
  });

  test('a node that was refused is judged again when the other one changes', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    const mended = { ...IDENTITY, networkId: 0 };
    first.rest.identity = mended;
    const { port } = first.node;
    await first.node.close();
    const watched = open([first, second], { identity });
    await waitFor('the second', () => watched.leader() === 1);
    first.node = await FakeNode.listen(port);
    first.node.onConnection = (socket) => socket.write(encodeJobs(makeJobs()));
    closers.push(() => first.node.close());
    await waitFor('the refusal', () => states(watched).join() === 'refused,leading');
    second.rest.identity = mended;
    second.node.sockets[0]!.resetAndDestroy();
    await waitFor('both', () => !states(watched).some((state) => state === 'refused' || state === 'away'));
    assert.deepEqual(watched.identities, [IDENTITY, mended]);
  });

  test('addresses that change while a node runs: of several it is left, alone it is told', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    const changed = { ...IDENTITY, minerAddresses: ['b0', 'b1', 'b2', 'b3'] };
    const watched = open([first, second], { identity: { expected: {}, againMs: 50 } });
    await waitFor('both', () => states(watched).join() === 'leading,ready');
    first.rest.identity = changed;
    await waitFor('the takeover', () => watched.leader() === 1);
    assert.deepEqual(states(watched), ['refused', 'leading']);
    assert.deepEqual(watched.ended, [watched.sessions[0]]);

    const only = await fakeNode(3);
    const alone = open([only], { identity: { expected: {}, againMs: 50 } });
    await waitFor('a session', () => alone.sessions.length === 1);
    only.rest.identity = changed;
    await waitFor('the change', () => alone.identities.length === 2);
    assert.deepEqual(alone.identities[1], changed);
    assert.deepEqual(alone.ended, []);
  });

  describe('kept outside', () => {
    const OTHER: NodeIdentity = { ...IDENTITY, minerAddresses: ['a0', 'a1', 'a2', 'b3'] };

    test('what is kept decides: a node that differs is left for one that fits, and what to do is said', async () => {
      const [first, second] = [await fakeNode(1), await fakeNode(2)];
      first.rest.identity = OTHER;
      const claims: NodeIdentity[] = [];
      const claim = async (identity: NodeIdentity) => {
        claims.push(identity);
        return IDENTITY;
      };
      const watched = open([first, second], { identity: { expected: {}, claim, hint: 'tell it' } });
      await waitFor('both judged', () => states(watched).join() === 'refused,leading');
      assert.match(
        watched.notices[0]!,
        /not used: its miner address of group 3 is b3, that of this pool a3; tell it$/,
      );
      assert.deepEqual(watched.identities, [IDENTITY]);
      // What is known need not be asked for again.
      assert.deepEqual(claims, [OTHER]);
      first.rest.identity = IDENTITY;
      first.node.sockets[0]!.resetAndDestroy();
      await waitFor('its return', () => states(watched).join() === 'ready,leading');
    });

    test('a node that would not be used claims nothing', async () => {
      const [first, second] = [await fakeNode(1), await fakeNode(2)];
      second.rest.identity = OTHER;
      const claims: NodeIdentity[] = [];
      const claim = async (identity: NodeIdentity) => {
        claims.push(identity);
        throw new Error('away');
      };
      const watched = open([first, second], { identity: { expected: {}, claim, againMs: 20 } });
      await waitFor('both judged', () => states(watched).join() === 'leading,refused');
      const asked = second.rest.asked.length;
      await waitFor('it was asked again', () => second.rest.asked.length >= asked + 6);
      assert.deepEqual(claims, [IDENTITY]);
    });

    test('another network that is kept refuses one node, and the next may claim', async () => {
      const [first, second] = [await fakeNode(1), await fakeNode(2)];
      first.rest.identity = { ...OTHER, networkId: 0 };
      const claims: NodeIdentity[] = [];
      const claim = async (identity: NodeIdentity) => {
        claims.push(identity);
        return identity.networkId === 4 ? identity : { networkId: 4 };
      };
      const watched = open([first, second], { identity: { expected: {}, claim, hint: 'tell it' } });
      await waitFor('both judged', () => states(watched).join() === 'refused,leading');
      assert.match(watched.notices[0]!, /its network id is 0, that of this pool 4$/);
      assert.equal(claims.length, 2);
    });

    test('a node is held back while the register is asked, and used when that is away', async () => {
      const only = await fakeNode(1);
      const fail: (() => void)[] = [];
      const claim = () =>
        new Promise<NodeIdentity>((_, reject) => fail.push(() => reject(new Error('away'))));
      const watched = open([only], { identity: { expected: {}, claim } });
      await waitFor('the claim', () => fail.length === 1);
      await sleep(100);
      assert.deepEqual([watched.sessions, states(watched)], [[], ['away']]);
      fail[0]!();
      await waitFor('the session', () => watched.sessions.length === 1);
      assert.deepEqual(watched.notices, []);
      // It is back with nothing: the node is claimed anew, and stays in use meanwhile.
      watched.set.expect({});
      await waitFor('the second claim', () => fail.length === 2);
      assert.deepEqual([states(watched), watched.ended], [['leading'], []]);
      // It is back with something else.
      watched.set.expect(OTHER);
      await waitFor('the refusal', () => states(watched).join() === 'refused');
      assert.deepEqual(watched.ended, [watched.sessions[0]]);
    });

    test('back, it speaks for a node that differed from the one that was used meanwhile', async () => {
      const [first, second] = [await fakeNode(1), await fakeNode(2)];
      second.rest.identity = OTHER;
      const claim = () => Promise.reject(new Error('away'));
      const watched = open([first, second], { identity: { expected: {}, claim } });
      await waitFor('both judged', () => states(watched).join() === 'leading,refused');
      watched.set.expect(OTHER);
      await waitFor('the change', () => states(watched).join() === 'refused,leading');
    });

    test('changed there, nodes are asked again before they are judged by it', async () => {
      const [first, second] = [await fakeNode(1), await fakeNode(2)];
      const claim = async () => IDENTITY;
      const watched = open([first, second], { identity: { expected: {}, claim } });
      await waitFor('both', () => states(watched).join() === 'leading,ready');
      // The first was changed, and nobody has noticed yet.
      first.rest.identity = OTHER;
      watched.set.expect(OTHER);
      await waitFor('both judged', () => states(watched).join() === 'leading,refused');
      assert.deepEqual(watched.ended, [], 'the first went on without a break');
      second.rest.identity = OTHER;
      second.node.sockets[0]!.resetAndDestroy();
      await waitFor('the second', () => states(watched).join() === 'leading,ready');
      assert.equal(watched.sessions.length, 1);
    });
  });
});
