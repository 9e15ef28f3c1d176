import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import type { PoolServerEvent } from '../../pool/domain/events.js';
import { CERTIFICATE } from '../support/acceptor-lab.js';
import { PoolUnderFire } from '../support/pool-under-fire.js';
import { RawClient } from '../support/raw-client.js';
import { ADDRESS } from '../support/test-pool.js';
import { waitFor } from '../support/wait.js';

const DIFFICULTY = { start: '16H', min: '16H', max: '16H' };
const HELLO = `{"id":1,"method":"mining.authorize","params":["${ADDRESS}.rig","x"]}\n`;

interface Lab {
  readonly pool: PoolUnderFire;
  readonly events: PoolServerEvent[];
  port(carrier: string): number;
  /** Whether a miner gets a job on the plain listener. */
  mines(): Promise<void>;
}

async function open(t: TestContext, limits: object = {}): Promise<Lab> {
  const events: PoolServerEvent[] = [];
  const listener = (protocol: string): object => ({
    name: protocol,
    protocol,
    host: '127.0.0.1',
    port: 0,
    difficulty: DIFFICULTY,
    ...(protocol === 'tls' || protocol === 'wss' ? { tls: CERTIFICATE } : {}),
  });
  const pool = await PoolUnderFire.start(t, {
    honest: false,
    config: { listeners: ['tcp', 'tls', 'ws', 'wss'].map(listener), limits },
    onEvent: (event) => events.push(event),
  });
  return {
    pool,
    events,
    port: (carrier) => pool.portOf(carrier),
    async mines() {
      const miner = await RawClient.open(pool.portOf('tcp'));
      miner.send(HELLO);
      await miner.receives('mining.notify');
      miner.socket.destroy();
    },
  };
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

function ask(protocol: 'http' | 'https', port: number, path = '/'): Promise<Answer> {
  const make = protocol === 'http' ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    make({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
}

/** More than would ban an address, were they offences. */
const MANY = 25;

test('HTTP on a port of plain stratum or TLS is answered 400 with what this is, and bans nobody', async (t) => {
  const lab = await open(t);
  for (let i = 0; i < MANY; i++) {
    const plain = await ask('http', lab.port('tcp'), `/${'x'.repeat(i)}`);
    assert.equal(plain.status, 400);
    assert.equal(
      plain.text,
      'this is a port for Alephium miners, and speaks plain stratum (stratum+tcp://)\n',
    );
    const onTls = await ask('http', lab.port('tls'));
    assert.equal(onTls.status, 400);
    assert.match(onTls.text, /stratum over TLS \(stratum\+ssl:\/\/\)/);
    assert.equal((await ask('https', lab.port('tls'))).status, 400);
  }
  await lab.mines();
  const told = lab.events.filter((event) => event.type === 'peer' && event.what === 'otherProtocol');
  assert.equal(told.length, 1, 'one address, one line');
  const [first] = told;
  assert.ok(first?.type === 'peer' && first.what === 'otherProtocol');
  assert.deepEqual([first.address, first.spoken, first.expected], ['127.0.0.1', 'http', 'tcp']);
  assert.equal(lab.pool.counters.malformed, 0);
});

test('HTTP that comes in pieces is HTTP, too', async (t) => {
  const lab = await open(t);
  const client = await RawClient.open(lab.port('tcp'));
  await client.sendCut(Buffer.from('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'), 1, 2, 5, 15, 21);
  await client.receives('400 Bad Request');
  assert.ok(client.received.startsWith('HTTP/1.1 400'));
  await client.isClosed();
});

test('HTTP without an upgrade on a WebSocket port is answered 426 with what this is', async (t) => {
  const lab = await open(t);
  for (let i = 0; i < MANY; i++) {
    const answers = [await ask('http', lab.port('ws')), await ask('https', lab.port('wss'))];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [426, 426],
    );
    assert.match(answers[0]!.text, /stratum over WebSocket \(ws:\/\/\)/);
    assert.equal((await ask('http', lab.port('wss'))).status, 400);
  }
  await lab.mines();
});

test('TLS on a plain port gets an alert, and bans nobody', async (t) => {
  const lab = await open(t);
  for (let i = 0; i < MANY; i++)
    for (const carrier of ['tcp', 'ws']) {
      const client = RawClient.secure(lab.port(carrier));
      const error = await new Promise<NodeJS.ErrnoException>((resolve) => client.socket.on('error', resolve));
      assert.match(error.code ?? error.message, /PROTOCOL_VERSION|WRONG_VERSION/i, carrier);
      await client.isClosed();
    }
  await lab.mines();
});

test('plain stratum on a port of TLS or WebSocket is told what the port speaks', async (t) => {
  const lab = await open(t);
  for (let i = 0; i < MANY; i++)
    for (const [carrier, words] of [
      ['tls', 'stratum+ssl://'],
      ['ws', 'ws://'],
      ['wss', 'wss://'],
    ] as const) {
      const client = await RawClient.open(lab.port(carrier));
      client.send(HELLO);
      await client.isClosed();
      const line = JSON.parse(client.received) as { method: string; params: string[] };
      assert.equal(line.method, 'client.show_message');
      assert.ok(line.params[0]!.includes(words), line.params[0]);
    }
  assert.equal(lab.pool.app.refused.get('otherProtocol'), 3 * MANY);
  await lab.mines();
});

test('who says nothing is greeted before long, and who speaks at once', async (t) => {
  const lab = await open(t);
  const silent = await RawClient.open(lab.port('tcp'));
  await silent.receives('mining.set_difficulty');
  const miner = await RawClient.open(lab.port('tcp'));
  miner.send(HELLO);
  await miner.receives('mining.notify');
  assert.ok(miner.received.startsWith('{"id":null,"method":"mining.set_difficulty"'));
  const socket = new WebSocket(`ws://127.0.0.1:${lab.port('ws')}`);
  const first = await new Promise<string>((resolve) => socket.on('message', (data) => resolve(String(data))));
  assert.match(first, /mining\.set_difficulty/);
  socket.terminate();
});

test('who is not admitted is told why, in every protocol, before it is closed', async (t) => {
  const lab = await open(t, { connectionsPerAddress: 1 });
  const only = await RawClient.open(lab.port('tcp'));
  await only.receives('mining.set_difficulty');
  const plain = await RawClient.open(lab.port('tcp'));
  await plain.isClosed();
  assert.match(plain.received, /client\.show_message.*too many connections from your address/);
  const refused = await ask('http', lab.port('ws'));
  assert.equal(refused.status, 403);
  assert.match(refused.text, /too many connections from your address/);
  const secure = RawClient.secure(lab.port('tls'));
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => secure.socket.on('error', resolve));
  assert.match(error.code ?? error.message, /ACCESS_DENIED/i);
  const told = lab.events.find((event) => event.type === 'peer' && event.what === 'connectionRefused');
  assert.ok(told?.type === 'peer' && told.what === 'connectionRefused');
  assert.deepEqual([told.address, told.reason, told.level], ['127.0.0.1', 'addressFull', 'warn']);
});

test('a banned address is named in the log, and told for how long', async (t) => {
  const lab = await open(t);
  for (let i = 0; i < 10; i++) {
    const client = await RawClient.open(lab.port('tcp'));
    client.send('nonsense\n');
    await client.isClosed();
  }
  const banned = lab.events.find((event) => event.type === 'peer' && event.what === 'banned');
  assert.ok(banned?.type === 'peer' && banned.what === 'banned');
  assert.deepEqual([banned.address, banned.reason], ['127.0.0.1', 'garbage']);
  const client = await RawClient.open(lab.port('tcp'));
  await client.isClosed();
  assert.match(client.received, /your address is banned for (?:10m 00s|9m \d\ds): garbage/);
});

test('a handshake that fails is told at debug, with why', async (t) => {
  const lab = await open(t);
  const client = RawClient.secure(lab.port('tls'), { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
  await client.isClosed();
  await waitFor('the event', () => lab.events.some((event) => event.type === 'peer'));
  const told = lab.events.find((event) => event.type === 'peer');
  assert.ok(told?.type === 'peer' && told.what === 'connectionRefused');
  assert.deepEqual([told.level, told.reason], ['debug', 'tlsFailed']);
  assert.match(told.detail ?? '', /SSL/);
});
