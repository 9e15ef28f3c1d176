/**
 * `POST /json_rpc`, as XMRig has it: pause, resume, stop. Its errors come with the status 200, as JSON-RPC wants it.
 * @module
 */
import type { MinerControl } from '../control.js';

/** What it steers a miner by. */
export type Steering = Pick<MinerControl, 'setPaused' | 'stop'>;

/** The codes of JSON-RPC 2.0, and XMRig's words for them. */
const ERRORS = {
  parse: { code: -32700, message: 'Parse error' },
  request: { code: -32600, message: 'Invalid Request' },
  method: { code: -32601, message: 'Method not found' },
} as const;

const METHODS: Readonly<Record<string, (control: Steering) => void>> = {
  pause: (control) => control.setPaused(true),
  resume: (control) => control.setPaused(false),
  stop: (control) => control.stop(),
};

/** What `POST /json_rpc` can be asked for. */
export const RPC_METHODS = Object.keys(METHODS);

/** Does what a request asks for. @param text - its body */
export function answerRpc(text: string, control: Steering): object {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch {
    return { error: ERRORS.parse, jsonrpc: '2.0', id: null };
  }
  const { method, id: given } = (typeof request === 'object' && request !== null ? request : {}) as {
    readonly method?: unknown;
    readonly id?: unknown;
  };
  const id = typeof given === 'string' || typeof given === 'number' ? given : null;
  if (typeof method !== 'string' || method === '') return { error: ERRORS.request, jsonrpc: '2.0', id };
  const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (run === undefined) return { error: ERRORS.method, jsonrpc: '2.0', id };
  run(control);
  return { result: { status: 'OK' }, jsonrpc: '2.0', id };
}
