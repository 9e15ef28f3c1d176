/**
 * The node's REST API: finds the route, checks the key, and puts errors in the node's form.
 * @module
 */
import { type JsonAnswer, type JsonRequest, JsonServer } from './http-server.js';
import { RestFault } from './rest-answer.js';
import type { RestDisturbances } from './rest-disturbances.js';
import type { RestContext } from './rest-route.js';
import { ROUTES } from './rest-routes.js';

/** The page that a node sends for a path that it does not have. */
const NOT_FOUND_PAGE = '<html><body><h1>Resource not found</h1></body></html>';

/**
 * A server of the REST API, not listening yet.
 * @param apiKey - what requests must carry as `X-API-KEY`; without one, requests must not carry any, as on a real node
 * @param faults - that answers are to have
 */
export function createRestServer(
  context: RestContext,
  apiKey: string | undefined,
  faults: RestDisturbances,
): JsonServer {
  return new JsonServer(async (request) => {
    const fault = faults.take(request.url.pathname);
    if (fault?.kind === 'refuse') return { status: fault.status, body: { detail: fault.detail } };
    const answer = await answerRest(request, context, apiKey);
    if (fault?.kind === 'lose') return 'lost';
    if (fault?.kind === 'delay')
      await new Promise<void>((resolve) => context.node.clock.after(fault.delayMs, resolve));
    return answer;
  });
}

async function answerRest(
  request: JsonRequest,
  context: RestContext,
  apiKey: string | undefined,
): Promise<JsonAnswer> {
  const segments = segmentsOf(request.url.pathname);
  let knownPath = false;
  try {
    for (const { method, path, answer } of ROUTES) {
      const params = matchPath(segmentsOf(path), segments);
      if (!params) continue;
      knownPath = true;
      if (method !== request.method) continue;
      checkKey(request.headers['x-api-key'], apiKey);
      const { body: sent, signal, url } = request;
      const body = await answer(context, { params, query: url.searchParams, body: sent, signal });
      return { status: 200, body };
    }
    return knownPath ? { status: 405, body: undefined } : { status: 404, html: NOT_FOUND_PAGE };
  } catch (error) {
    if (error instanceof RestFault) return { status: error.status, body: error.body };
    throw error;
  }
}

/** Names between the slashes of a path, decoded. Slashes that are doubled or at the end count for nothing, as on a node. */
function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
}

/** The values in a path, or undefined if it is of another form. */
function matchPath(path: readonly string[], segments: readonly string[]): string[] | undefined {
  if (path.length !== segments.length) return undefined;
  const params: string[] = [];
  for (const [i, part] of path.entries()) {
    if (part === '*') params.push(segments[i]!);
    else if (part !== segments[i]) return undefined;
  }
  return params;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // No valid escape: no value that is asked for has any.
  }
}

function checkKey(sent: string | string[] | undefined, apiKey: string | undefined): void {
  if (apiKey === undefined && sent !== undefined)
    throw RestFault.unauthorized('Api key not configured in server');
  if (apiKey !== undefined && sent === undefined) throw RestFault.unauthorized('Missing api key');
  if (apiKey !== sent) throw RestFault.unauthorized('Wrong api key');
}
