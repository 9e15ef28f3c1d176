/**
 * The least that a stratum server can be: jobs out, shares checked. No store, no accounts, no difficulty that changes,
 * no limits. What the pool costs beyond it is what the pool does beyond it.
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { bytesToHex } from '../../../protocol/bytes.js';
import { fromGroupOf, toGroupOf } from '../../../protocol/chain.js';
import { HEADER_BYTES, NONCE_BYTES } from '../../../protocol/header.js';
import type { Job } from '../../../protocol/job.js';
import { chainOfHash, meetsTarget } from '../../../protocol/pow.js';
import {
  DIFFICULTY_1_TARGET,
  HASHES_PER_DIFFICULTY,
  MAX_TARGET,
  targetBytes,
} from '../../../protocol/target.js';
import { bestBlockHash } from '../../../shaders/cpu/kernels.js';

/** A template as miners have it. */
interface BareJob {
  readonly id: string;
  readonly chain: number;
  /** 326 bytes; the nonce is overwritten with every share. */
  readonly header: Buffer;
  /** The notify, serialised once for all miners. */
  readonly line: Buffer;
  /** Nonces that were accepted, in lower case. */
  readonly seen: Set<string>;
}

interface Submit {
  readonly jobId: string;
  readonly nonce: string;
}

const NONCE = /^[0-9a-f]{48}$/;

/** The server. */
export class BareServer {
  readonly target: Uint8Array;
  readonly greeting: string;
  readonly hash = bestBlockHash();
  readonly #server: Server;
  readonly #miners = new Set<BareMiner>();
  /** Newest jobs by chain, and all that are accepted by id: those, and the ones before. */
  #newest: readonly BareJob[] = [];
  readonly #jobs = new Map<string, BareJob>();
  #nextJob = 0;
  #nextMiner = 0;

  /** @param work - expected hashes of a share, at least 16 */
  constructor(work: bigint) {
    const target = (DIFFICULTY_1_TARGET * HASHES_PER_DIFFICULTY) / work;
    this.target = targetBytes(target > MAX_TARGET ? MAX_TARGET : target);
    const difficulty = Number(work) / Number(HASHES_PER_DIFFICULTY);
    this.greeting = `{"id":null,"method":"mining.set_difficulty","params":[${difficulty}]}\n`;
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#miners.add(new BareMiner(this, socket, this.#nextMiner++));
    });
  }

  /** Listens. @returns the port */
  async listen(port: number, host: string): Promise<number> {
    this.#server.listen({ port, host, backlog: 4096 });
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const miner of this.#miners) miner.socket.destroy();
  }

  /** New templates of all chains: every miner gets its chain's. */
  setJobs(jobs: readonly Job[]): void {
    const current = new Set(this.#newest);
    for (const [id, job] of this.#jobs) if (!current.has(job)) this.#jobs.delete(id);
    this.#newest = jobs.map((job) => this.#prepare(job)).sort((a, b) => a.chain - b.chain);
    for (const job of this.#newest) this.#jobs.set(job.id, job);
    for (const miner of this.#miners) if (miner.authorized) miner.sendJob();
  }

  jobOf(chain: number): BareJob | undefined {
    return this.#newest[chain];
  }

  job(id: string): BareJob | undefined {
    return this.#jobs.get(id);
  }

  forget(miner: BareMiner): void {
    this.#miners.delete(miner);
  }

  #prepare({ chain, headerBlob, height }: Job): BareJob {
    const id = (this.#nextJob++).toString(16);
    const header = Buffer.alloc(HEADER_BYTES);
    header.set(headerBlob, NONCE_BYTES);
    const notify = {
      id: null,
      method: 'mining.notify',
      params: [
        {
          jobId: id,
          fromGroup: fromGroupOf(chain),
          toGroup: toGroupOf(chain),
          headerBlob: bytesToHex(headerBlob),
          txsBlob: '',
          height,
          targetBlob: bytesToHex(this.target),
        },
      ],
    };
    return { id, chain, header, line: Buffer.from(`${JSON.stringify(notify)}\n`, 'latin1'), seen: new Set() };
  }
}

/** One connection. */
class BareMiner {
  readonly socket: Socket;
  authorized = false;
  readonly #server: BareServer;
  readonly #number: number;
  readonly #extranonce: string;
  /** A line that is not whole yet. */
  #rest = '';

  constructor(server: BareServer, socket: Socket, number: number) {
    this.#server = server;
    this.socket = socket;
    this.#number = number;
    this.#extranonce = (number & 0xffff).toString(16).padStart(4, '0');
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', () => server.forget(this));
    socket.write(server.greeting, 'latin1');
  }

  sendJob(): void {
    const job = this.#server.jobOf(this.#number & 15);
    if (job) this.socket.write(job.line);
  }

  /** Answers of all lines in a chunk leave in one write. */
  #receive(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop()!;
    let replies = '';
    let authorized = false;
    try {
      for (const line of lines) {
        const { id, method, params } = JSON.parse(line) as { id: unknown; method: string; params: unknown };
        if (method === 'mining.submit') {
          replies += `{"id":${JSON.stringify(id)},${this.#check(params as Submit)}}\n`;
        } else if (method === 'mining.authorize') {
          authorized = true;
          replies += `{"id":${JSON.stringify(id)},"result":true,"error":null}\n{"id":null,"method":"mining.set_extranonce","params":["${this.#extranonce}"]}\n`;
        } else {
          replies += `{"id":${JSON.stringify(id)},"result":"${this.#number}","error":null}\n`;
        }
      }
    } catch {
      this.socket.destroy();
      return;
    }
    if (replies !== '') this.socket.write(replies, 'latin1');
    if (authorized) {
      this.authorized = true;
      this.sendJob();
    }
  }

  #check({ jobId, nonce }: Submit): string {
    const job = this.#server.job(jobId);
    if (!job) return refused(20, 'job not found');
    const lower = nonce.toLowerCase();
    if (!NONCE.test(lower) || !lower.startsWith(this.#extranonce)) return refused(23, 'invalid nonce');
    if (job.seen.has(lower)) return refused(24, 'duplicate share');
    job.header.write(lower, 0, 'hex');
    const hash = this.#server.hash(job.header);
    if (chainOfHash(hash) !== job.chain) return refused(26, 'hash is of another chain');
    if (!meetsTarget(hash, this.#server.target)) return refused(25, 'low difficulty share');
    job.seen.add(lower);
    return '"result":true,"error":null';
  }
}

function refused(code: number, message: string): string {
  return `"result":false,"error":{"code":${code},"message":"${message}"}`;
}
