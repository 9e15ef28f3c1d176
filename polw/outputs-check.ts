/**
 * Now and then a node is asked what the burn addresses hold, and that is held against the fund: blocks are what the fund is made of, and
 * this is another way to the same. It never changes the fund.
 *
 * What is in flight differs for a while: a block that one of them does not have yet, two blocks that spend one coin, what a void block made.
 * So a difference counts once it was there two times in a row, and a list in which a transfer that waits is counted is not judged.
 * @module
 */
import type { AddressOutputs } from '../node/rest-outputs.js';
import { alphToDecimals } from '../protocol/alph-text.js';
import { ALL_CHAINS, type ChainIndex, chainName } from '../protocol/chain.js';
import type { Fund } from './fund/fund.js';
import type { TroubleNotice } from './trouble.js';

/** Time between two looks at one address, ms. They are spread over it, one at a time. */
const CHECK_EVERY_MS = 600_000;

/** Outputs that a message names, of each kind. */
const MAX_OUTPUTS_NAMED = 4;

/** Decimals of amounts. */
const DECIMALS = 4;

export interface OutputsCheckModules {
  readonly fund: Pick<Fund, 'addresses' | 'coins' | 'foreign' | 'reservations' | 'deepHeight'>;
  /** Asks a node; rejects if it has no answer. */
  readonly outputsOf: (address: string) => Promise<AddressOutputs>;
  readonly onNotice: (notice: TroubleNotice) => void;
}

/** What came of it since the start. */
export interface OutputsCheckCounts {
  /** Lists that were compared. */
  readonly checks: number;
  /** Outputs that differ, and did so two times in a row. */
  readonly differences: number;
  /** Addresses of which the node does not tell all outputs: there are more than it is set to tell of. */
  readonly incomplete: number;
}

interface Differences {
  /** That the fund has and the node does not, with what they hold, attoALPH. */
  readonly missing: ReadonlyMap<string, bigint>;
  /** That the node has and the fund does not. */
  readonly extra: ReadonlyMap<string, bigint>;
}

const NO_DIFFERENCES: Differences = { missing: new Map(), extra: new Map() };

export class OutputsCheck {
  readonly #modules: OutputsCheckModules;
  /** By chain: at the last look, and those that were there at the look before, too. */
  readonly #seen = new Map<ChainIndex, Differences>();
  readonly #lasting = new Map<ChainIndex, Differences>();
  readonly #incomplete = new Set<ChainIndex>();
  #checks = 0;
  #next = 0;
  #dueMs: number | undefined;
  #asking = false;

  constructor(modules: OutputsCheckModules) {
    this.#modules = modules;
  }

  get counts(): OutputsCheckCounts {
    const differences = [...this.#lasting.values()].reduce((sum, one) => sum + sizeOf(one), 0);
    return { checks: this.#checks, differences, incomplete: this.#incomplete.size };
  }

  /** Looks at the next address if it is time. To be called every few seconds, once the fund is read. @param nowMs - of any clock */
  tick(nowMs: number): void {
    const chains = ALL_CHAINS.filter((chain) => this.#modules.fund.addresses[chain] !== undefined);
    if (chains.length === 0 || this.#asking) return;
    const stepMs = CHECK_EVERY_MS / chains.length;
    // What came last is read by then.
    this.#dueMs ??= nowMs + stepMs;
    if (nowMs < this.#dueMs) return;
    this.#dueMs = nowMs + stepMs;
    void this.check(chains[this.#next++ % chains.length]!);
  }

  /** Looks at a chain's address now. Never rejects: of a node that does not answer is told elsewhere. */
  async check(chain: ChainIndex): Promise<void> {
    const address = this.#modules.fund.addresses[chain];
    if (address === undefined) return;
    this.#asking = true;
    try {
      this.#take(chain, address, await this.#modules.outputsOf(address));
    } catch {
      // It is asked again.
    } finally {
      this.#asking = false;
    }
  }

  #take(chain: ChainIndex, address: string, answer: AddressOutputs): void {
    const { onNotice } = this.#modules;
    const place = `chain ${chainName(chain)}: what the node lists at ${address}`;
    if (!answer.complete) {
      if (!this.#incomplete.has(chain))
        onNotice({
          level: 'warn',
          message: `${place} is not compared with the fund: there are more outputs than it is set to tell of (alephium.api.default-utxos-limit)`,
        });
      this.#incomplete.add(chain);
      this.#seen.delete(chain);
      return;
    }
    this.#incomplete.delete(chain);
    if (!answer.onChain) return;
    this.#checks++;
    const now = this.#differences(chain, answer);
    const before = this.#lasting.get(chain) ?? NO_DIFFERENCES;
    const lasting = both(this.#seen.get(chain) ?? NO_DIFFERENCES, now);
    this.#seen.set(chain, now);
    this.#lasting.set(chain, lasting);
    if (sizeOf(lasting) === 0) {
      if (sizeOf(before) > 0) onNotice({ level: 'info', message: `${place} agrees with the fund again` });
    } else if (sizeOf(both(lasting, before)) < sizeOf(lasting))
      onNotice({ level: 'warn', message: `${place} differs from the fund: ${differenceText(lasting)}` });
  }

  #differences(chain: ChainIndex, { outputs }: AddressOutputs): Differences {
    const { fund } = this.#modules;
    const { listed, unlisted } = fund.foreign();
    const coins = fund.coins().filter(({ owner, retired }) => owner === chain && !retired);
    const foreign = listed.filter(({ owner }) => owner === chain);
    const there = new Set(outputs.map(({ key }) => key));
    const known = new Set([...coins, ...foreign].map(({ key }) => key));
    const reserved = new Set(fund.reservations().flatMap(({ keys }) => keys));
    // Where the fund does not list all that is not taken in, those are not told from others.
    const extra = unlisted[chain]!.count > 0 ? [] : outputs.filter(({ key }) => !known.has(key));
    const missing = coins.filter(
      ({ key, chain: of, height }) => !there.has(key) && !reserved.has(key) && height <= fund.deepHeight(of),
    );
    return { missing: amountsOf(missing), extra: amountsOf(extra) };
  }
}

function amountsOf(outputs: readonly { readonly key: string; readonly amount: bigint }[]) {
  return new Map(outputs.map(({ key, amount }) => [key, amount]));
}

function both(a: Differences, b: Differences): Differences {
  const common = (of: ReadonlyMap<string, bigint>, other: ReadonlyMap<string, bigint>) =>
    new Map([...of].filter(([key]) => other.has(key)));
  return { missing: common(a.missing, b.missing), extra: common(a.extra, b.extra) };
}

function sizeOf({ missing, extra }: Differences): number {
  return missing.size + extra.size;
}

function differenceText({ missing, extra }: Differences): string {
  const parts = [
    ...(missing.size === 0 ? [] : [`the node lacks ${namesOf(missing)}`]),
    ...(extra.size === 0 ? [] : [`the fund lacks ${namesOf(extra)}`]),
  ];
  return parts.join('; ');
}

function namesOf(outputs: ReadonlyMap<string, bigint>): string {
  const named = [...outputs]
    .slice(0, MAX_OUTPUTS_NAMED)
    .map(([key, amount]) => `${key} (${alphToDecimals(amount, DECIMALS)} ALPH)`);
  const more = outputs.size - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
