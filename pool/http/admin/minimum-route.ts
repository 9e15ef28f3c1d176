/**
 * A miner's own minimum, at the administration.
 * @module
 */
import type { Hono } from 'hono';
import type { HttpEnvironment } from '../../../http/http-listener.js';
import { alphText, parseAlph } from '../../../protocol/alph-text.js';
import { parseAccount } from '../../domain/account.js';
import {
  GREATEST_MINIMUM,
  LEAST_MINIMUM,
  type MinimumOrder,
  type MinimumOutcome,
} from '../../money/minimums.js';

export type SetMinimum = (order: MinimumOrder) => Promise<MinimumOutcome>;

/** @param setMinimum - undefined where the pool pays nobody */
export function addMinimumRoute(app: Hono<HttpEnvironment>, setMinimum: SetMinimum | undefined): void {
  app.post('/admin/miners/:address/minimum', async (c) => {
    if (setMinimum === undefined)
      return c.json({ code: 'noPayouts', error: 'this pool pays nobody: it has no `payouts`' }, 404);
    const account = parseAccount(c.req.param('address'));
    if (account === undefined)
      return c.json({ code: 'invalidAddress', error: 'expected an Alephium address' }, 400);
    const amount = parseAlph(c.req.query('alph') ?? '');
    if (amount === undefined || (amount !== 0n && (amount < LEAST_MINIMUM || amount > GREATEST_MINIMUM))) {
      const range = `${alphText(LEAST_MINIMUM)} to ${alphText(GREATEST_MINIMUM)}`;
      return c.json(
        { code: 'invalidAmount', error: `expected alph=${range}, or 0 for that of the pool` },
        400,
      );
    }
    const { key, address } = account;
    const outcome = await setMinimum({ key, amount: amount === 0n ? undefined : amount });
    if (outcome !== 'done')
      return c.json({ code: 'busy', error: 'the books are being written to: try again in a minute' }, 503);
    return c.json({ address, minimum: amount === 0n ? null : `${amount}` });
  });
}
