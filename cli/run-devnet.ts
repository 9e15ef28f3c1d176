/**
 * A devnet on the command line: what it says, and its end.
 * @module
 */
import { type DevnetEvent, type DevnetOptions, StateFileError, startDevnet } from '../devnet/app.js';
import { bytesToHex } from '../protocol/bytes.js';
import { chainName } from '../protocol/chain.js';
import { dateAndTime } from '../protocol/local-time.js';
import { counted } from '../protocol/quantity-text.js';
import { urlHost } from '../protocol/url-host.js';
import { hearEndRequest } from './end-request.js';
import { outputIsLog } from './output-role.js';

/** How it speaks. */
export interface DevnetOutput {
  readonly json: boolean;
  /** Only where it listens, and what is refused. */
  readonly quiet: boolean;
}

/** Something to be said: a line for people, and the same for programs. */
interface Saying {
  readonly type: string;
  readonly text: string;
  readonly important: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Runs a devnet until a signal ends it; one that comes half a second later or more does so at once.
 * @throws RangeError if a setting is out of range
 * @throws Error if it cannot listen, or if the state file is no good
 */
export async function runDevnet(options: DevnetOptions, output: DevnetOutput): Promise<void> {
  const say = (saying: Saying): void => {
    if (output.json) process.stdout.write(`${JSON.stringify({ type: saying.type, ...saying.fields })}\n`);
    else if (saying.important || !output.quiet)
      process.stdout.write(`${dateAndTime(new Date())} ${saying.text}\n`);
  };
  outputIsLog(process.stdout, { complain: (text) => process.stderr.write(text) });
  const end = hearEndRequest();
  let [blocks, submitted, refused] = [0, 0, 0];
  const devnet = await startDevnet(options, {
    report: (event) => {
      if (event.type === 'block') blocks++;
      if (event.type === 'submission') {
        if (event.submission.fault === undefined) submitted++;
        else refused++;
      }
      say(sayingOf(event));
    },
  }).catch((error) => {
    throw explainError(error);
  });
  const { host, minerApiPort, restPort, facePorts, controlPort, minerAddresses } = devnet;
  say({
    type: 'listening',
    text: `miner API ${urlHost(host)}:${minerApiPort}, REST ${[restPort, ...facePorts].map((port) => `http://${urlHost(host)}:${port}`).join(', ')}${controlPort === undefined ? '' : `, control http://127.0.0.1:${controlPort}`}`,
    important: true,
    fields: { host, minerApiPort, restPort, facePorts, controlPort, minerAddresses },
  });
  if (!output.json) {
    for (const [group, address] of minerAddresses.entries())
      say({ type: '', text: `rewards of group ${group}: ${address}`, important: false, fields: {} });
  }
  await end.asked;
  await devnet.close().catch((error) => {
    throw explainError(error);
  });
  const fields = { blocks, submitted, refused };
  const text = `stopped after ${counted(blocks, 'block')}: ${submitted} submitted by miners, ${refused === 0 ? 'none' : refused} refused`;
  say({ type: 'stopped', text, important: true, fields });
}

function sayingOf(event: DevnetEvent): Saying {
  if (event.type === 'block') {
    const { block, main, left } = event;
    const chain = chainName(block.chain);
    const uncles = block.uncles.length;
    const notes = [
      main ? '' : 'side block',
      left > 0 ? `replaces ${counted(left, 'block')}` : '',
      uncles > 0 ? `pays ${counted(uncles, 'uncle')}` : '',
    ].filter((note) => note !== '');
    return {
      type: 'block',
      text: `block ${chain} height ${block.height} ${block.id}${notes.length > 0 ? `, ${notes.join(', ')}` : ''}`,
      important: false,
      fields: { chain, height: block.height, hash: block.id, mainChain: main, replaced: left, uncles },
    };
  }
  if (event.type === 'submission') {
    const { hash, fault } = event.submission;
    const id = bytesToHex(hash);
    return {
      type: 'submission',
      text: fault === undefined ? `submission ${id} accepted` : `submission ${id} refused: ${fault}`,
      important: fault !== undefined,
      fields: { hash: id, accepted: fault === undefined, ...(fault === undefined ? {} : { fault }) },
    };
  }
  const { type, connections } = event;
  return { type, text: `miner ${type}, ${connections} now`, important: false, fields: { connections } };
}

/** Says which setting would help where a port or a file cannot be had. */
function explainError(error: unknown): unknown {
  if (error instanceof StateFileError) return new Error(`--state ${error.path}: ${error.reason}`);
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const where = `${address}:${port}`;
  if (code === 'EADDRINUSE')
    return new Error(`${where} is in use; choose another port with --port, --rest-port or --control-port`);
  if (code === 'EACCES')
    return new Error(`${where} may not be used by this user; choose a port from 1024 on`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Error(`"--host" expected an address of this machine, got ${address ?? 'one that is unknown'}`);
  return error;
}
