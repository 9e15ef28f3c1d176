/**
 * What stands where an answer is not there: loading, nothing, a fault.
 * @module
 */
import type { ComponentChildren } from 'preact';
import type { Trouble } from '../live/ask.js';
import type { ResourceState } from '../live/resource.js';

const WORDS: Readonly<Record<Trouble['kind'], string>> = {
  away: 'The pool does not answer. This is tried again by itself.',
  storeAway: 'The pool can not read its store at the moment. Mining goes on; this comes by itself.',
  starting: 'The pool has just started and reads its statistics. This comes by itself.',
  busy: 'The pool is asked too much at the moment. This is tried again by itself.',
  refused: '',
};

/** What stands in place of an answer. @param lines - lines that are going to stand there */
export function InPlaceOf({ state, lines = 4 }: { state: ResourceState<unknown>; lines?: number }) {
  const { trouble } = state;
  if (trouble === undefined) return <Loading lines={lines} />;
  const words = trouble.kind === 'refused' ? `The pool says: ${trouble.words}.` : WORDS[trouble.kind];
  return <p class="empty">{words}</p>;
}

export function Loading({ lines }: { lines: number }) {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} class="bone" />
      ))}
    </div>
  );
}

/** Says why there is nothing, and when there will be something. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
