/**
 * One full node after the other is asked, until one tells.
 * @module
 */
import type { NodeAddress } from '../node/node-set-port.js';
import { RestError, type RestOptions, restName } from '../node/rest.js';

/** Longest wait for an answer of a node, ms: thousands of outputs take it a while. */
export const NODE_ANSWER_MS = 20_000;

/** How a node is asked by the command line. */
export function askingOptions({ apiKey }: NodeAddress): RestOptions {
  return { apiKey, timeoutMs: NODE_ANSWER_MS };
}

/**
 * What the first node tells that tells it.
 * @param ask - undefined: this one does not, for a reason that `ask` has added to the troubles
 * @param what - is not known where none does, in words
 * @throws Error with the reasons of all nodes if none does
 */
export async function fromFirstNode<T extends object>(
  nodes: readonly NodeAddress[],
  what: string,
  ask: (node: NodeAddress, options: RestOptions, troubles: string[]) => Promise<T | undefined>,
): Promise<T> {
  const troubles: string[] = [];
  for (const node of nodes) {
    try {
      const told = await ask(node, askingOptions(node), troubles);
      if (told !== undefined) return told;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      // Its message may name the node already.
      const name = restName(node.endpoint);
      troubles.push(error.message.includes(name) ? error.message : `${name}: ${error.message}`);
    }
  }
  throw new Error(`${what} (${troubles.join('; ')})`);
}
