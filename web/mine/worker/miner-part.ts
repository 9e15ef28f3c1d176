/**
 * The worker that mines: the miner's own core, stratum client and devices, over a browser's WebSocket.
 * @module
 */

import type { MinerEvent } from '../../../miner/core/events.js';
import { Miner } from '../../../miner/core/miner.js';
import { type MinerClock, startMinerClock } from '../../../miner/miner-clock.js';
import { describeEvent } from '../../../miner/report/words.js';
import { StratumSource } from '../../../miner/sources/stratum-source.js';
import { chainName } from '../../../protocol/chain.js';
import { PREFIX_BYTES } from '../../../shaders/search.js';
import type { LastShare, MineNews, MineOptions, MineOrder } from '../messages.js';
import { BrowserTransport } from './browser-transport.js';
import { startDevices } from './devices.js';
import { scope } from './scope.js';

/** How often the page is told how it goes, ms. */
const STATE_MS = 500;

/** Name of this program, as pools are told it. */
const AGENT = 'lesswork-browser';

export function playMiner(): void {
  const tell = (news: MineNews): void => scope.postMessage(news);
  let browserMiner: BrowserMiner | undefined;
  scope.addEventListener('message', ({ data }) => {
    const order = data as MineOrder;
    if (order.type === 'start') browserMiner ??= new BrowserMiner(order.options, tell);
    else browserMiner?.take(order);
  });
}

class BrowserMiner {
  readonly #tell: (news: MineNews) => void;
  readonly #miner: Miner;
  readonly #clock: MinerClock;
  readonly #timer: ReturnType<typeof setInterval>;
  #lastShare: LastShare | undefined;
  #over = false;

  constructor(options: MineOptions, tell: (news: MineNews) => void) {
    this.#tell = tell;
    const source = new StratumSource({
      endpoints: [options.endpoint],
      login: { user: options.user, password: 'x', agent: AGENT },
      openTransport: (...of) => new BrowserTransport(...of),
    });
    this.#miner = new Miner({
      source,
      now: () => performance.now(),
      noncePrefix: crypto.getRandomValues(new Uint8Array(PREFIX_BYTES)),
      onEvent: (event) => this.#hear(event),
    });
    this.#clock = startMinerClock(this.#miner, source);
    this.#timer = setInterval(() => this.#tellState(), STATE_MS);
    this.#miner.setMaxLoad(options.load);
    this.#miner.start();
    startDevices(options, this.#miner, {
      onWord: (text) => tell({ type: 'word', level: 'info', text }),
      onNoneLeft: (text) => void this.#close({ type: 'failed', text }),
    }).catch((error) => {
      void this.#close({ type: 'failed', text: error instanceof Error ? error.message : String(error) });
    });
  }

  take(order: Exclude<MineOrder, { readonly type: 'start' }>): void {
    switch (order.type) {
      case 'load':
        this.#miner.setMaxLoad(order.load);
        break;
      case 'pause':
        this.#miner.setPaused(order.paused);
        break;
      case 'stop':
        void this.#close({ type: 'stopped' });
        return;
    }
    this.#tellState();
  }

  #hear(event: MinerEvent): void {
    if (event.type === 'share') {
      const { verdict, message } = event;
      this.#lastShare = {
        chain: chainName(event.chain),
        verdict,
        ...(message === undefined ? {} : { message }),
      };
    }
    // Shares come by the second, and are counted.
    if (event.type === 'find' || (event.type === 'share' && event.verdict === 'accepted')) return;
    const { level, text } = describeEvent(event);
    if (level !== 'debug') this.#tell({ type: 'word', level, text });
  }

  #tellState(): void {
    this.#tell({ type: 'state', status: this.#miner.status(), lastShare: this.#lastShare });
  }

  /** Ends it all, with a last word. */
  async #close(last: MineNews): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.#clock.close();
    clearInterval(this.#timer);
    this.#tellState();
    this.#tell(last);
    scope.close();
  }
}
