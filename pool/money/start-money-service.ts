/**
 * The reader of money figures in the thread that has the store.
 * @module
 */
import { type Store, StoreUnavailableError } from '../ports/store.js';
import type { StartService } from '../store-thread/services.js';
import type { FromMoneyService, MoneyServiceData } from './money-service-messages.js';
import { readMoneyFigures } from './read-figures.js';

/** Time between two reads, ms. */
const FIGURES_MS = 30_000;

export const startService: StartService<MoneyServiceData, never, FromMoneyService> = async (
  store,
  _data,
  send,
) => {
  let told: string | undefined;
  const read = async (): Promise<void> => {
    const fault = await readAndTell(store, send);
    // The recorder tells of a store that is away.
    if (fault === 'away' || fault === told) return;
    if (fault !== undefined)
      send({ type: 'trouble', level: 'warn', message: `the books can't be read: ${fault}` });
    else send({ type: 'trouble', level: 'info', message: 'the books can be read again' });
    told = fault;
  };
  let reading = read();
  const timer = setInterval(() => {
    reading = reading.then(read);
  }, FIGURES_MS).unref();
  return {
    onMessage: () => {},
    close: async () => {
      clearInterval(timer);
      await reading;
    },
  };
};

/** @returns what went wrong, in words; `away` where the store is; undefined for nothing */
async function readAndTell(
  store: Pick<Store, 'books' | 'now'>,
  send: (message: FromMoneyService) => void,
): Promise<string | undefined> {
  try {
    send({ type: 'figures', figures: await readMoneyFigures(store.books, await store.now()) });
    return undefined;
  } catch (error) {
    return error instanceof StoreUnavailableError ? 'away' : (error as Error).message;
  }
}
