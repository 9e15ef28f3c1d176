/**
 * Says on top of the page when the pool, or its store, is away, and since when.
 * @module
 */
import { useCell, useLink, useNow } from '../live/use.js';
import { agoText, clockText } from '../words/time-words.js';

const WORDS = {
  away: {
    title: 'The pool has not answered',
    body: 'What you see is from then. The page tries again by itself, and goes on once the pool is back.',
  },
  storeAway: {
    title: 'The pool’s store has been away',
    body: 'Mining goes on and every share is kept; figures, balances and lists are from before, and come back by themselves.',
  },
  starting: {
    title: 'The pool has been starting',
    body: 'It reads its statistics, which takes a moment. Miners can connect meanwhile.',
  },
} as const;

export function StandingBanner() {
  const standing = useCell(useLink().standing);
  return (
    <div role="status" class="standing">
      {standing.kind !== 'here' && standing.kind !== 'waiting' && <Banner {...standing} />}
    </div>
  );
}

function Banner({ kind, sinceMs }: { kind: keyof typeof WORDS; sinceMs: number }) {
  const { title, body } = WORDS[kind];
  return (
    <div class={`banner ${kind}`}>
      <strong>
        {title} since {clockText(sinceMs)}
      </strong>{' '}
      <Since sinceMs={sinceMs} /> {body}
    </div>
  );
}

/** Not told by a screen reader each second. */
function Since({ sinceMs }: { sinceMs: number }) {
  const nowMs = useNow();
  return (
    <span aria-hidden="true" class="muted">
      ({agoText(nowMs - sinceMs)})
    </span>
  );
}

/** A dot that says how figures come. */
export function LiveSign() {
  const link = useLink();
  const { kind } = useCell(link.standing);
  const fed = useCell(link.feed.open);
  const [tone, words] =
    kind === 'waiting'
      ? ['plain', 'connecting']
      : kind !== 'here'
        ? ['bad', 'not connected']
        : fed
          ? ['good', 'live']
          : ['warn', 'updated now and then'];
  return (
    <span class={`live ${tone}`}>
      <span class="dot" aria-hidden="true" />
      {words}
    </span>
  );
}
