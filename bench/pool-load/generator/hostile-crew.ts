/**
 * The process that plays hostile clients, as the bench uses it.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GeneratorError } from './crew.js';
import type { HostilePlan } from './hostile-clients.js';

const CHILD = fileURLToPath(new URL('./hostile-child.js', import.meta.url));

export interface HostileCount {
  /** Clients that are connected. */
  readonly connected: number;
  /** Connections that ended so far. */
  readonly ended: number;
  /** CPU time of the process so far. */
  readonly cpuMs: number;
}

export class HostileCrew {
  readonly #child: ChildProcess = fork(CHILD, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

  /** Starts a process whose clients have all begun to connect. @throws GeneratorError if it ends */
  static async start(plan: HostilePlan): Promise<HostileCrew> {
    const crew = new HostileCrew();
    await crew.#ask(plan);
    return crew;
  }

  async count(): Promise<HostileCount> {
    return (await this.#ask({ type: 'count' })) as HostileCount;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }

  async #ask(message: object): Promise<unknown> {
    this.#child.send(message);
    const ended = once(this.#child, 'exit').then(() => {
      throw new GeneratorError('the process that plays hostile clients ended');
    });
    ended.catch(() => {});
    const [answer] = await Promise.race([once(this.#child, 'message'), ended]);
    return answer;
  }
}
