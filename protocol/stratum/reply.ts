/**
 * What a pool sends to a miner, as lines of JSON.
 * @module
 */
import { bytesToHex } from '../bytes.js';
import { fromGroupOf, toGroupOf } from '../chain.js';
import type { Job } from '../job.js';

/** Answers a request. @param id - JSON text of its id @param result - JSON text */
export function resultLine(id: string, result: string): string {
  return `{"id":${id},"result":${result},"error":null}\n`;
}

/** Seconds of silence after which a client may take the connection for dead. Nothing here ends one that is silent. */
const HELLO_TIMEOUT_S = 600;

/** Refused requests in a row after which a client may give up. */
const HELLO_MAX_ERRORS = 5;

/** The documented answer to `mining.hello`: protocol, whether sessions can be resumed, timeout, most errors, who answers. @param software - name and version */
export function helloResult(software: string): string {
  const hex = (value: number): string => `0x${value.toString(16)}`;
  return JSON.stringify([
    'AlephiumStratum/1.0.0',
    false,
    hex(HELLO_TIMEOUT_S),
    hex(HELLO_MAX_ERRORS),
    software,
  ]);
}

/** Refuses a request. @param id - JSON text of its id */
export function errorLine(id: string, code: number, message: string): string {
  return `{"id":${id},"result":false,"error":{"code":${code},"message":${JSON.stringify(message)}}}\n`;
}

/** @param difficulty - finite, above 0 */
export function setDifficultyLine(difficulty: number): string {
  return `{"id":null,"method":"mining.set_difficulty","params":[${plainNumber(difficulty)}]}\n`;
}

/** @param extranonce - hex digits */
export function setExtranonceLine(extranonce: string): string {
  return `{"id":null,"method":"mining.set_extranonce","params":["${extranonce}"]}\n`;
}

/** A job object up to its target: the same for all miners. */
export function jobHead(job: Job): string {
  return (
    `"fromGroup":${fromGroupOf(job.chain)},"toGroup":${toGroupOf(job.chain)},` +
    `"headerBlob":"${bytesToHex(job.headerBlob)}","txsBlob":"","height":${job.height},`
  );
}

/** A job object. @param head - `jobHead` of the job @param targetHex - share target, 64 hex digits */
export function jobObject(jobId: string, head: string, targetHex: string): string {
  return `{"jobId":"${jobId}",${head}"targetBlob":"${targetHex}"}`;
}

/** @param jobs - texts of job objects, at least one */
export function notifyLine(jobs: readonly string[]): string {
  return `{"id":null,"method":"mining.notify","params":[${jobs.join(',')}]}\n`;
}

/** Asks a miner to connect again, to where it is connected now. @param waitSeconds - 0 or more */
export function reconnectLine(waitSeconds: number): string {
  return `{"id":null,"method":"client.reconnect","params":["",0,${waitSeconds}]}\n`;
}

/** Has a miner show a text. @param text - one line */
export function showMessageLine(text: string): string {
  return `{"id":null,"method":"client.show_message","params":[${JSON.stringify(text)}]}\n`;
}

/** A number without an exponent, which not every parser of the field takes. */
function plainNumber(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value < 1 ? value.toFixed(20).replace(/0+$/, '') : BigInt(Math.round(value)).toString();
}
