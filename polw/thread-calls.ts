/**
 * Calls to a thread: it is started with the first of them, and again when it has died. It keeps a program alive only while it is
 * waited for.
 * @module
 */
import type { Worker } from 'node:worker_threads';

/** What a thread is sent. */
export interface ThreadRequest<Asked> {
  readonly id: number;
  readonly asked: Asked;
}

/** What a thread sends, for each request one. */
export interface ThreadReply<Answer> {
  readonly id: number;
  readonly answer: Answer;
}

/** Calls to one thread. `Asked` and `Answer` are copied on the way. */
export class ThreadCalls<Asked, Answer> {
  readonly #start: () => Worker;
  readonly #name: string;
  readonly #failed: (why: string) => Answer;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #worker: Worker | undefined;
  #ids = 0;

  /**
   * @param start - starts a thread
   * @param name - for people: the thread that reads blocks
   * @param failed - the answer where there is no thread, or it has died. @param why - in words
   */
  constructor(start: () => Worker, name: string, failed: (why: string) => Answer) {
    this.#start = start;
    this.#name = name;
    this.#failed = failed;
  }

  /** Asks the thread. @param done - called once, later; never after `close` */
  call(asked: Asked, done: (answer: Answer) => void): void {
    const id = this.#ids++;
    this.#waiting.set(id, done);
    try {
      this.#worker ??= this.#open();
    } catch (error) {
      // As late as any other answer.
      queueMicrotask(() => this.#settle(id, this.#failed(`no thread for it: ${messageOf(error)}`)));
      return;
    }
    this.#worker.ref();
    this.#worker.postMessage({ id, asked } satisfies ThreadRequest<Asked>);
  }

  close(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#waiting.clear();
    void worker?.terminate();
  }

  #open(): Worker {
    const worker = this.#start();
    let reason: string | undefined;
    worker.on('message', ({ id, answer }: ThreadReply<Answer>) => this.#settle(id, answer));
    worker.on('error', (error) => {
      reason = messageOf(error);
    });
    worker.on('exit', (code) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const answer = this.#failed(`${this.#name} ended: ${reason ?? `exit code ${code}`}`);
      for (const id of [...this.#waiting.keys()]) this.#settle(id, answer);
    });
    return worker;
  }

  #settle(id: number, answer: Answer): void {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    done?.(answer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
