/**
 * What can be made to happen to transfers that wait for a block.
 * @module
 */
import { chainIndex } from '../protocol/chain.js';
import type { Coins } from './coins/coins.js';
import { createRival, transferOf } from './coins/rival.js';
import type { WaitingTransfer } from './coins/transfer-pool.js';
import type { DevnetControl } from './devnet-control.js';
import type { DevnetNode } from './node.js';
import type { Scenario } from './scenario.js';

type TransferControls = Pick<DevnetControl, 'rivalOf' | 'conflict' | 'dropTransfer'>;

export function transferControls(node: DevnetNode, scenario: Scenario): TransferControls {
  return {
    rivalOf(id, key) {
      const coins = coinsOf(node);
      return createRival(waitingOf(coins, id), key, {
        payeeOf: (group) => node.board.minerOf(chainIndex(group, group)),
        coinOf: (name) => coins.desk.known(name),
      });
    },
    async conflict(id, rival, { waitingWins = false, ...options } = {}) {
      const waiting = waitingOf(coinsOf(node), id);
      const other = transferOf(rival, node.clock.now());
      return waitingWins
        ? scenario.conflict(waiting, other, options)
        : scenario.conflict(other, waiting, options);
    },
    dropTransfer(id, copyStays = false) {
      const coins = coinsOf(node);
      const dropped = copyStays ? coins.pool.drop(id) : coins.pool.remove(id);
      node.board.refresh();
      return dropped;
    },
  };
}

function coinsOf({ coins }: DevnetNode): Coins {
  if (!coins) throw new RangeError('"txId" expected a network that keeps coins');
  return coins;
}

function waitingOf({ desk }: Coins, id: string): WaitingTransfer {
  const waiting = desk.waitingOf(id);
  if (!waiting) throw new RangeError(`"txId" expected a transfer that waits for a block, got ${id}`);
  return waiting;
}
