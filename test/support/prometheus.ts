/**
 * A real Prometheus for tests: with the files of deploy/prometheus, on a free port of the loopback address.
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from './free-port.js';
import { PROJECT_ROOT } from './lesswork.js';
import { waitFor } from './wait.js';

/** What is missing here for tests with Prometheus, or undefined. */
export const MISSING_PROMETHEUS: string | undefined =
  spawnSync('promtool', ['--version']).status === 0 && spawnSync('prometheus', ['--version']).status === 0
    ? undefined
    : 'Prometheus is not installed (Debian: apt-get install prometheus)';

export const PROMETHEUS_FOLDER = join(PROJECT_ROOT, 'deploy/prometheus');

/** A value of a query's answer, and its labels. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export class PrometheusServer {
  readonly #url: string;

  private constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`;
  }

  /**
   * Starts one with the configuration and the alert rules that are shipped, each second a scrape. Ends with the test.
   * @param targets - host:port by the target that the shipped configuration names in its place
   */
  static async start(
    t: Pick<TestContext, 'after'>,
    targets: Readonly<Record<string, string>>,
  ): Promise<PrometheusServer> {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-prometheus-'));
    cpSync(PROMETHEUS_FOLDER, folder, { recursive: true });
    const config = join(folder, 'prometheus.yml');
    let text = readFileSync(config, 'utf8').replaceAll('interval: 15s', 'interval: 1s');
    for (const [shipped, real] of Object.entries(targets)) text = text.replaceAll(shipped, real);
    writeFileSync(config, text);
    const port = await freePort();
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    t.after(async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    });
    const server = new PrometheusServer(port);
    await waitFor(
      'Prometheus is ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`Prometheus ended: ${said}`);
        return await fetch(`${server.#url}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      60_000,
    );
    return server;
  }

  /** Values of now. @throws Error if it is no query */
  async query(expression: string): Promise<readonly Sample[]> {
    const body = new URLSearchParams({ query: expression });
    const data = await this.#ask(`/api/v1/query`, { method: 'POST', body });
    const { resultType, result } = data as { resultType: string; result: unknown };
    // A scalar is a value without labels.
    return resultType === 'scalar'
      ? [{ metric: {}, value: result as Sample['value'] }]
      : (result as readonly Sample[]);
  }

  /** The alert rules that it has, with their health and state. */
  async alertRules(): Promise<
    readonly { name: string; health: string; state: string; lastError?: string }[]
  > {
    const { groups } = (await this.#ask('/api/v1/rules?type=alert')) as {
      groups: { rules: { name: string; health: string; state: string }[] }[];
    };
    return groups.flatMap(({ rules }) => rules);
  }

  async #ask(path: string, init?: RequestInit): Promise<unknown> {
    const answer = (await (await fetch(`${this.#url}${path}`, init)).json()) as {
      status: string;
      error?: string;
      data: unknown;
    };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
