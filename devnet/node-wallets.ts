/**
 * Wallets that a node keeps and signs with, as its source has them: nobody has recorded a real node's. A wallet is locked at first, and locks itself
 * again when nobody has asked for it for a while. Which of its addresses is active is one state for all who use it.
 * @module
 */
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import type { Clock } from './clock.js';
import { type Key, keyOf } from './coins/keys.js';
import { RestFault } from './rest-answer.js';

/** A wallet that a node has from the beginning. */
export interface NodeWalletOptions {
  readonly name: string;
  readonly password: string;
  /** Of the mnemonic; none by default. */
  readonly passphrase?: string;
  /** In the order of their derivation, at least one: the first is active. `privateKey`: 32 bytes. `path`: where the mnemonic has it. */
  readonly keys: readonly { readonly privateKey: Uint8Array; readonly path: string }[];
  /** Time without a request after which it locks itself, ms; ten minutes by default. */
  readonly lockAfterMs?: number;
}

const LOCK_AFTER_MS = 600_000;

/** All wallets of a node. */
export class NodeWallets {
  readonly #wallets: ReadonlyMap<string, NodeWallet>;

  constructor(all: readonly NodeWalletOptions[], clock: Pick<Clock, 'now'>) {
    this.#wallets = new Map(all.map((one) => [one.name, new NodeWallet(one, clock)]));
  }

  all(): readonly NodeWallet[] {
    return [...this.#wallets.values()].map((wallet) => wallet.asked());
  }

  /** The wallet that a request names. @throws RestFault if there is none */
  named(name: string): NodeWallet {
    const wallet = this.#wallets.get(name);
    if (wallet) return wallet.asked();
    throw RestFault.notFound(name);
  }
}

/** One of them. Each of its calls throws RestFault in the node's words. */
export class NodeWallet {
  readonly #options: NodeWalletOptions;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #keys: readonly (Key & { readonly path: string })[];
  #active: Key;
  #isLocked = true;
  #askedMs = 0;

  constructor(options: NodeWalletOptions, clock: Pick<Clock, 'now'>) {
    this.#options = options;
    this.#clock = clock;
    this.#keys = options.keys.map(({ privateKey, path }) => ({ ...keyOf(privateKey), path }));
    const [first] = this.#keys;
    if (first === undefined) throw new RangeError('"keys" expected at least one, got none');
    this.#active = first;
  }

  /** A request names it: its time until it locks itself begins anew. */
  asked(): this {
    const { lockAfterMs = LOCK_AFTER_MS } = this.#options;
    const nowMs = this.#clock.now();
    if (nowMs - this.#askedMs >= lockAfterMs) this.#isLocked = true;
    this.#askedMs = nowMs;
    return this;
  }

  status() {
    return { walletName: this.#options.name, locked: this.#isLocked };
  }

  lock(): void {
    this.#isLocked = true;
  }

  unlock(password: string, passphrase: string | undefined): void {
    if (password !== this.#options.password) throw RestFault.unauthorized('Invalid password');
    if (passphrase !== this.#options.passphrase) throw RestFault.unauthorized('Invalid mnemonic passphrase');
    this.#isLocked = false;
  }

  addresses() {
    this.#checkOpen();
    return {
      activeAddress: this.#active.address.text,
      addresses: this.#keys.map(({ address, publicKey, path }) => ({
        address: address.text,
        publicKey: bytesToHex(publicKey),
        group: address.group,
        path,
      })),
    };
  }

  changeActive(address: string): void {
    this.#checkOpen();
    const key = this.#keys.find((one) => one.address.text === address);
    if (!key) throw RestFault.badRequest(`Unknown address: ${address}`);
    this.#active = key;
  }

  /** @param data - hex @returns 128 hex digits */
  sign(data: string): string {
    this.#checkOpen();
    if (!/^([0-9a-fA-F]{2})*$/.test(data)) throw RestFault.badRequest('Invalid hex string');
    return bytesToHex(this.#active.sign(hexToBytes(data.toLowerCase())));
  }

  #checkOpen(): void {
    if (this.#isLocked) throw RestFault.unauthorized('Wallet is locked');
  }
}
