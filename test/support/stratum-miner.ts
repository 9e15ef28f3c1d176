/**
 * A miner that does one thing at a time, as a test tells it: it mines real shares on the job that it has.
 * @module
 */
import { connect } from 'node:net';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import { targetBitsOf } from '../../protocol/header.js';
import { LineSplitter } from '../../protocol/stratum/line-splitter.js';
import { expectedHashes, targetBytes, targetOfBits, targetOfBytes } from '../../protocol/target.js';
import { createWasmKernel } from '../../shaders/cpu/wasm.js';
import { nonceOf, PREFIX_BYTES } from '../../shaders/search.js';
import { RawClient } from './raw-client.js';
import { ADDRESS } from './test-pool.js';
import { waitFor } from './wait.js';

export interface StratumMinerOptions {
  /** `ADDRESS.WORKER`. */
  readonly login?: string;
  /** Work of its shares, no more than that of a block; the pool decides otherwise. */
  readonly work?: bigint;
  /** Address of this machine that it comes from: any of 127.0.0.0/8. */
  readonly from?: string;
}

export interface MinedShare {
  readonly jobId: string;
  readonly fromGroup: number;
  readonly toGroup: number;
  /** Hex. */
  readonly nonce: string;
}

interface Job {
  readonly jobId: string;
  readonly fromGroup: number;
  readonly toGroup: number;
  readonly headerBlob: string;
  readonly targetBlob: string;
}

interface Answer {
  readonly result: unknown;
  readonly error: unknown;
}

const HASHES_PER_DIFFICULTY = 2 ** 34;

const kernel = createWasmKernel();
let searched = 0n;

export class StratumMiner {
  readonly login: string;
  readonly client: RawClient;
  extranonce = '';
  job: Job | undefined;
  readonly #answers = new Map<number, Answer>();
  #ids = 0;

  private constructor(port: number, { login = `${ADDRESS}.rig`, from = '127.0.0.1' }: StratumMinerOptions) {
    this.login = login;
    const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
    this.client = new RawClient(socket);
    const lines = new LineSplitter(1_000_000);
    socket.on('data', (text: string) =>
      lines.push(Buffer.from(text, 'latin1'), (line) => {
        this.#take(JSON.parse(line));
        return true;
      }),
    );
  }

  /** Connects and authorizes, and waits for a job. @throws Error if the pool does not want it */
  static async open(port: number, options: StratumMinerOptions = {}): Promise<StratumMiner> {
    const miner = new StratumMiner(port, options);
    const { work } = options;
    const password = work === undefined ? 'x' : `d=${(Number(work) / HASHES_PER_DIFFICULTY).toFixed(25)}`;
    await miner.ask('mining.subscribe', ['stratum-miner/1']);
    const { result, error } = await miner.ask('mining.authorize', [miner.login, password]);
    if (result !== true) throw new Error(`not authorized: ${JSON.stringify(error)}`);
    await waitFor('a job', () => miner.job !== undefined || miner.closed, 20_000);
    if (miner.job === undefined) throw new Error('the connection ended before there was a job');
    return miner;
  }

  get closed(): boolean {
    return this.client.closed;
  }

  /** Chain of its present job. */
  get chain(): number {
    return chainIndex(this.job!.fromGroup, this.job!.toGroup);
  }

  close(): void {
    this.client.socket.destroy();
  }

  /** Sends a request, and waits for its answer. @throws Error if the connection ends before */
  async ask(method: string, params: unknown): Promise<Answer> {
    this.#ids++;
    const id = this.#ids;
    this.client.send(`${JSON.stringify({ id, method, params })}\n`);
    await waitFor(`an answer to ${method}`, () => this.#answers.has(id) || this.closed, 20_000);
    const answer = this.#answers.get(id);
    if (answer === undefined) throw new Error(`the connection ended before the answer to ${method}`);
    return answer;
  }

  submit(share: MinedShare): Promise<Answer> {
    return this.ask('mining.submit', { ...share, worker: this.login });
  }

  /** Mines a share on its present job, and submits it. @returns whether it was taken */
  async mineOne(): Promise<boolean> {
    return (await this.submit(this.mine())).result === true;
  }

  /** Finds a block on its present job, and submits it. @returns whether its share was taken */
  async findBlock(): Promise<boolean> {
    const target = targetBytes(targetOfBits(targetBitsOf(hexToBytes(this.job!.headerBlob))));
    return (await this.submit(this.mine(bytesToHex(target)))).result === true;
  }

  /** A share on its present job, another one each time. @param targetHex - another target to meet, such as a block's */
  mine(targetHex?: string): MinedShare {
    const { jobId, fromGroup, toGroup, headerBlob, targetBlob } = this.job!;
    const target = hexToBytes((targetHex ?? targetBlob).padStart(64, '0'));
    const prefix = hexToBytes(this.extranonce.padEnd(2 * PREFIX_BYTES, '0'));
    // A kernel makes all of them: what follows the find is wasted.
    const hashes = Number(expectedHashes(targetOfBytes(target)));
    const count = Math.min(4_096, Math.max(64, Math.round(hashes / 2)));
    for (;;) {
      const task = { headerBlob: hexToBytes(headerBlob), chain: chainIndex(fromGroup, toGroup), target };
      const start = searched;
      searched += BigInt(count);
      const [find] = kernel.search({ ...task, prefix, start, count }).finds;
      if (find !== undefined) return { jobId, fromGroup, toGroup, nonce: bytesToHex(nonceOf(prefix, find)) };
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects
  #take({ id, method, params, result, error }: any): void {
    if (method === 'mining.set_extranonce') this.extranonce = params[0];
    else if (method === 'mining.notify') this.job = params[0];
    else if (typeof id === 'number') this.#answers.set(id, { result, error });
  }
}
