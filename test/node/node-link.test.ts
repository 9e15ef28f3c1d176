import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { startDevnet } from '../../devnet/app.js';
import type { NodeEndpoint } from '../../node/endpoint.js';
import { DEFAULT_NODE_LINK_OPTIONS, NodeLink, type NodeLinkOptions } from '../../node/node-link.js';
import { hexToBytes } from '../../protocol/bytes.js';
import { encodeJobs, encodeSubmitResult, MAX_WHOLE_FRAME_BYTES } from '../../protocol/frames.js';
import { type Job, NODE_KEEPS_TXS } from '../../protocol/job.js';
import { FakeNode } from '../support/fake-node.js';
import { makeJobs } from '../support/jobs.js';
import { readVectors } from '../support/vectors.js';
import { sleep, waitFor } from '../support/wait.js';

/** What is noticed soon is silence alone: a good node has its time, however busy the machine is. */
const QUICK: NodeLinkOptions = {
  ...DEFAULT_NODE_LINK_OPTIONS,
  silenceMs: 150,
  probeTimeoutMs: 5_000,
  connectTimeoutMs: 5_000,
  backoff: { firstMs: 20, maxMs: 40 },
};

interface Watched {
  readonly link: NodeLink;
  readonly jobs: (readonly Job[])[];
  readonly sessions: () => number;
  readonly ends: () => number;
  readonly verdicts: boolean[];
  readonly downs: string[];
}

const open: NodeLink[] = [];
const nodes: FakeNode[] = [];
after(async () => {
  for (const link of open) link.close();
  for (const node of nodes) await node.close();
});

function watch(endpoint: NodeEndpoint, options: NodeLinkOptions = QUICK): Watched {
  const jobs: (readonly Job[])[] = [];
  const verdicts: boolean[] = [];
  const downs: string[] = [];
  let sessions = 0;
  let ends = 0;
  const link = new NodeLink(endpoint, options, {
    onJobs: (received, sessionStarted) => {
      if (sessionStarted) sessions++;
      jobs.push(received);
    },
    onVerdict: (_hash, accepted) => verdicts.push(accepted),
    onSessionEnd: () => {
      ends++;
    },
    onDown: (message) => downs.push(message),
  });
  open.push(link);
  link.open();
  return { link, jobs, sessions: () => sessions, ends: () => ends, verdicts, downs };
}

async function fakeNode(onConnection: FakeNode['onConnection']): Promise<FakeNode> {
  const node = await FakeNode.listen();
  node.onConnection = onConnection;
  nodes.push(node);
  return node;
}

const JOBS = encodeJobs(makeJobs());

describe('a good node', () => {
  test('a recorded session, cut into small pieces, is one session without a fault', async () => {
    const { events } = readVectors<{ events: { from: string; frame: string }[] }>('node-session');
    const frames = events.filter((event) => event.from === 'node').map((event) => hexToBytes(event.frame));
    const node = await fakeNode((socket) => {
      const all = Buffer.concat(frames);
      for (let at = 0; at < all.length; at += 1013) socket.write(all.subarray(at, at + 1013));
    });
    const watched = watch(node.endpoint, { ...QUICK, silenceMs: 5_000 });
    const results = events.filter((event) => event.from === 'node' && event.frame.length === 94).length;
    await waitFor('all frames', () => watched.jobs.length + watched.verdicts.length === frames.length);
    assert.equal(watched.verdicts.length, results);
    assert.equal(watched.sessions(), 1);
    assert.equal(watched.ends(), 0);
    assert.equal(
      watched.jobs.every((jobs) => jobs.length === 16),
      true,
    );
  });

  test('blocks go out whole and verdicts come back', async () => {
    const node = await fakeNode((socket) => socket.write(JOBS));
    node.onMessage = (_message, socket) =>
      socket.write(encodeSubmitResult({ chain: 3, blockHash: new Uint8Array(32), accepted: true }));
    const watched = watch(node.endpoint, { ...QUICK, silenceMs: 5_000 });
    await waitFor('jobs', () => watched.jobs.length === 1);
    const header = new Uint8Array(326).fill(9);
    assert.equal(watched.link.submit(header, [Uint8Array.of(1), Uint8Array.of(2, 3)]), true);
    await waitFor('a verdict', () => watched.verdicts.length === 1);
    assert.deepEqual(node.received[0]?.message, {
      type: 'submitBlock',
      header,
      txsBlob: Uint8Array.of(1, 2, 3),
    });
  });
});

describe('silence', () => {
  test('a quiet network is no fault, nor news: second connections bring the same, and go again', async () => {
    const node = await fakeNode((socket) => socket.write(JOBS));
    const watched = watch(node.endpoint);
    await waitFor('three second connections', () => node.sockets.length >= 4);
    await waitFor('their end', () => node.sockets.slice(1, 3).every((socket) => socket.destroyed));
    assert.equal(node.sockets[0]!.destroyed, false);
    assert.deepEqual([watched.jobs.length, watched.sessions(), watched.ends()], [1, 1, 0]);
    assert.equal(watched.link.submit(new Uint8Array(326), NODE_KEEPS_TXS), true);
    await waitFor('the block', () => node.received.length === 1);
    assert.equal(node.received[0]!.socket, node.sockets[0]);
  });

  test('a second connection that brings other jobs takes over, the session goes on', async () => {
    const node = await fakeNode((socket, index) => socket.write(encodeJobs(makeJobs({ parent: index + 1 }))));
    const watched = watch(node.endpoint);
    await waitFor('three takeovers', () => watched.jobs.length >= 4);
    assert.deepEqual([watched.sessions(), watched.ends()], [1, 0]);
    // The newest, and the one before it for its verdicts.
    await waitFor(
      'older connections closed',
      () => node.sockets.filter((socket) => !socket.destroyed).length <= 2,
    );
    assert.equal(watched.link.submit(new Uint8Array(326), NODE_KEEPS_TXS), true);
    await waitFor('the block on the newest connection', () => node.received.length === 1);
  });

  test('a verdict on the connection that was taken over from still comes', async () => {
    const node = await fakeNode((socket, index) => socket.write(encodeJobs(makeJobs({ parent: index + 1 }))));
    node.onMessage = (_message, socket) => {
      const answer = encodeSubmitResult({ chain: 0, blockHash: new Uint8Array(32), accepted: true });
      void waitFor('a takeover', () => node.sockets.length >= 2).then(() =>
        setTimeout(() => socket.write(answer), 50),
      );
    };
    const watched = watch(node.endpoint, { ...QUICK, silenceMs: 300 });
    await waitFor('jobs', () => watched.jobs.length === 1);
    watched.link.submit(new Uint8Array(326), NODE_KEEPS_TXS);
    await waitFor('the verdict', () => watched.verdicts.length === 1);
    assert.equal(watched.jobs.length >= 2, true);
  });

  test('a node that is silent on a second connection, too, is lost', async () => {
    const node = await fakeNode((socket, index) => {
      if (index === 0) socket.write(JOBS);
    });
    const watched = watch(node.endpoint, { ...QUICK, probeTimeoutMs: 100 });
    await waitFor('the loss', () => watched.ends() === 1);
    assert.match(
      watched.downs[0] ?? '',
      /silent for 150 ms, and a second connection brought no jobs within 100 ms/,
    );
    await waitFor('a new try', () => node.sockets.length >= 3);
  });

  test('jobs on the first connection meanwhile make the second one needless', async () => {
    let first: import('node:net').Socket | undefined;
    const node = await fakeNode((socket, index) => {
      if (index === 0) {
        first = socket;
        socket.write(JOBS);
      } else first?.write(JOBS);
    });
    const watched = watch(node.endpoint, { ...QUICK, silenceMs: 300 });
    await waitFor('the second jobs', () => watched.jobs.length >= 2);
    await sleep(150);
    assert.equal(first?.destroyed, false);
    assert.equal(watched.ends(), 0);
  });
});

describe('jobs that step back', () => {
  const heights = (watched: Watched): (number | undefined)[] => watched.jobs.map(([first]) => first?.height);

  test('an older message that comes late changes nothing; REST settles what is left open', async () => {
    const node = await fakeNode((socket) => socket.write(encodeJobs(makeJobs({ parent: 2 }))));
    const watched = watch(node.endpoint, { ...QUICK, silenceMs: 5_000 });
    await waitFor('jobs', () => watched.jobs.length === 1);
    node.sockets[0]!.write(encodeJobs(makeJobs({ parent: 1 })));
    await waitFor('the late ones', () => watched.jobs.length === 2);
    assert.deepEqual(heights(watched), [2, 2]);
    assert.equal(watched.link.heldBack.length, 16);
    watched.link.settle(0, 1);
    assert.equal(watched.jobs.length, 2);
    watched.link.settle(0, 0);
    assert.deepEqual(heights(watched), [2, 2, 1]);
    node.sockets[0]!.write(encodeJobs(makeJobs({ parent: 2 })));
    await waitFor('the next ones', () => watched.jobs.length === 4);
    assert.deepEqual([heights(watched).at(-1), watched.link.heldBack], [2, []]);
  });
});

describe('a bad node', () => {
  const bad: readonly [string, Uint8Array, RegExp][] = [
    [
      'garbage',
      Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'),
      /frame: expected at most 8388608 bytes, got 1397966893 \(at byte 0\) of the stream/,
    ],
    ['4 GB', Buffer.from('ffffffff0100', 'hex'), /got 4294967295/],
    [
      'another version',
      Buffer.from('000000020900', 'hex'),
      /version: expected 1, got 9 \(at byte 4\) of the frame at byte 0/,
    ],
    [
      'a job that does not decode after a good frame',
      Buffer.concat([JOBS, Buffer.from('00000006010000000001', 'hex')]),
      /of the frame at byte \d{4}/,
    ],
  ];
  for (const [name, bytes, expected] of bad) {
    test(`${name}: said with its position, and tried again`, async () => {
      const node = await fakeNode((socket) => socket.write(bytes));
      const watched = watch(node.endpoint);
      await waitFor('two tries', () => node.sockets.length >= 2 && watched.downs.length >= 1);
      assert.match(watched.downs[0] ?? '', expected);
      assert.match(watched.downs[0] ?? '', /not what a full node/);
    });
  }

  test('a frame cut off by the end of the connection', async () => {
    const node = await fakeNode((socket) => socket.end(JOBS.subarray(0, 1000)));
    const watched = watch(node.endpoint);
    await waitFor('two tries', () => watched.downs.length >= 2);
    assert.equal(watched.jobs.length, 0);
    assert.match(watched.downs[0] ?? '', /the frame at byte 0 of the stream was cut off after 1000 bytes/);
  });

  test('silent before the first jobs: REST is asked why, as after a reset', async () => {
    const node = await fakeNode(() => {});
    const devnet = await startDevnet({ synced: false });
    try {
      const endpoint = { ...node.endpoint, restPort: devnet.restPort };
      const watched = watch(endpoint, { ...QUICK, connectTimeoutMs: 200 });
      await waitFor('why', () => watched.downs.length >= 1);
      assert.match(watched.downs[0]!, /node not synced or no miner addresses set: it is not synced yet$/);
      devnet.setSynced(true);
      await waitFor('another reason', () => /^no jobs within 200 ms/.test(watched.downs.at(-1)!));
      assert.match(watched.downs.at(-1)!, /of connecting, though it is synced and has miner addresses$/);
    } finally {
      await devnet.close();
    }
    // Where REST is away, too, there is nothing to add.
    const mute = watch({ ...node.endpoint, restPort: 1 }, { ...QUICK, connectTimeoutMs: 200 });
    await waitFor('the loss', () => mute.downs.length >= 1);
    assert.match(mute.downs[0]!, /^no jobs within 200 ms of connecting$/);
  });

  test('silent before the first jobs, and answers as REST does: it is the REST port', async () => {
    const devnet = await startDevnet({});
    try {
      const { restPort } = devnet;
      const watched = watch(
        { host: '127.0.0.1', port: restPort, restPort },
        { ...QUICK, connectTimeoutMs: 100, restTimeoutMs: 5_000 },
      );
      await waitFor('a diagnosis', () => watched.downs.length > 0);
      assert.match(
        watched.downs[0]!,
        /^that is the port of a full node's REST API; its miner API has another/,
      );
    } finally {
      await devnet.close();
    }
  });

  test('reset before the first jobs: not synced or no addresses', async () => {
    const node = await fakeNode((socket) => socket.resetAndDestroy());
    const watched = watch(node.endpoint);
    await waitFor('a diagnosis', () => watched.downs.length >= 1);
    assert.match(
      watched.downs[0] ?? '',
      /node not synced or no miner addresses set \(http:\/\/127\.0\.0\.1:1 did not say which\)/,
    );
  });

  for (const [what, synced, status, expected] of [
    ['not synced', false, 200, /it is not synced yet/],
    ['no miner addresses', true, 500, /alephium\.mining\.miner-addresses/],
    ['neither', true, 200, /though it is synced and has miner addresses/],
  ] as const) {
    test(`its REST API tells which: ${what}`, async () => {
      const rest = createServer((request, response) => {
        if (request.url === '/miners/addresses') response.statusCode = status;
        response.end(
          JSON.stringify({
            synced,
            version: 'v4.6.0',
            detail: 'Miner addresses are not set up',
            addresses: [],
          }),
        );
      }).listen(0, '127.0.0.1');
      const node = await fakeNode((socket) => socket.resetAndDestroy());
      await waitFor('REST', () => rest.listening);
      const watched = watch({ ...node.endpoint, restPort: (rest.address() as AddressInfo).port });
      await waitFor('a diagnosis', () => watched.downs.length >= 1);
      assert.match(watched.downs[0] ?? '', expected);
      watched.link.close();
      rest.closeAllConnections();
      rest.close();
    });
  }

  test('whole lists of transactions: a long message is taken where that is said, and a long block sent', async () => {
    const [chain, txsBlob] = [0, new Uint8Array(9 * 1024 * 1024)];
    const jobs = [{ ...makeJobs()[chain]!, txsBlob: [txsBlob] }];
    const node = await fakeNode((socket) => socket.write(encodeJobs(jobs)));
    const short = watch(node.endpoint, { ...QUICK, silenceMs: 60_000 });
    await waitFor('a loss', () => short.downs.length >= 1);
    assert.match(short.downs[0] ?? '', /expected at most 8388608 bytes/);
    short.link.close();
    const long = watch(node.endpoint, { ...QUICK, silenceMs: 60_000, maxFrameBytes: MAX_WHOLE_FRAME_BYTES });
    await waitFor('the jobs', () => long.jobs.length === 1);
    assert.equal(long.jobs[0]![0]!.txsBlob[0]!.length, txsBlob.length);
    assert.equal(long.link.submit(new Uint8Array(326), [new Uint8Array(4 * 1024 * 1024)]), true);
    await waitFor('the block', () => node.received.length === 1);
  });

  test('nobody there: is said, and it connects once one comes', async () => {
    const gone = await FakeNode.listen();
    const { endpoint } = gone;
    await gone.close();
    const watched = watch(endpoint);
    await waitFor('refusals', () => watched.downs.length >= 3);
    assert.match(watched.downs[0] ?? '', /^connection refused: no full node listens there/);
    const node = await FakeNode.listen(endpoint.port);
    nodes.push(node);
    node.onConnection = (socket) => socket.write(JOBS);
    await waitFor('jobs', () => watched.jobs.length >= 1);
  });

  test('one that accepts and says nothing', async () => {
    const node = await fakeNode(() => {});
    const watched = watch(node.endpoint, { ...QUICK, connectTimeoutMs: 400 });
    await waitFor('a loss', () => watched.downs.length >= 1);
    assert.match(watched.downs[0] ?? '', /no jobs within 400 ms/);
  });
});
