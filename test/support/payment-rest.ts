/**
 * A full node's REST API that answers about transactions as it was recorded, on a free loopback port.
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readVectors } from './vectors.js';

/** A question to a node and its answer. */
export interface RecordedCall {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: { readonly unsignedTx?: string; readonly signature?: string };
  readonly response: unknown;
}

const { calls } = readVectors<{ calls: RecordedCall[] }>('rest-payments');

/** A recorded call by its name. @throws Error if there is none */
export function recordedCall(name: string): RecordedCall {
  const call = calls.find((each) => each.name === name);
  if (call === undefined) throw new Error(`no recorded call ${name}`);
  return call;
}

/** What one that was asked for looked like. */
export interface AskedCall {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly response: unknown;
}

export interface PaymentRest {
  readonly port: number;
  readonly asked: readonly AskedCall[];
  close(): Promise<void>;
}

/** @param answer - to each question; its body is sent as it is where it is a string, as JSON otherwise */
export async function startPaymentRest(answer: (asked: AskedCall) => Answer): Promise<PaymentRest> {
  const asked: AskedCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const key = request.headers['x-api-key'];
    const one: AskedCall = {
      method: request.method!,
      path: request.url!,
      key: typeof key === 'string' ? key : undefined,
      body: text === '' ? undefined : JSON.parse(text),
    };
    asked.push(one);
    const { status, response: body } = answer(one);
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
