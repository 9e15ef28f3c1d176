/**
 * Miners of real shares, each under a difficulty that no other share has: guests, that come for one share and go, and
 * residents, that ask for another difficulty with each header.
 * @module
 */
import { connect, type Socket } from 'node:net';
import { parseAccount } from '../../pool/domain/account.js';
import { difficultyOfWork } from '../../pool/domain/difficulty.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { chainIndex } from '../../protocol/chain.js';
import { joinHeader } from '../../protocol/header.js';
import { LineSplitter } from '../../protocol/stratum/line-splitter.js';
import { type HashingKernel, nonceOf, PREFIX_BYTES } from '../../shaders/search.js';
import type { ShareLedger } from './share-ledger.js';

const AUTHORIZE_ID = 2;
const SUBMIT_ID = 3;
/** From here on: submits that must be refused. */
const DOUBLE_ID = 100;

const HASHES_PER_DIFFICULTY = 2 ** 34;

/** Who mines. */
export interface Login {
  readonly address: string;
  readonly worker: string;
}

/** A share as it went over the wire: it may be tried again. */
export interface WireShare {
  readonly jobId: string;
  readonly fromGroup: number;
  readonly toGroup: number;
  /** Hex. */
  readonly nonce: string;
}

interface NotifiedJob {
  readonly jobId: string;
  readonly fromGroup: number;
  readonly toGroup: number;
  readonly headerBlob: string;
  readonly targetBlob: string;
}

/** What a visit may do beside. */
export interface Mischief {
  /** Shares of other connections, that are sent here as well. */
  readonly foreign: readonly WireShare[];
  /** Sends its share twice in one write, and once more when it is answered. */
  readonly double: boolean;
}

export interface MinerModules {
  readonly kernel: HashingKernel;
  readonly ledger: ShareLedger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Its share has left. */
  readonly onSent: (share: WireShare) => void;
}

/** No answer for so long, ms: the pool hangs. */
const PATIENCE_MS = 30_000;

/** Comes for one share. Resolves when the connection is over, however it ended. */
export function visit(port: number, login: Login, mischief: Mischief, modules: MinerModules): Promise<void> {
  return mine(port, login, mischief, undefined, modules);
}

/** Submits a share for each header that it is given, while `stays` says so. Resolves when the connection is over. */
export function reside(
  port: number,
  login: Login,
  stays: () => boolean,
  modules: MinerModules,
): Promise<void> {
  return mine(port, login, { foreign: [], double: false }, stays, modules);
}

function mine(
  port: number,
  login: Login,
  mischief: Mischief,
  stays: (() => boolean) | undefined,
  modules: MinerModules,
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  return new Promise((resolve) => {
    const guest = new Miner(socket, login, mischief, stays, modules);
    socket.on('error', () => {});
    socket.on('data', (chunk) => guest.receive(chunk));
    const leave = setInterval(() => {
      if (stays?.() === false) guest.leave();
    }, 200);
    socket.on('close', () => {
      clearInterval(leave);
      guest.end();
      resolve();
    });
    socket.setTimeout(PATIENCE_MS, () => {
      modules.ledger.faults.push(`no answer to ${login.worker} within ${PATIENCE_MS} ms`);
      socket.destroy();
    });
    socket.on('connect', () => guest.introduce());
  });
}

class Miner {
  readonly #socket: Socket;
  readonly #login: Login;
  readonly #mischief: Mischief;
  /** Of a resident. */
  readonly #stays: (() => boolean) | undefined;
  readonly #modules: MinerModules;
  readonly #lines = new LineSplitter(1_000_000);
  #work: bigint;
  #authorized = false;
  #extranonce: string | undefined;
  #share: WireShare | undefined;
  /** Answers that are still to come. */
  #open = 0;

  constructor(
    socket: Socket,
    login: Login,
    mischief: Mischief,
    stays: (() => boolean) | undefined,
    modules: MinerModules,
  ) {
    this.#socket = socket;
    this.#login = login;
    this.#mischief = mischief;
    this.#stays = stays;
    this.#modules = modules;
    this.#work = modules.ledger.takeWork();
  }

  introduce(): void {
    const { address, worker } = this.#login;
    const difficulty = (Number(this.#work) / HASHES_PER_DIFFICULTY).toFixed(25);
    const password = this.#stays ? 'x' : `d=${difficulty}`;
    this.#send({ id: 1, method: 'mining.subscribe', params: ['share-miner/1'] }, ...this.#wishes(), {
      id: AUTHORIZE_ID,
      method: 'mining.authorize',
      params: [`${address}.${worker}`, password],
    });
  }

  /** Goes, unless it waits for an answer. */
  leave(): void {
    if (this.#open === 0) this.#socket.end();
  }

  /** The connection is over. */
  end(): void {
    if (this.#share === undefined) this.#modules.ledger.returnWork(this.#work);
  }

  receive(chunk: Uint8Array): void {
    this.#lines.push(chunk, (line) => {
      this.#take(JSON.parse(line));
      return true;
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects
  #take({ id, method, params, result, error }: any): void {
    if (method === 'mining.set_extranonce') this.#extranonce = params[0];
    else if (id === AUTHORIZE_ID) this.#authorized = result === true;
    else if (method === 'mining.notify' && this.#authorized && this.#share === undefined)
      this.#mine(params[0]);
    else if (id === SUBMIT_ID) this.#answered(result === true, error);
    else if (id >= DOUBLE_ID) {
      if (result === true) this.#modules.ledger.faults.push(`a double was taken: ${this.#work}`);
      this.#done();
    }
  }

  #mine(job: NotifiedJob): void {
    const { ledger, onSent } = this.#modules;
    const { jobId, fromGroup, toGroup } = job;
    if (job.targetBlob !== difficultyOfWork(this.#work).targetHex) {
      // A wish counts from the next header on, and the pool may know better by then.
      if (this.#stays) this.#send(...this.#wishes());
      else ledger.faults.push(`the target of work ${this.#work} is ${job.targetBlob}`);
      if (this.#stays) return;
    }
    const { nonce, hash } = this.#search(job);
    const share: WireShare = { jobId, fromGroup, toGroup, nonce: bytesToHex(nonce) };
    this.#share = share;
    const { address, worker } = this.#login;
    const account = parseAccount(address)!.key;
    const chain = chainIndex(fromGroup, toGroup);
    ledger.send({ work: this.#work, account, worker, chain, hash: bytesToHex(hash) });
    const { foreign, double } = this.#mischief;
    const doubles = [
      ...(double ? [share] : []),
      // Under the job that it had, and under the present one.
      ...foreign,
      ...foreign.map((other) => ({ ...share, nonce: other.nonce })),
    ];
    for (const other of foreign) ledger.try(other.nonce);
    this.#open = 1 + doubles.length;
    this.#send(this.#submit(SUBMIT_ID, share), ...doubles.map((one, i) => this.#submit(DOUBLE_ID + i, one)));
    onSent(share);
  }

  #answered(taken: boolean, error: readonly [number, string] | { code: number; message: string } | null) {
    const { ledger } = this.#modules;
    if (taken) ledger.acknowledge(this.#work);
    else ledger.refuse(this.#work, JSON.stringify(error));
    if (taken && this.#mischief.double) {
      this.#open++;
      this.#send(this.#submit(DOUBLE_ID + 50, this.#share!));
    }
    this.#done();
  }

  #done(): void {
    this.#open--;
    if (this.#open > 0) return;
    if (this.#stays?.()) {
      this.#share = undefined;
      this.#work = this.#modules.ledger.takeWork();
      this.#send(...this.#wishes());
      return;
    }
    // Some say goodbye, others are gone; a reset leaves no port behind that waits.
    if (this.#modules.random() < 0.2) this.#socket.end();
    else this.#socket.resetAndDestroy();
  }

  /** A resident asks for its difficulty. */
  #wishes(): object[] {
    if (this.#stays === undefined) return [];
    const params = [Number(this.#work) / HASHES_PER_DIFFICULTY];
    return [{ id: 4, method: 'mining.suggest_difficulty', params }];
  }

  #submit(id: number, share: WireShare): object {
    const { address, worker } = this.#login;
    return { id, method: 'mining.submit', params: { ...share, worker: `${address}.${worker}` } };
  }

  #send(...messages: readonly object[]): void {
    this.#socket.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  }

  #search(job: NotifiedJob): { readonly nonce: Uint8Array; readonly hash: Uint8Array } {
    const { kernel, random } = this.#modules;
    const headerBlob = hexToBytes(job.headerBlob);
    const prefix = hexToBytes(this.#extranonce!.padEnd(2 * PREFIX_BYTES, '0'));
    const chain = chainIndex(job.fromGroup, job.toGroup);
    const target = hexToBytes(job.targetBlob);
    // A kernel makes all of them: what follows the share is wasted.
    const count = Math.max(64, Number(this.#work / 2n));
    let start = BigInt(Math.floor(random() * 2 ** 48));
    for (;;) {
      const [find] = kernel.search({ headerBlob, chain, target, prefix, start, count }).finds;
      if (find !== undefined) {
        const nonce = nonceOf(prefix, find);
        return { nonce, hash: kernel.hash(joinHeader(nonce, headerBlob)) };
      }
      start += BigInt(count);
    }
  }
}
