/**
 * The demo's pool, as it joins in the miner's report: its events as notices, and its blocks in the summary.
 * @module
 */
import type { MinerEvent } from '../miner/core/events.js';
import { byChainName } from '../miner/core/status-json.js';
import type { MinerSummary } from '../miner/report/summary.js';
import type { PoolServerEvent } from '../pool/domain/events.js';
import { describePoolEvent } from '../pool/report/words.js';
import { CHAINS } from '../protocol/chain.js';
import { DemoBlockEnds } from './demo-block-ends.js';
import { BLOCK_LINE_MS, DemoBlockLines } from './demo-block-lines.js';
import { DemoFundTally, type FundView } from './demo-fund-tally.js';
import type { DemoPayTally } from './demo-pay-tally.js';
import type { Company } from './run-miner.js';

export class DemoPoolCompany implements Company {
  #tell: ((event: MinerEvent) => void) | undefined;
  /** Events from before anybody listened. */
  readonly #early: MinerEvent[] = [];
  #left = false;
  /** When blocks were told last. */
  #toldMs = 0;
  /** Whether each block was found on an old parent, by its hash, until its fate is known. */
  readonly #open = new Map<string, boolean>();
  readonly #acceptedByChain: number[] = new Array(CHAINS).fill(0);
  #found = 0;
  #side = 0;
  #rejected = 0;
  #surplus = 0;
  #unanswered = 0;
  /** Missing where every block is told by itself. */
  readonly #lines: DemoBlockLines | undefined;
  readonly #ends = new DemoBlockEnds();
  #timer: NodeJS.Timeout | undefined;
  readonly #polw: boolean;
  /** Missing while there is none. */
  #fund: DemoFundTally | undefined;
  #pay: DemoPayTally | undefined;

  /**
   * @param gather - whether blocks are told together, as people read them, instead of each by itself
   * @param polw - whether each block burns coins
   */
  constructor(gather: boolean, polw: boolean) {
    this.#polw = polw;
    if (gather) this.#lines = new DemoBlockLines();
  }

  /** Tells of this fund, too. */
  watchFund(fund: FundView): void {
    this.#fund = new DemoFundTally(fund);
  }

  /** Tells of these payouts, too. */
  watchPayouts(pay: DemoPayTally): void {
    this.#pay = pay;
  }

  /** Tells something about payouts. */
  tellPayouts(message: string, level: 'info' | 'warn' = 'info'): void {
    this.#notice(level, message, 'payer');
  }

  /** Tells something about Proof of Less Work. */
  tellPolw(message: string): void {
    this.#notice('info', message, 'polw');
  }

  /** Takes an event of the pool. */
  hear(event: PoolServerEvent): void {
    this.#count(event);
    this.#ends.take(event);
    const isOwnLine = this.#lines?.isOwnLine(event) ?? true;
    const { level, text } = describePoolEvent(event);
    // What it keeps, it keeps for the length of the demo.
    const isOfFolder = event.type === 'notice' && event.name === 'data folder' && level === 'info';
    // What it comes to is told with what was paid.
    const isOfSettlement = event.type === 'notice' && event.name === 'settlement' && level === 'info';
    // Blocks that burn do not pay the node's addresses.
    const isMisleading = event.type === 'identity' && this.#polw;
    if (level === 'debug' || !isOwnLine || isOfFolder || isOfSettlement || isMisleading) return;
    this.#notice(level, text);
  }

  tells(event: MinerEvent): boolean {
    return this.#lines?.isOwnMinerLine(event) ?? true;
  }

  /** Ends the lines about blocks. */
  close(): void {
    clearInterval(this.#timer);
  }

  leave(): void {
    this.close();
    this.#tellBlocks();
    this.#left = true;
  }

  join(tell: (event: MinerEvent) => void): void {
    this.#tell = tell;
    for (const event of this.#early.splice(0)) tell(event);
    if (this.#lines === undefined && this.#fund === undefined && this.#pay === undefined) return;
    this.#toldMs = performance.now();
    this.#timer = setInterval(() => this.#tellBlocks(), BLOCK_LINE_MS);
  }

  complete(summary: MinerSummary): MinerSummary {
    const accepted = this.#acceptedByChain.reduce((sum, count) => sum + count, 0);
    const ends = this.#ends.sums();
    return {
      ...summary,
      blocks: {
        ...summary.blocks,
        toldBy: 'node',
        found: this.#found,
        accepted,
        side: this.#side,
        rejected: this.#rejected,
        unanswered: this.#unanswered,
        surplus: this.#surplus,
        ...(ends && { ends }),
      },
      chains: byChainName(this.#acceptedByChain),
      ...(this.#fund === undefined ? {} : { polw: this.#fund.summary() }),
      ...(this.#pay === undefined ? {} : { payouts: this.#pay.summary() }),
    };
  }

  #tellBlocks(): void {
    const nowMs = performance.now();
    const line = this.#lines?.line(nowMs - this.#toldMs, this.#ends.sums());
    this.#toldMs = nowMs;
    if (line !== undefined) this.#notice('info', line);
    this.#fund?.look();
    const ofFund = this.#fund?.line();
    if (ofFund !== undefined) this.tellPolw(ofFund);
    const ofPay = this.#pay?.line();
    if (ofPay !== undefined) this.tellPayouts(ofPay);
  }

  #notice(level: 'info' | 'warn', message: string, name = 'pool'): void {
    if (this.#left) return;
    const notice: MinerEvent = { type: 'notice', level, name, message };
    if (this.#tell === undefined) this.#early.push(notice);
    else this.#tell(notice);
  }

  #count(event: PoolServerEvent): void {
    if (event.type === 'block') {
      this.#found++;
      this.#open.set(event.hash, event.stale);
    }
    if (event.type !== 'blockState') return;
    const stale = this.#open.get(event.hash);
    if (event.state === 'accepted') {
      if (stale === true) this.#side++;
      else if (event.chain !== undefined) this.#acceptedByChain[event.chain]!++;
    } else if (event.surplus) this.#surplus++;
    else if (event.state === 'refused') this.#rejected++;
    else if (event.state === 'unanswered') this.#unanswered++;
    this.#open.delete(event.hash);
  }
}
