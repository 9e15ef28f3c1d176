/**
 * A scripted stratum pool on a free loopback port: polite by default, and as wrong as a test wants it.
 * @module
 */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { WebSocketServer } from 'ws';
import { bytesToHex } from '../../protocol/bytes.js';
import { fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { Job } from '../../protocol/job.js';
import { LineSplitter } from '../../protocol/stratum/line-splitter.js';
import { freePort } from './free-port.js';

export interface PoolRequest {
  readonly id: unknown;
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects
  readonly params: any;
}

/** What carries a client's lines. */
export interface PoolPipe {
  write(data: string | Uint8Array): unknown;
  destroy(): unknown;
}

/** One miner on a fake pool. */
export class PoolClient {
  readonly pool: FakePool;
  readonly pipe: PoolPipe;
  readonly requests: PoolRequest[] = [];
  closed = false;

  constructor(pool: FakePool, pipe: PoolPipe) {
    this.pool = pool;
    this.pipe = pipe;
  }

  /** Sends JSON as a line. */
  send(value: object): void {
    this.pipe.write(`${JSON.stringify(value)}\n`);
  }

  notify(jobs: readonly object[]): void {
    this.send({ id: null, method: 'mining.notify', params: jobs });
  }

  answer(id: unknown, result: unknown, error: unknown = null): void {
    this.send({ id, result, error });
  }

  /** Its submits, in order of arrival. */
  get submits(): PoolRequest[] {
    return this.requests.filter(({ method }) => method === 'mining.submit');
  }
}

/** A job as `mining.notify` has it. */
export function notifiedJob(job: Job, jobId: string | number, overrides: object = {}): object {
  return {
    jobId,
    fromGroup: fromGroupOf(job.chain),
    toGroup: toGroupOf(job.chain),
    headerBlob: bytesToHex(job.headerBlob),
    txsBlob: '',
    height: job.height,
    targetBlob: bytesToHex(job.target),
    ...overrides,
  };
}

export class FakePool {
  readonly #server: Server;
  #port = 0;
  readonly clients: PoolClient[] = [];
  /** Of WebSocket connections. */
  readonly paths: string[] = [];
  /** Sent after authorize; each client gets another one where this is undefined. */
  extranonce: string | undefined;
  /** Sent after authorize. */
  jobs: readonly object[] = [];
  /** Answer to authorize. */
  authorize: { readonly result: unknown; readonly error: unknown } = { result: true, error: null };
  onConnection: (client: PoolClient) => void = () => {};
  /** What is done with a request, before the usual answer. @returns false for no usual answer */
  onRequest: (client: PoolClient, request: PoolRequest) => boolean = () => true;

  protected constructor(server: Server) {
    this.#server = server;
  }

  /** @param port - 0 for one that is free, and stays so after the end @param tls - key and certificate; plain TCP without */
  static async listen(port = 0, tls?: TlsOptions): Promise<FakePool> {
    const pool = new FakePool(tls === undefined ? createServer() : createTlsServer(tls));
    pool.#server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      const client = pool.accept(socket);
      const splitter = new LineSplitter(1024 * 1024);
      socket.on('data', (chunk) => splitter.push(chunk, (line) => pool.receive(client, line)));
      socket.on('error', () => {});
      socket.on('close', () => {
        client.closed = true;
      });
    });
    pool.#server.on('tlsClientError', () => {});
    pool.#server.listen(port === 0 ? await freePort() : port, '127.0.0.1');
    await once(pool.#server, 'listening');
    pool.#port = (pool.#server.address() as AddressInfo).port;
    return pool;
  }

  /** A pool behind a WebSocket. @param tls - key and certificate; without TLS if left out */
  static async listenWebSocket(tls?: TlsOptions): Promise<FakePool> {
    const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
    const pool = new FakePool(server);
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    sockets.on('connection', (socket, { url }) => {
      pool.paths.push(url ?? '');
      const client = pool.accept({
        // A message a line, without its newline, as a browser would be served.
        write: (data) => socket.send(data.toString().replace(/\n$/, '')),
        destroy: () => socket.terminate(),
      });
      socket.on('message', (data: Buffer) => pool.receive(client, data.toString('latin1')));
      socket.on('close', () => {
        client.closed = true;
      });
    });
    server.on('tlsClientError', () => {});
    server.listen(await freePort(), '127.0.0.1');
    await once(server, 'listening');
    pool.#port = (server.address() as AddressInfo).port;
    return pool;
  }

  get port(): number {
    return this.#port;
  }

  get endpoint(): { carrier: 'tcp'; host: string; port: number; path: string } {
    return { carrier: 'tcp', host: '127.0.0.1', port: this.port, path: '' };
  }

  /** Takes a client in. */
  accept(pipe: PoolPipe): PoolClient {
    const client = new PoolClient(this, pipe);
    this.clients.push(client);
    this.onConnection(client);
    return client;
  }

  /** Takes a line. */
  receive(client: PoolClient, line: string): boolean {
    const request = JSON.parse(line) as PoolRequest;
    client.requests.push(request);
    if (this.onRequest(client, request)) this.#reply(client, request);
    return true;
  }

  async close(): Promise<void> {
    for (const { pipe } of this.clients) pipe.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #reply(client: PoolClient, { id, method }: PoolRequest): void {
    if (method === 'mining.subscribe') client.answer(id, 'session');
    if (method === 'mining.submit') client.answer(id, true);
    if (method !== 'mining.authorize') return;
    client.answer(id, this.authorize.result, this.authorize.error);
    if (this.authorize.result !== true) return;
    const extranonce = this.extranonce ?? (0xbe00 + this.clients.indexOf(client)).toString(16);
    client.send({ id: null, method: 'mining.set_extranonce', params: [extranonce] });
    if (this.jobs.length > 0) client.notify(this.jobs);
  }
}
