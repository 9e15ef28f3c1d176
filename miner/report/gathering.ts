/**
 * Which of a miner's events are gathered, and how: a pool that refuses every share of an easy target would otherwise
 * write a thousand lines a second, and rigs log to RAM disks.
 * @module
 */
import { type GatheringRule, withoutNumbers } from '../../protocol/event-gatherer.js';
import type { MinerEvent } from '../core/events.js';

const WINDOW_MS = 10_000;

/** Window of what a pool says in words, and of failures that repeat, ms. */
const WORDS_WINDOW_MS = 60_000;

/** Events of one kind that are told one by one in a window: to people, and to programs. */
const ALONE = { text: 5, json: 100 } as const;

/** Words of a pool that are told one by one in a window. */
const WORDS_ALONE = 3;

/**
 * Rules for a run's events, in their order.
 * @param reader - who reads the lines
 */
export function minerGathering(reader: keyof typeof ALONE): (event: MinerEvent) => GatheringRule | undefined {
  const alone = ALONE[reader];
  // A failure after another session is news, even if it is the same as before.
  let sessions = 0;
  return (event) => {
    const often = (kind: string): GatheringRule => ({
      kind: `${event.type} ${kind}`,
      alone,
      windowMs: WINDOW_MS,
    });
    switch (event.type) {
      case 'share':
        return often(`${event.verdict} ${event.block} ${event.reason}`);
      case 'verdict':
        return often(event.verdict);
      case 'device':
        return often(`${event.name} ${event.state} ${event.error}`);
      case 'session':
        sessions++;
        return often('');
      case 'unsent':
        return often(`${event.block} ${event.why}`);
      case 'find':
      case 'difficulty':
      case 'missingChains':
        return often('');
      case 'progress':
        return once(`${event.type} ${event.name} ${event.state} ${sessions}`);
      case 'notice':
        if (event.topic === 'failure')
          return once(`${event.type} ${event.name} ${withoutNumbers(event.message)} ${sessions}`);
        return {
          kind: `${event.type} ${event.name} ${event.topic ?? withoutNumbers(event.message)}`,
          alone: WORDS_ALONE,
          windowMs: WORDS_WINDOW_MS,
        };
      case 'hold':
        return often(`${event.reason} ${event.held} ${event.device}`);
      case 'paused':
        return undefined;
    }
  };
}

function once(kind: string): GatheringRule {
  return { kind, alone: 1, windowMs: WORDS_WINDOW_MS };
}
