/**
 * Simulated nodes that tell each other of their blocks: a network of several, each with tips of its own for a while.
 * @module
 */
import type { Block } from '../../devnet/block.js';
import type { DevnetNode } from '../../devnet/node.js';

/** Faults of a block that comes before one that it builds on. */
const TOO_EARLY = new Set(['unknown-parent', 'wrong-dep']);

/**
 * Lets each node hear of all blocks of the others. They must have begun with the same settings and seed.
 * @param delayMs - how much later, by the clock of the one that hears
 * @returns a way to stop it, and to go on: what was found meanwhile is told then
 */
export function linkNodes(nodes: readonly DevnetNode[], delayMs: number): (linked: boolean) => void {
  let linked = true;
  const waiting = new Map<DevnetNode, Block[]>(nodes.map((node) => [node, []]));
  const deliver = (node: DevnetNode): void => {
    const blocks = waiting.get(node)!;
    for (let progress = true; progress; ) {
      progress = false;
      for (const block of blocks.splice(0)) {
        const fault = node.addBlock(block);
        if (fault === undefined) progress = true;
        else if (TOO_EARLY.has(fault)) blocks.push(block);
        else if (fault !== 'known-block') throw new Error(`a linked node refused a block: ${fault}`);
      }
    }
  };
  for (const from of nodes) {
    from.onBlock(({ block }) => {
      for (const to of nodes) {
        if (to === from || to.state.get(block.id)) continue;
        to.clock.after(delayMs, () => {
          waiting.get(to)!.push(block);
          if (linked) deliver(to);
        });
      }
    });
  }
  return (on) => {
    linked = on;
    if (on) for (const node of nodes) deliver(node);
  };
}
