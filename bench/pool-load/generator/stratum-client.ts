/**
 * One miner of the load: connects, authorizes, takes jobs, and submits real shares when it is told to. It reads only as
 * much of a line as it needs: thousands of miners share one process with little CPU.
 * @module
 */
import { connect, type Socket } from 'node:net';
import type { SyncSearchKernel } from '../../../shaders/search.js';
import { monotonicUs } from '../monotonic.js';
import { stampOfNotify } from '../stamp.js';
import { MAX_IN_FLIGHT } from './messages.js';
import { type NotifiedJob, ShareSource } from './share-source.js';
import type { Tally } from './tally.js';

/** Who a miner is, and where it connects. */
export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  readonly localAddress: string | undefined;
  /** `ADDRESS.worker`. */
  readonly login: string;
  readonly password: string;
  /** Submits in flight; 0 for a miner that only takes jobs. */
  readonly inFlight: number;
  /** Whether submits that answers make room for at once leave in one write. */
  readonly coalesce: boolean;
}

/** What the miners of one process share. */
export interface ClientModules {
  readonly tally: Tally;
  readonly kernel: SyncSearchKernel;
  /** What sockets read into: a chunk is done with before the next one comes. */
  readonly buffer: Buffer;
}

const AUTHORIZE_ID = 2;
const FIRST_SUBMIT_ID = 3;

/** A miner. */
export class StratumClient {
  /** Called once: with undefined when it is authorized and has a job, or with the reason why not. */
  onReady: (failure: string | undefined) => void = () => {};
  readonly #options: ClientOptions;
  readonly #modules: ClientModules;
  #socket: Socket | undefined;
  #rest = '';
  #authorized = false;
  #ready = false;
  #extranonce = '';
  /** Stamp of the newest job, us. */
  #newestUs = 0;
  #submitting = false;
  #job: NotifiedJob | undefined;
  #shares: ShareSource | undefined;
  #flying = 0;
  #nextId = FIRST_SUBMIT_ID;
  /** When a submit left, by the low bits of its id. */
  #sentUs: Float64Array | undefined;

  constructor(options: ClientOptions, modules: ClientModules) {
    this.#options = options;
    this.#modules = modules;
  }

  get connected(): boolean {
    return this.#socket !== undefined && !this.#socket.destroyed;
  }

  connect(): void {
    const { host, port, localAddress, login, password } = this.#options;
    const { buffer } = this.#modules;
    this.#socket = connect({
      host,
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
      noDelay: true,
      onread: { buffer, callback: (bytes) => this.#receive(buffer.toString('latin1', 0, bytes)) },
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#settle(error.code ?? error.message));
    this.#socket.on('close', () => this.#settle('closed by the server'));
    this.#socket.write(
      `{"id":1,"method":"mining.subscribe","params":["pool-load/1"]}\n{"id":${AUTHORIZE_ID},"method":"mining.authorize","params":["${login}","${password}"]}\n`,
      'latin1',
    );
  }

  close(): void {
    this.#socket?.destroy();
  }

  /** From now on submits whenever it has less in flight than it may. */
  saturate(): void {
    this.#submitting = true;
    this.#fill();
  }

  /** Submits one share. @returns false if it has no room, or no job */
  submitOne(): boolean {
    if (this.#flying >= this.#options.inFlight) return false;
    const line = this.#nextSubmit();
    if (line === undefined) return false;
    this.#send(line, this.#nextId - 1);
    return true;
  }

  #receive(text: string): boolean {
    const nowUs = monotonicUs();
    let start = 0;
    for (;;) {
      const end = text.indexOf('\n', start);
      if (end < 0) break;
      const line = this.#rest === '' ? text.slice(start, end) : this.#rest + text.slice(start, end);
      this.#rest = '';
      start = end + 1;
      this.#take(line, nowUs);
    }
    this.#rest += text.slice(start);
    if (this.#submitting) this.#fill();
    return true;
  }

  #take(line: string, nowUs: number): void {
    const id = line.startsWith('{"id":') ? Number.parseInt(line.slice(6, 20), 10) : Number.NaN;
    if (id >= FIRST_SUBMIT_ID) this.#takeAnswer(id, line, nowUs);
    else if (line.includes('"mining.notify"')) this.#takeJob(line, nowUs);
    else if (id === AUTHORIZE_ID) {
      if (!line.includes('"result":true')) this.#settle(`not authorized: ${line.slice(0, 200)}`);
      this.#authorized = true;
    } else if (line.includes('"mining.set_extranonce"')) {
      this.#extranonce = /"params":\["([0-9a-fA-F]*)"/.exec(line)?.[1] ?? '';
      this.#shares = undefined;
    }
    if (!this.#ready && this.#authorized && this.#newestUs > 0) this.#settle(undefined);
  }

  #takeAnswer(id: number, line: string, nowUs: number): void {
    const { tally } = this.#modules;
    this.#flying--;
    tally.answerTimes.record(nowUs - this.#sentUs![id % MAX_IN_FLIGHT]!);
    if (line.includes('"result":true')) tally.accepted++;
    else tally.reject(line);
  }

  #takeJob(line: string, nowUs: number): void {
    const { tally } = this.#modules;
    tally.jobs++;
    const stampUs = stampOfNotify(line);
    if (stampUs > this.#newestUs) {
      // The first job may have waited for this miner; all later ones were sent to it.
      if (this.#newestUs > 0) tally.noteJobTime(stampUs, nowUs - stampUs);
      this.#newestUs = stampUs;
    }
    if (this.#options.inFlight === 0) return;
    const { params } = JSON.parse(line) as { params: NotifiedJob[] };
    this.#job = params.at(-1);
    this.#shares = undefined;
  }

  /** Submits as much as it may: each share by itself, as it is found, or all together in one write. */
  #fill(): void {
    const firstId = this.#nextId;
    let lines = '';
    while (this.#flying < this.#options.inFlight) {
      const line = this.#nextSubmit();
      if (line === undefined) break;
      if (this.#options.coalesce) lines += line;
      else this.#send(line, this.#nextId - 1);
    }
    if (lines !== '') this.#send(lines, firstId);
  }

  /** Sends submits, from one id up to the last that was given. */
  #send(lines: string, firstId: number): void {
    this.#sentUs ??= new Float64Array(MAX_IN_FLIGHT);
    const nowUs = monotonicUs();
    for (let id = firstId; id < this.#nextId; id++) this.#sentUs[id % MAX_IN_FLIGHT] = nowUs;
    this.#socket?.write(lines, 'latin1');
  }

  #nextSubmit(): string | undefined {
    const job = this.#job;
    if (job === undefined) return undefined;
    this.#shares ??= new ShareSource(this.#modules.kernel, this.#extranonce, job);
    const nonce = this.#shares.take();
    if (nonce === undefined) return undefined;
    this.#flying++;
    return `{"id":${this.#nextId++},"method":"mining.submit","params":{"jobId":"${job.jobId}","fromGroup":${job.fromGroup},"toGroup":${job.toGroup},"nonce":"${nonce}","worker":"${this.#options.login}"}}\n`;
  }

  #settle(failure: string | undefined): void {
    if (failure !== undefined) this.#submitting = false;
    if (this.#ready) return;
    this.#ready = true;
    this.onReady(failure);
  }
}
