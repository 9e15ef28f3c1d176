/**
 * A transaction on its way to the desk of intents, whose refusal is told.
 * @module
 */
import type { IntentDesk, IssueOutcome, PreparedTransfer } from '../intents/intent-desk-port.js';
import type { PayerEvent } from './payer-events.js';
import type { SigningWatch } from './signing-watch.js';

/**
 * Issues a transaction, and tells if the books do not have what it takes, or nobody signs it.
 * @returns `paused` in place of what says that it is not signed, if payments are paused for that
 * @throws as `IntentDesk.issue`
 */
export async function issueOrTell(
  {
    desk,
    signing,
    onEvent,
  }: { readonly desk: IntentDesk; readonly signing: SigningWatch; onEvent(event: PayerEvent): void },
  prepared: PreparedTransfer,
): Promise<Exclude<IssueOutcome, object> | 'unsigned' | 'paused'> {
  const outcome = await desk.issue(prepared);
  const unsigned = await signing.hear(outcome);
  if (unsigned !== undefined) return unsigned;
  if (typeof outcome === 'object') return 'unsigned';
  if (outcome === 'coins' || outcome === 'overdrawn')
    onEvent({ type: 'refused', kind: prepared.kind, outcome });
  return outcome;
}
