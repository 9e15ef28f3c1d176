import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { hexToBytes } from '../../protocol/bytes.js';
import { decodeNodeMessage, encodeJobs } from '../../protocol/frames.js';
import { NODE_KEEPS_TXS } from '../../protocol/job.js';
import { closeAll } from '../support/closers.js';
import { makeJobs } from '../support/jobs.js';
import { type Fake, fakeNode, openSet, states } from '../support/node-set-lab.js';
import { readVectors } from '../support/vectors.js';
import { sleep, waitFor } from '../support/wait.js';

afterEach(closeAll);

describe('who leads', () => {
  test('a takeover hands out the newest jobs of the node that leads then, at once', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    const watched = openSet([first, second]);
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
    const watched = openSet([first, second]);
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
    const watched = openSet([first, second], { link: { silenceMs: 150, probeTimeoutMs: 1_500 } });
    await waitFor('the takeover', () => watched.leader() === 1);
    await waitFor('why', () => watched.notices.some((notice) => /silent for 150 ms/.test(notice)));
    // The second is as silent, but brings jobs on second connections: it stays.
    const { length } = watched.sessions;
    await waitFor('quiet for a while', () => second.node.sockets.length >= 4);
    assert.equal(watched.sessions.length, length);
  });

  test('a leader two heights behind for a while is left, keeps its session, and leads again once it is well', async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    const watched = openSet([first, second], { lagMs: 300, returnAfterMs: 300 });
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
    assert.equal(watched.set.submit(watched.sessions[0]!, new Uint8Array(326), NODE_KEEPS_TXS), true);
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
    const watched = openSet([first, second], {
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
    const watched = openSet([first, second], {
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
