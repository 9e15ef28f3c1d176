/**
 * A miner's API that listens, over a control that notes what it is told.
 * @module
 */
import { request } from 'node:http';
import type { MinerApiOptions } from '../../miner/api/api-options.js';
import { type MinerApi, startMinerApi } from '../../miner/api/start-miner-api.js';
import type { MinerControl } from '../../miner/control.js';
import type { MinerStatus } from '../../miner/core/events.js';
import type { ApplyOutcome } from '../../miner/live-settings.js';
import { Secret } from '../../settings/secret.js';
import { ON_POOL } from './miner-status.js';

export const TOKEN = 'a-token-of-the-test';

/** An answer, its body parsed where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test compares
  readonly json: any;
}

export class MinerApiLab {
  status: MinerStatus = ON_POOL;
  readonly told: string[] = [];
  outcome: ApplyOutcome = { applied: true, changed: ['threads'], atRestart: [], written: true };
  readonly faults: string[] = [];
  readonly control = {
    status: () => this.status,
    setPaused: (paused: boolean) => this.told.push(paused ? 'pause' : 'resume'),
    stop: () => this.told.push('stop'),
    settings: () => ({ file: { nodes: [{ host: 'a' }], apiKey: { env: 'KEY' } } }),
    apply: async (value: unknown) => {
      this.told.push(JSON.stringify(value));
      return this.outcome;
    },
  } as unknown as MinerControl;
  api!: MinerApi;

  /** @param serve - whether there is a miner already */
  static async start(
    options: Partial<MinerApiOptions> & { token?: Secret } = {},
    serve = true,
  ): Promise<MinerApiLab> {
    const lab = new MinerApiLab();
    lab.api = await startMinerApi(
      { host: '127.0.0.1', port: 0, origins: [], ...options },
      { version: '1.2.3', onFault: ({ message }) => lab.faults.push(message) },
    );
    if (serve) lab.api.serve(lab.control);
    return lab;
  }

  static secret(): Secret {
    return new Secret(TOKEN, '***');
  }

  /** Asks with headers as they are given: `Host` and `Origin` too, which `fetch` keeps to itself. */
  ask(
    path: string,
    {
      method = 'GET',
      headers = {},
      body,
    }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.api.port,
          path,
          method,
          headers: { ...length, ...headers },
          agent: false,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            text += part;
          });
          response.on('end', () => {
            const isJson = response.headers['content-type']?.startsWith('application/json') ?? false;
            const json: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
            resolve({ status: response.statusCode!, headers: response.headers, text, json });
          });
          response.on('error', reject);
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** Steers. @param token - none if left out */
  rpc(body: string | object, token?: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('/json_rpc', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }
}
