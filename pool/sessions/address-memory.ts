/**
 * The addresses that logins named last, and what they stand for: reading one anew takes longer than checking ten shares, and
 * thousands of miners share a few. Pure.
 * @module
 */
import { type Address, parseAddress } from '../../protocol/address.js';
import { BoundedMap } from '../../protocol/bounded-map.js';
import { type Account, accountOf } from '../domain/account.js';

/** Texts that are remembered, also such as are no address. */
const MAX_REMEMBERED = 4_096;

/** Longer texts are read anew: only an address of several keys is that long. */
const MAX_TEXT_CHARS = 64;

export class AddressMemory {
  readonly #read: (text: string) => Address | undefined;
  /** null for a text that is no address. */
  readonly #addresses = new BoundedMap<string, Address | null>(MAX_REMEMBERED);
  readonly #accounts = new WeakMap<Address, Account>();

  /** @param read - what reads a text that is not remembered */
  constructor(read: (text: string) => Address | undefined = parseAddress) {
    this.#read = read;
  }

  /** The address that a text is, as `parseAddress`. */
  parse(text: string): Address | undefined {
    if (text.length > MAX_TEXT_CHARS) return this.#read(text);
    const known = this.#addresses.get(text);
    if (known !== undefined) return known ?? undefined;
    const address = this.#read(text);
    this.#addresses.set(text, address ?? null);
    return address;
  }

  /** The account that an address stands for, as `accountOf`: the same object for the same address. */
  accountOf(address: Address): Account {
    let account = this.#accounts.get(address);
    if (account === undefined) {
      account = accountOf(address);
      this.#accounts.set(address, account);
    }
    return account;
  }
}
