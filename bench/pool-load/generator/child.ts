/**
 * A process that plays miners, by the orders of the bench. It ends with the bench.
 * @module
 */
import type { Answer, Order } from './messages.js';
import { Miners } from './miners.js';

let miners: Miners | undefined;

process.on('message', (order: Order) => {
  switch (order.type) {
    case 'connect':
      miners = new Miners(order.plan);
      void miners.connect().then(answer);
      break;
    case 'load':
      miners?.load();
      break;
    case 'measure':
      miners?.measure();
      break;
    case 'report':
      if (miners) answer(miners.report());
      break;
  }
});
process.on('disconnect', () => process.exit(0));

function answer(message: Answer): void {
  process.send!(message);
}
