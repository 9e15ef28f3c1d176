/**
 * Memory that V8 takes for new objects.
 * @module
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at the size that it has. Otherwise it grows to 48 MB when thousands of miners connect at
 * once, since their sessions survive, and never shrinks: more than the sessions themselves take. The objects that a
 * pool makes for a share are garbage within the tick, so a small young generation is collected as fast.
 */
export function keepYoungGenerationSmall(): void {
  // The size itself can only be set on the command line of Node.js; this factor is read whenever it would grow.
  setFlagsFromString('--semi-space-growth-factor=1');
}
