/**
 * Which part of a process' CPU time its log lines about miners took, from a CPU profile of its main thread. A difference of two
 * runs could not tell: it is far less than what two runs differ by anyway.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is needed of a node of V8's profile: a function as it was called from its parent. */
interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** What is needed of V8's profile. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Node of each sample, and the time since the one before it, us. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Where lines are gathered and written. */
const LOG_FILES = /\/pool\/report\/|\/cli\/log-file\.js$/;

/** Functions elsewhere that make an event, or look whether one is wanted. */
const LOG_FUNCTIONS: ReadonlySet<string> = new Set([
  '#noteFirstJob',
  '#noteLeave',
  '#noteLogin',
  '#noteMalformed',
  'get peer',
]);

/** Samples of a thread that waits. */
const WAITING = new Set(['(idle)', '(program)']);

/**
 * Per cent of the time in which the thread did something that was spent on log lines, with all that they call.
 * @returns NaN of a profile without a busy sample
 */
export function logCpuPercent({ nodes, samples, timeDeltas }: CpuProfile): number {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kinds = new Map<number, 'log' | 'other'>();
  const visit = (node: ProfileNode, inLog: boolean): void => {
    const { functionName, url } = node.callFrame;
    const log = inLog || LOG_FILES.test(url) || LOG_FUNCTIONS.has(functionName);
    kinds.set(node.id, log ? 'log' : 'other');
    for (const child of node.children ?? []) visit(byId.get(child)!, log);
  };
  if (nodes[0] !== undefined) visit(nodes[0], false);
  let busyUs = 0;
  let logUs = 0;
  for (const [i, id] of samples.entries()) {
    if (WAITING.has(byId.get(id)?.callFrame.functionName ?? '')) continue;
    const us = Math.max(0, timeDeltas[i] ?? 0);
    busyUs += us;
    if (kinds.get(id) === 'log') logUs += us;
  }
  return busyUs === 0 ? Number.NaN : (100 * logUs) / busyUs;
}

/** Reads the profile of a process' main thread that `--cpu-prof-dir` left. @throws Error if there is none */
export function readMainThreadProfile(folder: string, pid: number): CpuProfile {
  // CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile; the main thread is 0.
  const name = readdirSync(folder).find(
    (file) => file.includes(`.${pid}.0.`) && file.endsWith('.cpuprofile'),
  );
  if (name === undefined) throw new Error(`no CPU profile of process ${pid} in ${folder}`);
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
}
