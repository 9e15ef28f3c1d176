/**
 * What each day brought an address.
 * @module
 */
import type { DailyEarning } from '../../pool/http/api/money-schemas.js';
import { useAnswer } from '../live/use.js';
import { dayText } from '../words/time-words.js';
import { Amount, Panel } from './basics.js';
import { Empty, InPlaceOf } from './states.js';

/** @param path - of the address, in the API */
export function Earnings({ path }: { path: string }) {
  const state = useAnswer<readonly DailyEarning[]>(`${path}/earnings/daily?pageSize=30`, 120_000);
  const days = state.value?.slice(0, 14) ?? [];
  const most = Math.max(...days.map(({ amount }) => amount));
  return (
    <Panel title="Earned by day" note="What blocks brought once they were settled; days of UTC.">
      {state.value === undefined ? (
        <InPlaceOf state={state} />
      ) : days.length === 0 ? (
        <Empty>Nothing yet: a block is shared out once its reward can be spent.</Empty>
      ) : (
        <ul class="days">
          {days.map(({ date, amount, amountAtto }) => (
            <li key={date}>
              <span class="muted">{dayText(Date.parse(date))}</span>
              <span class="bar" aria-hidden="true">
                <span style={{ width: `${most === 0 ? 0 : (amount / most) * 100}%` }} />
              </span>
              <span>
                <Amount atto={amountAtto} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
