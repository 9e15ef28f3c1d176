/**
 * Cells, answers and time as hooks.
 * @module
 */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { FeedEvent } from '../../pool/http/feed/feed-schema.js';
import type { Cell } from './cell.js';
import type { PoolLink } from './pool-link.js';
import type { Resource, ResourceState } from './resource.js';

/** An event comes to all pages at once; what it makes old is asked for over so long, ms. */
const SCATTER_MS = 1_500;

const LinkContext = createContext<PoolLink | undefined>(undefined);

export const LinkProvider = LinkContext.Provider;

export function useLink(): PoolLink {
  return useContext(LinkContext)!;
}

export function useCell<T>(cell: Cell<T>): T {
  const [, draw] = useState({});
  useEffect(() => {
    draw({});
    return cell.watch(() => draw({}));
  }, [cell]);
  return cell.value;
}

/** An answer that is kept fresh while the component is there. @param events - that make it old */
export function useAnswer<T>(
  path: string,
  everyMs: number,
  events?: readonly FeedEvent['type'][],
): ResourceState<T> {
  const link = useLink();
  const resource = link.resource<T>(path, everyMs);
  useUse(resource);
  useEffect(() => {
    if (events === undefined) return undefined;
    return link.listen(({ type }) => {
      if (events.includes(type)) resource.refresh(SCATTER_MS);
    });
  }, [resource]);
  return useCell(resource.state);
}

function useUse(resource: Resource<unknown>): void {
  useEffect(() => resource.use(), [resource]);
}

/** The pool's time, ms since the epoch, told anew from time to time. */
export function useNow(everyMs = 1_000): number {
  const link = useLink();
  const [, draw] = useState({});
  useEffect(() => {
    const timer = setInterval(() => draw({}), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return link.now();
}
