/**
 * The node's REST API: finds the route, checks the key, and puts errors in the node's form.
 * @module
 */
import { type JsonAnswer, type JsonRequest, JsonServer } from './http-server.js';
import { RestFault } from './rest-answer.js';
import { type RestContext, ROUTES } from './rest-routes.js';

/**
 * A server of the REST API, not listening yet.
 * @param apiKey - what requests must carry as `X-API-KEY`; without one, requests must not carry any, as on a real node
 */
export function createRestServer(context: RestContext, apiKey: string | undefined): JsonServer {
  return new JsonServer((request) => answerRest(request, context, apiKey));
}

function answerRest(request: JsonRequest, context: RestContext, apiKey: string | undefined): JsonAnswer {
  try {
    const segments = request.url.pathname.split('/');
    for (const [path, answer] of ROUTES) {
      const params = request.method === 'GET' ? matchPath(path.split('/'), segments) : undefined;
      if (!params) continue;
      checkKey(request.headers['x-api-key'], apiKey);
      return { status: 200, body: answer(context, { params, query: request.url.searchParams }) };
    }
    throw RestFault.notFound(request.url.pathname);
  } catch (error) {
    if (error instanceof RestFault) return { status: error.status, body: error.body };
    throw error;
  }
}

/** The values in a path, or undefined if it is of another form. */
function matchPath(path: readonly string[], segments: readonly string[]): string[] | undefined {
  if (path.length !== segments.length) return undefined;
  const params: string[] = [];
  for (const [i, part] of path.entries()) {
    if (part === '*') params.push(decodeSegment(segments[i]!));
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
