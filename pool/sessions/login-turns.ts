/**
 * Logins in turns: of miners that have proved nothing so many are looked at in a turn of the event loop. The others wait,
 * those of each remote network behind each other, the networks by turns: thousands that log in at once hold up no share, and a
 * miner that comes meanwhile waits for a few others at most.
 * @module
 */

import { networkOf } from '../../protocol/remote-network.js';
import { FairQueue } from '../guard/fair-queue.js';
import type { Session } from './session.js';

/** Logins in one turn of the event loop. */
const MAX_LOGINS_PER_TURN = 16;

/** Most logins that wait; each holds a line of its miner. */
const MAX_WAITING_LOGINS = 4_096;

interface WaitingLogin {
  readonly session: Session;
  readonly run: () => void;
}

export class LoginTurns {
  readonly #later: (callback: () => void) => void;
  readonly #waiting = new FairQueue<WaitingLogin>(MAX_WAITING_LOGINS);
  readonly #onTurn = (): void => this.#turn();
  #left = MAX_LOGINS_PER_TURN;
  #planned = false;

  /** @param later - calls back once, after all input of this turn of the event loop */
  constructor(later: (callback: () => void) => void) {
    this.#later = later;
  }

  /**
   * Runs a login: now, or in its turn if its session is still there. Those of one network are run in their order.
   * @returns false if too many wait: then it is not run
   */
  take(session: Session, run: () => void): boolean {
    const { connection, extranonceUsed } = session;
    if (connection.trusted || extranonceUsed) {
      run();
      return true;
    }
    if (this.#waiting.size === 0 && this.#left > 0) {
      this.#left--;
      this.#plan();
      run();
      return true;
    }
    if (!this.#waiting.add(networkOf(connection.remoteAddress), { session, run })) return false;
    this.#plan();
    return true;
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    this.#later(this.#onTurn);
  }

  #turn(): void {
    this.#planned = false;
    this.#left = MAX_LOGINS_PER_TURN;
    while (this.#left > 0) {
      const login = this.#waiting.take();
      if (login === undefined) return;
      if (login.session.closed) continue;
      this.#left--;
      login.run();
    }
    this.#plan();
  }
}
