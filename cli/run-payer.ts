/**
 * `lesswork payer`: pays until a signal ends it, or for one round.
 * @module
 */
import { hearEndRequest } from './end-request.js';
import { leastLevel, type OutputOptions } from './options.js';
import { outputIsLog } from './output-role.js';
import { payOnce } from './payer-once.js';
import { isAllPaid } from './payer-once-text.js';
import { payerLog } from './payer-words.js';
import { type PayingOptions, withPaying } from './paying.js';
import { tellReady } from './service-manager.js';

export interface PayerOptions extends PayingOptions {
  /** One round. */
  readonly once: boolean;
}

/** Sets the exit code to 1 if one round was asked for and not all of it is paid. @throws what `withPaying` throws */
export async function runPayer(options: PayerOptions, output: OutputOptions): Promise<void> {
  const log = payerLog(process.stdout, { json: output.json, level: leastLevel(output), now: Date.now });
  const end = hearEndRequest({ onImpatience: () => process.exit(1) });
  outputIsLog(process.stdout, { complain: (text) => process.stderr.write(text) });
  await withPaying(options, { end, log }, async ({ tenure }) => {
    if (!options.once) {
      tellReady('wallet and books are open');
      await tenure.run();
      return;
    }
    const once = await payOnce({ tenure, elapsed: () => performance.now() });
    if (isAllPaid(once)) return;
    process.exitCode = 1;
    log({ type: 'unpaid', ...once });
  });
}
