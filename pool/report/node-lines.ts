/**
 * Gathers the events of full nodes into few lines: a node that comes and goes every second must not fill the log.
 * @module
 */
import { EventGatherer, type GatheringRule, withoutNumbers } from '../../protocol/event-gatherer.js';
import type { PoolServerEvent } from '../domain/events.js';

/** Events that a node can cause. */
export type NodeEvent = PoolServerEvent & { readonly type: 'notice' | 'node' | 'noNode' | 'identity' };

/** Events of one kind that are told one by one in a window; further ones become one line at its end. */
const ALONE = 5;

const WINDOW_MS = 30_000;

export interface NodeLinesOptions {
  /** Monotonic clock, ms. */
  readonly now: () => number;
  readonly tell: (event: PoolServerEvent) => void;
}

export class NodeLines {
  readonly #now: () => number;
  readonly #gatherer: EventGatherer<NodeEvent>;

  constructor({ now, tell }: NodeLinesOptions) {
    this.#now = now;
    this.#gatherer = new EventGatherer(ruleOf, (event, gathered) =>
      tell(gathered === undefined ? event : { ...event, gathered }),
    );
  }

  note(event: NodeEvent): void {
    this.#gatherer.take(event, this.#now());
  }

  /** Tells the gathered events whose time is over. To be called every second or so. */
  tick(): void {
    this.#gatherer.tick(this.#now());
  }

  /** Tells all gathered events. */
  close(): void {
    this.#gatherer.flush(this.#now());
  }
}

export function isNodeEvent(event: PoolServerEvent): event is NodeEvent {
  return (
    event.type === 'notice' || event.type === 'node' || event.type === 'noNode' || event.type === 'identity'
  );
}

function ruleOf(event: NodeEvent): GatheringRule {
  return { kind: kindOf(event), alone: ALONE, windowMs: WINDOW_MS };
}

/** A node, and a message about it without counts, times, heights and hashes. */
function kindOf(event: NodeEvent): string {
  if (event.type === 'notice') return `notice ${event.level} ${event.name} ${withoutNumbers(event.message)}`;
  return event.type === 'node' ? `node ${event.name}` : event.type;
}
