/**
 * A full node's miner API with nothing behind it: new parents on all chains at a steady pace, each template stamped with
 * the time at which it was sent, and every block taken.
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { generateMinerAddresses } from '../../../devnet/addresses.js';
import type { JsonServer } from '../../../devnet/http-server.js';
import { createRandom } from '../../../devnet/random.js';
import {
  decodeClientMessage,
  encodeJobs,
  encodeSubmitResult,
  FrameDecoder,
} from '../../../protocol/frames.js';
import { blockHash, chainOfHash } from '../../../protocol/pow.js';
import { monotonicUs } from '../monotonic.js';
import { stampHeader } from '../stamp.js';
import { FoundBlocks } from './found-blocks.js';
import { createRestStub } from './rest-answers.js';
import { RestBlocks } from './rest-blocks.js';
import { type Push, TemplateSeries, type Templates } from './templates.js';
import { type WholeTemplateOptions, WholeTemplates } from './whole-templates.js';

/** Settings of the stub node. */
export interface StubNodeOptions {
  /** Between two pushes of Jobs, ms. */
  readonly intervalMs: number;
  /** Block target, above 0; a low one makes sure that no share is a block. */
  readonly blockTarget: bigint;
  /** Hands out whole templates of a network past the threshold of Proof of Less Work, which have a target of their own. */
  readonly whole?: WholeTemplateOptions;
  /** Tells over REST what became of the blocks that it is given, as long as it does not hand out whole templates. */
  readonly follows?: boolean;
  /** Ports, or 0 for any that is free. */
  readonly port: number;
  readonly restPort: number;
}

/** No share is a block in any run: one hash in 2^80 would be. */
export const NO_BLOCKS = 2n ** 180n;

/** A running stub node. */
export class StubNode {
  readonly #options: StubNodeOptions;
  readonly #series: Templates;
  readonly #server: Server;
  readonly #rest: JsonServer;
  readonly #sockets = new Set<Socket>();
  readonly #found: FoundBlocks | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The Jobs that were sent last: what a new connection gets. */
  #last: Uint8Array | undefined;
  #port = 0;
  #restPort = 0;
  #pushes = 0;
  #blocks = 0;

  private constructor(options: StubNodeOptions) {
    this.#options = options;
    const random = createRandom(1);
    const miners = generateMinerAddresses(random);
    const { whole, blockTarget, follows = false } = options;
    if (whole === undefined) {
      this.#series = new TemplateSeries({ blockTarget, firstHeight: 1_000 }, random);
      if (follows) this.#found = new FoundBlocks(miners);
      this.#rest = createRestStub(miners, random, this.#found);
    } else {
      const series = new WholeTemplates(whole, random, Date.now());
      this.#series = series;
      this.#rest = createRestStub(miners, random, new RestBlocks(series.blocks));
    }
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Starts it on loopback. @throws Error with code EADDRINUSE and the like */
  static async start(options: StubNodeOptions): Promise<StubNode> {
    const node = new StubNode(options);
    node.#server.listen(options.port, '127.0.0.1');
    await once(node.#server, 'listening');
    node.#port = (node.#server.address() as AddressInfo).port;
    node.#restPort = await node.#rest.start(options.restPort, '127.0.0.1');
    node.#push();
    return node;
  }

  get port(): number {
    return this.#port;
  }

  get restPort(): number {
    return this.#restPort;
  }

  /** Jobs messages so far. */
  get pushes(): number {
    return this.#pushes;
  }

  /** Blocks that were submitted so far. */
  get blocks(): number {
    return this.#blocks;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await Promise.all([closed, this.#rest.close()]);
  }

  /** Sends new templates, and makes the next ones ready meanwhile: nothing is in between the stamp and the socket. */
  #push({ jobs, fresh }: Push = this.#series.next(Date.now())): void {
    const dueMs = performance.now() + this.#options.intervalMs;
    const nowUs = monotonicUs();
    for (const { headerBlob } of fresh) stampHeader(headerBlob, nowUs);
    this.#last = encodeJobs(jobs);
    for (const socket of this.#sockets) socket.write(this.#last);
    this.#found?.push(fresh);
    this.#pushes++;
    const next = this.#series.next(Date.now() + this.#options.intervalMs);
    this.#timer = setTimeout(() => this.#push(next), dueMs - performance.now());
  }

  #accept(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', () => this.#sockets.delete(socket));
    const decoder = new FrameDecoder();
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        const { header } = decodeClientMessage(frame);
        const hash = blockHash(header);
        this.#blocks++;
        const accepted = this.#found?.add(header, hash) ?? true;
        socket.write(encodeSubmitResult({ chain: chainOfHash(hash), blockHash: hash, accepted }));
      }
    });
    this.#sockets.add(socket);
    if (this.#last) socket.write(this.#last);
  }
}
