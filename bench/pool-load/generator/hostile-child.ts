/**
 * A process that plays hostile clients, by the plan in its first message. It ends with the bench.
 * @module
 */
import { HostileClients, type HostilePlan } from './hostile-clients.js';

/** How often it is looked whether all have begun, ms. */
const LOOK_MS = 50;

process.once('message', (plan: HostilePlan) => {
  const clients = new HostileClients(plan);
  const look = setInterval(() => {
    if (!clients.begun) return;
    clearInterval(look);
    process.send!({ type: 'begun' });
  }, LOOK_MS);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({
      type: 'count',
      connected: clients.connected,
      ended: clients.ended,
      cpuMs: (user + system) / 1000,
    });
  });
});
process.on('disconnect', () => process.exit(0));
