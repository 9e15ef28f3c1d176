/**
 * A client of the miner API that keeps every byte as it came: for tests of what a node says, and when.
 * @module
 */
import { connect, type Socket } from 'node:net';
import { decodeNodeMessage, FrameDecoder, type Jobs, type SubmitResult } from '../../protocol/frames.js';
import { joinHeader } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { chainOfHash, meetsTarget } from '../../protocol/pow.js';
import { nonceOf, PREFIX_BYTES } from '../../shaders/search.js';
import { testKernel } from './test-kernel.js';

/** A connection to a node. */
export class RawMiner {
  /** Whole frames that came and were not taken by `next` yet. */
  readonly waiting: Uint8Array[] = [];
  readonly socket: Socket;
  /** Fulfilled when the connection is gone: with the error's code, or `end`. */
  readonly closed: Promise<string>;
  readonly #decoder = new FrameDecoder();
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      // Plain bytes: a Buffer's `slice` would share them.
      this.waiting.push(...this.#decoder.push(new Uint8Array(chunk)));
      this.#wake?.();
    });
    this.closed = new Promise((resolve) => {
      let reason = 'end';
      socket.on('error', (error: NodeJS.ErrnoException) => {
        reason = error.code ?? error.message;
      });
      socket.on('close', () => {
        resolve(reason);
        this.#wake?.();
      });
    });
  }

  static async connect(port: number): Promise<RawMiner> {
    const socket = connect(port, '127.0.0.1');
    const miner = new RawMiner(socket);
    socket.setNoDelay(true);
    await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), miner.closed]);
    return miner;
  }

  /** The next frame. @throws Error when none comes within 20 s, or the connection ends before */
  async next(): Promise<Uint8Array> {
    const deadline = performance.now() + 20_000;
    while (this.waiting.length === 0) {
      if (this.socket.destroyed) throw new Error('connection ended');
      if (performance.now() > deadline) throw new Error('no frame within 20 s');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.waiting.shift()!;
  }

  /** The next frame, which must be Jobs. */
  async jobs(): Promise<readonly Job[]> {
    return (await this.#message<Jobs>('jobs')).jobs;
  }

  /** The next frame, which must be a SubmitResult. */
  result(): Promise<SubmitResult> {
    return this.#message<SubmitResult>('submitResult');
  }

  /** Whether nothing comes for a while. @param ms - of real time */
  async isSilent(ms = 60): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.waiting.length === 0 && !this.socket.destroyed;
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.socket.destroy();
  }

  async #message<T extends { type: string }>(type: T['type']): Promise<T> {
    const message = decodeNodeMessage(await this.next());
    if (message.type !== type) throw new Error(`expected ${type}, got ${message.type}`);
    return message as unknown as T;
  }
}

/** What a hash is to be, for `solve`. */
export interface Wish {
  /** Whether it is of the job's chain; true by default. */
  readonly rightChain?: boolean;
  /** Whether it meets the target; true by default. */
  readonly enoughWork?: boolean;
}

const PREFIX = new Uint8Array(PREFIX_BYTES);

/** Nonces of one search, within which each job of tests has a find as a rule. */
const SEARCHED = 4096;

let counter = 0n;

/** A header whose hash is as wished; another one each time. */
export function solve(job: Pick<Job, 'chain' | 'headerBlob' | 'target'>, wish: Wish = {}): Uint8Array {
  const { rightChain = true, enoughWork = true } = wish;
  const { chain, headerBlob, target } = job;
  const kernel = testKernel();
  while (rightChain && enoughWork) {
    const { finds } = kernel.search({
      headerBlob,
      chain,
      target,
      prefix: PREFIX,
      start: counter,
      count: SEARCHED,
    });
    counter += BigInt(SEARCHED);
    if (finds[0] !== undefined) return joinHeader(nonceOf(PREFIX, finds[0]), headerBlob);
  }
  for (;;) {
    const header = joinHeader(nonceOf(PREFIX, counter++), headerBlob);
    const hash = kernel.hash(header);
    if ((chainOfHash(hash) === chain) === rightChain && meetsTarget(hash, target) === enoughWork)
      return header;
  }
}
