/**
 * A fuzz of the wire, for a limited time. LESSWORK_FUZZ_SEED plays one again, LESSWORK_FUZZ_MS plays longer.
 * @module
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PoolUnderFire } from '../support/pool-under-fire.js';
import type { RawClient } from '../support/raw-client.js';
import { seededRandom } from '../support/seeded-random.js';
import { makeRequest, pick, type Random, spoil } from '../support/stratum-grammar.js';
import { OTHER_ADDRESS, type PoolLine, searchShares, type ToldJob } from '../support/test-pool.js';
import { sleep, waitFor } from '../support/wait.js';

const FUZZ_MS = Number(process.env.LESSWORK_FUZZ_MS ?? 10_000);
const SEED = Number(process.env.LESSWORK_FUZZ_SEED ?? Date.now() % 2 ** 31);
const CLIENTS = 5;
const MAX_GROWTH_BYTES = 256 * 1024 * 1024;

let unique = 1_000_000;

/** One of the clients: good requests in pieces, answers counted; then spoilt ones; and again. */
class Fuzzer {
  readonly #lab: PoolUnderFire;
  readonly #random: Random;
  #client: RawClient | undefined;
  #job: ToldJob | undefined;
  #shares: Generator<string, never> | undefined;
  answered = 0;
  spoilt = 0;
  ended = 0;

  constructor(lab: PoolUnderFire, random: Random) {
    this.#lab = lab;
    this.#random = random;
  }

  async run(until: () => boolean): Promise<void> {
    while (!until()) {
      this.#client ??= await this.#begin();
      await this.#askWell(this.#client);
      await this.#askBadly(this.#client);
    }
    this.#client?.socket.destroy();
  }

  async #begin(): Promise<RawClient> {
    const client = await this.#lab.client();
    client.send(`{"id":"begin","method":"mining.authorize","params":["${OTHER_ADDRESS}.fuzz"]}\n`);
    const told = (wanted: string): PoolLine | undefined =>
      client.received
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as PoolLine)
        .findLast(({ method }) => method === wanted);
    await waitFor('a job', () => told('mining.notify') !== undefined);
    const extranonce = told('mining.set_extranonce')!.params![0] as string;
    this.#job = told('mining.notify')!.params!.at(-1) as ToldJob;
    this.#shares = searchShares(this.#job, extranonce);
    return client;
  }

  /** Requests that must be answered, each once, with its id byte for byte. */
  async #askWell(client: RawClient): Promise<void> {
    client.received = '';
    const share = (): string => {
      const { jobId } = this.#job!;
      return JSON.stringify({ jobId, nonce: this.#shares!.next().value, worker: 'whoever' });
    };
    const requests = Array.from({ length: 1 + Math.floor(this.#random() * 30) }, () =>
      makeRequest(this.#random, unique++, share),
    );
    await this.#sendCut(client, Buffer.from(requests.map(({ line }) => line).join(''), 'latin1'));
    await this.#probe(client);
    assert.ok(!client.closed, `ended after good requests: ${requests.map(({ line }) => line).join('')}`);
    const answers = new Map<string, number>();
    for (const line of client.received.split('\n').slice(0, -1)) {
      const end = line.indexOf(',"result":');
      if (end === -1 || !line.startsWith('{"id":')) continue;
      JSON.parse(line);
      const id = line.slice(6, end);
      answers.set(id, (answers.get(id) ?? 0) + 1);
    }
    for (const { id, line, answered } of requests) {
      assert.equal(answers.get(id) ?? 0, answered ? 1 : 0, `answers to ${JSON.stringify(line)}`);
      if (answered) this.answered++;
    }
  }

  /** What may be answered, or end the connection, and must do nothing else. */
  async #askBadly(client: RawClient): Promise<void> {
    if (this.#random() < 0.3) return;
    for (let count = 1 + Math.floor(this.#random() * 3); count > 0 && !client.closed; count--) {
      const { line } = makeRequest(this.#random, unique++, () => '[]');
      this.spoilt++;
      await this.#sendCut(client, spoil(this.#random, line));
    }
    const how = this.#random();
    if (how < 0.05) client.socket.resetAndDestroy();
    else if (how < 0.1) client.socket.end('{"id":');
    else await this.#probe(client);
    if (how < 0.1) await client.isClosed();
    if (!client.closed) return;
    this.ended++;
    this.#client = undefined;
  }

  /** Waits until all that was sent has been taken: answered, or the end of the connection. */
  async #probe(client: RawClient): Promise<void> {
    const id = `"probe ${unique++}"`;
    client.send(`{"id":${id},"method":"mining.noop"}\n`);
    await waitFor('the answer to a probe', () => client.received.includes(`{"id":${id}`) || client.closed);
  }

  async #sendCut(client: RawClient, bytes: Buffer): Promise<void> {
    let at = 0;
    while (at < bytes.length && !client.closed) {
      const size = pick(this.#random, [1, 7, 100, 1_460, 65_536]);
      client.send(bytes.subarray(at, at + size));
      at += size;
      if (size < 1_460 && this.#random() < 0.05) await sleep(1);
    }
  }
}

test(`what comes over the wire does no harm, for ${FUZZ_MS} ms with LESSWORK_FUZZ_SEED=${SEED}`, async (t) => {
  t.diagnostic(`LESSWORK_FUZZ_SEED=${SEED}`);
  // The clients' own address has no limits and no bans: what is looked for comes behind these.
  const limits = { trusted: ['127.0.0.1'] };
  const lab = await PoolUnderFire.start(t, { config: { limits } });
  const fuzzers = Array.from({ length: CLIENTS }, (_, i) => new Fuzzer(lab, seededRandom(SEED + i)));
  const end = performance.now() + FUZZ_MS;
  const before = process.memoryUsage().rss;
  let most = before;
  const honest = async (): Promise<void> => {
    while (performance.now() < end) {
      await lab.servesHonest();
      most = Math.max(most, process.memoryUsage().rss);
      await sleep(200);
    }
  };
  await Promise.all([honest(), ...fuzzers.map((fuzzer) => fuzzer.run(() => performance.now() >= end))]);
  for (const { answered, spoilt, ended } of fuzzers) {
    t.diagnostic(`${answered} requests answered, ${spoilt} spoilt, ${ended} connections ended`);
    assert.ok(answered > 0 && spoilt > 0 && ended > 0);
  }
  t.diagnostic(`${Math.round((most - before) / 2 ** 20)} MiB more than before`);
  assert.ok(most - before < MAX_GROWTH_BYTES, `${most - before} bytes`);
  await waitFor('the end of all but one', () => lab.app.pool.sessions === 1);
  assert.ok(lab.counters.accepted > lab.honest!.accepted);
  await lab.closeAndCompare();
});
