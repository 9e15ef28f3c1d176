/**
 * A transaction on its way to the desk of intents, whose refusal is told.
 * @module
 */
import type { IntentDesk, IssueOutcome, PreparedTransfer } from '../intents/intent-desk-port.js';
import type { PayerEvent } from './payer-events.js';

/** Issues a transaction, and tells if the books do not have what it takes. @throws as `IntentDesk.issue` */
export async function issueOrTell(
  { desk, onEvent }: { readonly desk: IntentDesk; onEvent(event: PayerEvent): void },
  prepared: PreparedTransfer,
): Promise<IssueOutcome> {
  const outcome = await desk.issue(prepared);
  if (outcome === 'coins' || outcome === 'overdrawn')
    onEvent({ type: 'refused', kind: prepared.kind, outcome });
  return outcome;
}
