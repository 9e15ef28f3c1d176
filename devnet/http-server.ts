/**
 * A small HTTP server that speaks JSON, under the node's REST API and under the control port.
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** An answer: JSON, nothing if the body is undefined, a page, or the connection's end in its place. */
export type JsonAnswer =
  | { readonly status: number; readonly body: unknown }
  | { readonly status: number; readonly html: string }
  | 'lost';

/** A request, with its body if it has one. */
export interface JsonRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** At most 64 KiB. */
  readonly body: string;
  /** Aborted when the connection is gone: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Longest body that is read, bytes. */
const MAX_BODY_BYTES = 64 * 1024;

/** Connections at a time; further ones are turned away. */
const MAX_CONNECTIONS = 1_000;

/** An HTTP server. */
export class JsonServer {
  readonly #server: Server;

  /** @param answer - called for each request; an error becomes a plain 500 */
  constructor(answer: (request: JsonRequest) => JsonAnswer | Promise<JsonAnswer>) {
    this.#server = createServer((request, response) => {
      serve(request, response, answer).catch(() => response.destroy());
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Begins to listen. @param port - 0 takes a free one @returns the port @throws Error with code EADDRINUSE and the like */
  async start(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as { port: number }).port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: JsonRequest) => JsonAnswer | Promise<JsonAnswer>,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { signal } = gone;
  const body = await readBody(request);
  const url = parseTarget(request.url ?? '');
  let result: JsonAnswer;
  try {
    if (body === undefined) result = { status: 413, body: { detail: 'Request body too large' } };
    else if (!url) result = { status: 400, body: { detail: 'Invalid path' } };
    else
      result = await answer({ method: request.method ?? 'GET', url, headers: request.headers, body, signal });
  } catch (error) {
    result = { status: 500, body: { detail: error instanceof Error ? error.message : String(error) } };
  }
  if (result === 'lost') {
    response.destroy();
  } else if ('html' in result) {
    response.writeHead(result.status, { 'content-type': 'text/html; charset=utf-8' }).end(result.html);
  } else if (result.body === undefined) {
    response.writeHead(result.status, { 'content-length': 0 }).end();
  } else {
    response.writeHead(result.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result.body));
  }
}

/** A request's target as a URL. A path that begins with two slashes is a path, and names no other host. */
function parseTarget(target: string): URL | undefined {
  const text = target.startsWith('/') ? `http://node${target}` : target;
  return URL.canParse(text) ? new URL(text) : undefined;
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
