/**
 * Two real Redis servers, one the replica of the other, behind a port that leads to whichever is the master: as behind a proxy that
 * follows a failover. Both keep an append-only file that is synced with each write.
 * @module
 */
import type { TestContext } from 'node:test';
import { infoFields } from '../../pool/store/redis/check-server.js';
import { RedisServer } from './redis-server.js';
import { TcpProxy } from './tcp-proxy.js';
import { waitFor } from './wait.js';

/** The file keeps its name, and a replica is brought up at once. */
const ARGS = ['--auto-aof-rewrite-percentage', '0', '--repl-diskless-sync-delay', '0'];

const LINK_MS = 30_000;

export class RedisPair {
  #master: RedisServer;
  #replica: RedisServer;
  /** To the master, for clients. */
  readonly #door: TcpProxy;
  /** To the master, for its replica. */
  readonly #line: TcpProxy;
  #mark: { readonly path: string; readonly size: number } | undefined;

  private constructor(master: RedisServer, replica: RedisServer, door: TcpProxy, line: TcpProxy) {
    this.#master = master;
    this.#replica = replica;
    this.#door = door;
    this.#line = line;
  }

  /** Both end with the test. */
  static async start(t: Pick<TestContext, 'after'>): Promise<RedisPair> {
    const options = { appendFsync: 'always', args: ARGS } as const;
    const [master, replica] = await Promise.all([RedisServer.start(options), RedisServer.start(options)]);
    t.after(() => Promise.all([master.close(), replica.close()]));
    const door = await TcpProxy.start(t, master.port);
    const line = await TcpProxy.start(t, master.port);
    const pair = new RedisPair(master, replica, door, line);
    await pair.#follow(replica);
    return pair;
  }

  /** Of the master, whoever that is. */
  get url(): string {
    return `redis://127.0.0.1:${this.#door.port}`;
  }

  /** Ends the master, does something to its folder, and starts it again. */
  async restart(between: (folder: string) => void): Promise<void> {
    await this.#master.kill();
    between(this.#master.folder);
    await this.#master.start();
  }

  /** What the master writes from now on, `loseTail` takes away. */
  markTail(): void {
    this.#mark = this.#master.appendOnlyFile();
  }

  /** Kills the master, and the end of its file is lost. @throws Error without a mark in its present file */
  async loseTail(): Promise<void> {
    const mark = this.#mark;
    await this.restart(() => {
      const { path, size } = this.#master.appendOnlyFile();
      if (mark?.path !== path) throw new Error('the append-only file is another one than was marked');
      this.#master.cutAppendOnlyFile(size - mark.size);
    });
  }

  /** What the master writes from now on does not get to its replica. */
  async lag(): Promise<void> {
    await this.#linked();
    this.#line.mute = true;
  }

  /** Kills the master; its replica takes over with what it has, and has the other one for a replica. */
  async failOver(): Promise<void> {
    await this.#master.kill();
    this.#line.cut();
    this.#line.mute = false;
    const old = this.#master;
    this.#master = this.#replica;
    this.#replica = old;
    await this.#master.command(['REPLICAOF', 'NO', 'ONE']);
    this.#door.target = this.#master.port;
    this.#line.target = this.#master.port;
    this.#door.cut();
    await old.start();
    await this.#follow(old);
  }

  async #follow(replica: RedisServer): Promise<void> {
    await replica.command(['REPLICAOF', '127.0.0.1', this.#line.port]);
  }

  /** Waits until the replica has what the master had. */
  async #linked(): Promise<void> {
    const { offset } = await positionOf(this.#master);
    await waitFor(
      'the replica follows',
      async () => {
        const position = await positionOf(this.#replica);
        return position.isLinked && position.offset >= offset;
      },
      LINK_MS,
    );
  }
}

async function positionOf(
  server: RedisServer,
): Promise<{ readonly isLinked: boolean; readonly offset: number }> {
  const fields = infoFields(String(await server.command(['INFO', 'replication'])));
  return {
    isLinked: fields.get('master_link_status') === 'up',
    offset: Number(fields.get('slave_repl_offset') ?? fields.get('master_repl_offset')),
  };
}
