/**
 * Stands before a REST API: tells what was asked for, and does something before a request goes on, or answers in its place.
 * @module
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** `lose`: the connection ends. `hang`: nothing is ever answered. */
export type ProxyAnswer = { readonly status: number; readonly text: string } | 'lose' | 'hang';

export interface RestProxy {
  readonly port: number;
  /** What was asked for, in order. */
  readonly asked: { readonly path: string; readonly body: string }[];
  /** Called before each request goes on; what it returns is the answer in its place. */
  before: ((path: string) => Promise<ProxyAnswer | undefined>) | undefined;
}

/** @param port - of the API on loopback. It ends with the test. */
export async function startRestProxy(t: TestContext, port: number): Promise<RestProxy> {
  const server = createServer(async (asked, answer) => {
    const path = asked.url ?? '';
    const body = await textOf(asked);
    proxy.asked.push({ path, body });
    const instead = await proxy.before?.(path);
    if (instead === 'hang') return;
    if (instead === 'lose') {
      answer.destroy();
      return;
    }
    if (instead !== undefined) {
      answer.writeHead(instead.status).end(instead.text);
      return;
    }
    const { method, headers } = asked;
    const onward = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (real) => {
      answer.writeHead(real.statusCode ?? 500, real.headers);
      real.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    onward.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const proxy: RestProxy = { port: (server.address() as AddressInfo).port, asked: [], before: undefined };
  return proxy;
}

async function textOf(asked: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
