/**
 * Withdrawals from the fund of Proof of Less Work, at the administration.
 * @module
 */
import type { Hono } from 'hono';
import type { HttpEnvironment } from '../../../http/http-listener.js';
import type { PolwWithdrawalOrder, PolwWithdrawalOutcome } from '../../domain/polw-withdrawal.js';

export interface PolwAdminModules {
  /** Sets coins aside. */
  readonly withdraw: (order: PolwWithdrawalOrder) => Promise<PolwWithdrawalOutcome>;
  /** Gives them back. @returns whether there were any */
  readonly cancel: (id: string) => Promise<boolean>;
}

const NO_FUND = { code: 'noPolw', error: 'this pool supplies no coins for Proof of Less Work' };

/** @param polw - undefined where the pool supplies no coins */
export function addPolwRoutes(app: Hono<HttpEnvironment>, polw: PolwAdminModules | undefined): void {
  app.post('/admin/polw/withdrawals', async (c) => {
    if (polw === undefined) return c.json(NO_FUND, 404);
    const { to = '', amount = '', keep = '0', fromFund } = c.req.query();
    const outcome = await polw.withdraw({ to, amount, keep, fromFund: fromFund === '1' });
    if (outcome.type === 'refused') return c.json({ code: 'notWithdrawn', error: outcome.why }, 409);
    return c.body(outcome.file, 200, { 'Content-Type': 'application/json' });
  });
  app.post('/admin/polw/withdrawals/:id/cancel', async (c) => {
    if (polw === undefined) return c.json(NO_FUND, 404);
    if (await polw.cancel(c.req.param('id'))) return c.json({ cancelled: c.req.param('id') });
    return c.json({ code: 'unknownWithdrawal', error: 'nothing is set aside for this withdrawal' }, 404);
  });
}
