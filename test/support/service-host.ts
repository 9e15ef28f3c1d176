/**
 * The thread that a service believes to be in.
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServiceHost } from '../../pool/store-thread/services.js';

/** No jobs are ever on their way. */
export const SERVICE_HOST: ServiceHost = { pushPassed: () => nextTurn() };
