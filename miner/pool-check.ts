/**
 * Whether a pool can be mined for: the connection, the login and the first job, each a check of its own.
 * @module
 */
import { counted } from '../protocol/quantity-text.js';
import { CARRIERS } from '../protocol/stratum/carrier.js';
import { LineSplitter } from '../protocol/stratum/line-splitter.js';
import { MAX_POOL_LINE_BYTES } from '../protocol/stratum/pool-messages.js';
import type { Check } from './check.js';
import { type PoolEndpoint, poolName } from './sources/pool-endpoint.js';
import { type PoolLogin, StratumClient } from './sources/stratum-client.js';
import { openTransport } from './sources/transports/open-transport.js';

export interface PoolCheckOptions {
  readonly endpoint: PoolEndpoint;
  readonly login: PoolLogin;
  readonly tlsInsecure: boolean;
  /** Longest time for each step, ms. */
  readonly timeoutMs: number;
}

/** Tries to mine for a pool until its first job. Never throws for what it finds. */
export function checkPool({ endpoint, login, tlsInsecure, timeoutMs }: PoolCheckOptions): Promise<Check[]> {
  const name = `pool ${poolName(endpoint)}`;
  const { secure } = CARRIERS[endpoint.carrier];
  const checks: Check[] = [];
  const ok = (step: string, detail: string): void => {
    checks.push({ name: `${name}, ${step}`, outcome: 'ok', detail });
  };
  return new Promise((resolve) => {
    let step: 'connection' | 'login' | 'job' = 'connection';
    let timer: NodeJS.Timeout | undefined;
    let done = false;
    const finish = (): void => {
      done = true;
      clearTimeout(timer);
      transport.close();
      resolve(checks);
    };
    const end = (outcome: 'warn' | 'failed', detail: string, remedy: string): void => {
      checks.push({ name: `${name}, ${step}`, outcome, detail, remedy });
      finish();
    };
    /** Goes on to a step, which has its own time. */
    const begin = (next: typeof step, onTimeout: () => void): void => {
      step = next;
      clearTimeout(timer);
      timer = setTimeout(onTimeout, timeoutMs);
    };
    const within = `within ${timeoutMs / 1000} s`;
    const client = new StratumClient(login, {
      send: (line) => transport.send(line),
      onAuthorized: () => {
        ok('login', `${login.user} is let in`);
        begin('job', () =>
          end(
            'warn',
            `none ${within}`,
            "some pools send the first one only with their node's next template: mine waits for it",
          ),
        );
      },
      onJobs: (jobs, extranonce) => {
        // Some pools never answer authorize: a job means yes.
        if (step === 'login') ok('login', `${login.user} is let in`);
        step = 'job';
        ok('job', `${jobs.length} of 16 chains, an extranonce of ${counted(extranonce.length, 'byte')}`);
        finish();
      },
      onUnusable: (problem) => end('failed', problem, remedyOf(step)),
      onRedirect: ({ host, port }) =>
        end(
          'warn',
          `it sends miners on to ${host ?? endpoint.host}:${port ?? endpoint.port}`,
          'try that one; mine follows to the same host, and elsewhere with --allow-redirect',
        ),
      onProblem: () => {},
      onMessage: () => {},
      onAnswer: () => {},
    });
    const splitter = new LineSplitter(MAX_POOL_LINE_BYTES);
    const transport = openTransport(
      endpoint,
      { connectTimeoutMs: timeoutMs, tlsInsecure, maxLineBytes: MAX_POOL_LINE_BYTES },
      {
        onOpen: () => {
          const certificate = tlsInsecure ? 'certificate not checked' : 'certificate trusted';
          ok('connection', secure ? `TLS, ${certificate}` : 'open');
          begin('login', () => {
            if (!client.assumeAuthorized())
              end('failed', `no answer ${within}`, 'is it a stratum pool for Alephium, and this its port?');
          });
          client.open();
        },
        onData: (chunk) => {
          splitter.push(chunk, (line) => {
            client.receive(line);
            return !done;
          });
        },
        onClose: (reason) => end('failed', reason, remedyOf(step)),
      },
    );
  });
}

function remedyOf(step: 'connection' | 'login' | 'job'): string {
  if (step === 'connection')
    return 'look at the host, the port, and whether the port is for TLS (stratum+ssl://)';
  if (step === 'login')
    return 'look at the address and the worker of --user, and at what the pool asks for in --pass';
  return 'ask whoever runs the pool';
}
