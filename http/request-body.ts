/**
 * Bodies of requests, none longer than they may be.
 * @module
 */
import type { Context } from 'hono';
import type { HttpEnvironment } from './http-listener.js';

/** Why a body is not read: its length is not told before it, or it is too long. */
export type BodyRefusal =
  | { readonly status: 411; readonly code: 'lengthRequired'; readonly error: string }
  | { readonly status: 413; readonly code: 'tooLarge'; readonly error: string };

/** The text of a request's body. Node.js sees to it that a body is as long as its header says. */
export async function readBody(
  c: Context<HttpEnvironment>,
  maxBytes: number,
): Promise<{ readonly text: string } | { readonly refusal: BodyRefusal }> {
  const length = Number(c.req.header('content-length') ?? Number.NaN);
  if (Number.isNaN(length))
    return { refusal: { status: 411, code: 'lengthRequired', error: 'expected a Content-Length' } };
  if (length > maxBytes)
    return { refusal: { status: 413, code: 'tooLarge', error: `expected at most ${maxBytes} bytes` } };
  return { text: await c.req.text() };
}
