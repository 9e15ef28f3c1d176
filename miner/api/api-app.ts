/**
 * The API's answers, on a miner's control.
 * @module
 */
import { type Context, Hono } from 'hono';
import { type HttpEnvironment, socketAddressOf } from '../../http/http-listener.js';
import { refuseOtherMethods } from '../../http/other-methods.js';
import { readBody } from '../../http/request-body.js';
import { RequestLimit } from '../../http/request-limit.js';
import type { MinerControl } from '../control.js';
import { jsonText, toldStatus } from '../core/status-json.js';
import { Access, type Refusal } from './access.js';
import type { MinerApiOptions } from './api-options.js';
import { answerConfig } from './config-answer.js';
import { answerRpc, type Steering } from './json-rpc.js';
import { PAGE_POLICY, readPageFiles } from './page-files.js';
import { createMinerMetrics } from './prometheus.js';
import { type Rig, readResources } from './rig.js';
import { hiveosAnswer, mmposAnswer } from './rig-os-answers.js';
import { API_ROUTES, type ApiPath } from './routes.js';
import { backendsAnswer, summaryAnswer, type XmrigFacts } from './xmrig-answers.js';

/** Longest body of a request, bytes. */
const MAX_BODY_BYTES = 65_536;

/** Most requests of one remote address: a page, a dashboard and Prometheus together ask some 3 a second. */
const REQUESTS = { perSecond: 20, burst: 100 } as const;

type Ask = Context<HttpEnvironment>;

export interface ApiAppModules {
  /** Undefined until the miner is there. */
  readonly control: () => MinerControl | undefined;
  readonly rig: Rig;
  /** Told what went wrong here. */
  readonly onFault?: (error: Error) => void;
}

export function createApiApp(options: MinerApiOptions, modules: ApiAppModules): Hono<HttpEnvironment> {
  const { rig, onFault } = modules;
  const access = new Access(options);
  const limit = new RequestLimit(REQUESTS);
  const metrics = createMinerMetrics();
  const facts = (control: MinerControl): XmrigFacts => ({
    status: control.status(),
    rig,
    resources: readResources(),
    restricted: access.restricted,
  });
  const answers: Readonly<Record<ApiPath, (c: Ask, control: MinerControl) => Response | Promise<Response>>> =
    {
      ...pageAnswers(),
      '/status': (c, control) => json(c, toldStatus(control.status(), Date.now())),
      '/2/summary': (c, control) => json(c, summaryAnswer(2, facts(control))),
      '/1/summary': (c, control) => json(c, summaryAnswer(1, facts(control))),
      '/2/backends': (c, control) => json(c, backendsAnswer(facts(control))),
      '/1/config': configAnswer,
      '/2/config': configAnswer,
      '/json_rpc': async (c, control) => {
        const body = await jsonBody(c);
        return typeof body === 'string' ? json(c, answerRpc(body, afterAnswer(c, control))) : refuse(c, body);
      },
      '/metrics': async (c, control) =>
        c.body(await metrics.text(control.status()), 200, { 'Content-Type': metrics.contentType }),
      '/hiveos': (c, control) => json(c, hiveosAnswer(control.status(), rig.version)),
      '/mmpos': (c, control) => json(c, mmposAnswer(control.status(), rig.version)),
    };

  const app = new Hono<HttpEnvironment>();
  app.use(async (c, next) => {
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Cache-Control', 'no-store');
    const origin = access.foreignOrigin(c);
    if (origin !== undefined) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Vary', 'Origin');
    }
    if (limit.take(socketAddressOf(c.env.incoming) ?? '', performance.now()))
      return c.req.method === 'OPTIONS' ? preflight(c, access) : next();
    c.header('Retry-After', '1');
    return refuse(c, { status: 429, code: 'tooManyRequests', error: 'too many requests: wait a second' });
  });
  for (const { method, path, needs } of API_ROUTES)
    app.on(method, path, (c) => {
      const refusal = access.refusalOfPlace(c, needs) ?? access.refusalOfToken(c, needs);
      if (refusal !== undefined) return refuse(c, refusal);
      const control = modules.control();
      if (control !== undefined) return answers[path](c, control);
      return refuse(c, { status: 503, code: 'starting', error: 'the miner is being started' });
    });
  refuseOtherMethods(app);
  app.notFound((c) => refuse(c, { status: 404, code: 'notFound', error: 'nothing is here' }));
  app.onError((error, c) => {
    onFault?.(error);
    return refuse(c, { status: 500, code: 'internal', error: 'this went wrong on our side' });
  });
  return app;
}

async function configAnswer(c: Ask, control: MinerControl): Promise<Response> {
  if (c.req.method !== 'PUT') return json(c, control.settings().file);
  const body = await jsonBody(c);
  if (typeof body !== 'string') return refuse(c, body);
  const answer = await answerConfig(body, control);
  return answer === undefined ? c.body(null, 204) : c.json(answer.body, answer.status);
}

function pageAnswers(): Record<'/' | '/page.css' | '/page.js', (c: Ask) => Response> {
  const answers = readPageFiles().map(({ path, body, contentType, etag }) => [
    path,
    (c: Ask) => {
      c.header('Cache-Control', 'no-cache');
      c.header('ETag', etag);
      c.header('Content-Security-Policy', PAGE_POLICY);
      c.header('Referrer-Policy', 'no-referrer');
      c.header('Cross-Origin-Opener-Policy', 'same-origin');
      if (c.req.header('if-none-match') === etag) return c.body(null, 304);
      return c.body(body, 200, { 'Content-Type': contentType });
    },
  ]);
  return Object.fromEntries(answers);
}

/** What a browser asks before a page of another host may ask. */
function preflight(c: Ask, access: Access): Response {
  const refusal = access.refusalOfPlace(c, 'read');
  if (refusal !== undefined) return refuse(c, refusal);
  c.header('Access-Control-Allow-Methods', 'GET, PUT, POST');
  c.header('Access-Control-Allow-Headers', 'Authorization, Content-Type');
  // A page of the Internet that asks a machine of the user's network.
  if (c.req.header('access-control-request-private-network') === 'true')
    c.header('Access-Control-Allow-Private-Network', 'true');
  return c.body(null, 204);
}

function json(c: Ask, value: object): Response {
  return c.body(jsonText(value), 200, { 'Content-Type': 'application/json' });
}

/** The status stands in the body, too, as XMRig has it. */
function refuse(c: Ask, refusal: Refusal): Response {
  if (refusal.status === 401) c.header('WWW-Authenticate', 'Bearer');
  return c.json(refusal, refusal.status);
}

/** A control that stops the miner once the answer is out: its end closes this listener. */
function afterAnswer(c: Ask, control: MinerControl): Steering {
  return {
    setPaused: (paused) => control.setPaused(paused),
    stop: () => c.env.outgoing.once('close', () => control.stop()),
  };
}

/** The body of a request that says that it is JSON: a page of another host can't say so without having asked first. */
async function jsonBody(c: Ask): Promise<string | Refusal> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    return { status: 415, code: 'notJson', error: 'expected the header Content-Type: application/json' };
  const body = await readBody(c, MAX_BODY_BYTES);
  return 'text' in body ? body.text : body.refusal;
}
