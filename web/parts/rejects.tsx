/**
 * Refused shares by reason, in words, with what helps.
 * @module
 */
import type { MinerStats } from '../../pool/http/api/api-schemas.js';
import { countText, percentText } from '../words/number-words.js';
import { rejectWords } from '../words/reject-words.js';
import { Panel } from './basics.js';
import { Empty } from './states.js';

export function Rejects({ miner: { rejects, shares } }: { miner: MinerStats }) {
  const reasons = Object.entries(rejects)
    .filter(([, count]) => count > 0)
    .toSorted(([, one], [, other]) => other - one);
  const refused = reasons.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Panel
      title="Refused shares"
      note={refused > 0 && `${percentText(refused / (refused + shares))} of all shares of this address.`}
    >
      {reasons.length === 0 && <Empty>None: every share was accepted.</Empty>}
      <ul class="reasons">
        {reasons.map(([reason, count]) => {
          const { what, help } = rejectWords(reason);
          return (
            <li key={reason}>
              <strong>
                {countText(count)} × {what}
              </strong>
              <p class="muted">{help}</p>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
