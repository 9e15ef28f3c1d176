/**
 * Found blocks on their way to nodes: to the one of their template and every other that takes whole blocks. Any that takes it has it.
 *
 * A find on a parent that is not known yet waits for the moment until it is, since that one may have spent its coins.
 * @module
 */
import type { NodeSession, Nodes } from '../node/node-set-port.js';
import { BoundedMap } from '../protocol/bounded-map.js';
import { bytesToHex, hexToBytes } from '../protocol/bytes.js';
import { type ChainIndex, toGroupOf } from '../protocol/chain.js';
import { NONCE_BYTES, parentOf } from '../protocol/header.js';
import { nodeKeepsTxs, type TxsBlob } from '../protocol/job.js';
import { blockHash, chainOfHash } from '../protocol/pow.js';
import { BlockVerdicts } from './block-verdicts.js';
import type { TransactionList } from './builder/transaction-list.js';
import type { ChainDesk } from './chain-desk.js';
import type { Find } from './fund/finds.js';
import type { OwnBlock } from './own-blocks.js';

export interface BlockSenderModules {
  readonly nodes: Pick<Nodes, 'nodes' | 'submit'>;
  /** By chain index. */
  readonly desks: readonly Pick<ChainDesk, 'heightOn' | 'isGuess' | 'wasMisguessed'>[];
  /** The list whose bytes stand before a coinbase of ours. @param bytes - the very array */
  readonly listOfBytes: (bytes: Uint8Array) => TransactionList | undefined;
  /** A block that burns coins is about to be sent, for the first time or again. @param block - if its coins are ours */
  readonly onFind: ((find: Find, block: OwnBlock | undefined) => void) | undefined;
  readonly onVerdict: (session: NodeSession, blockHash: Uint8Array, accepted: boolean) => void;
  /** All nodes refused a block with other transactions. @param parent - hex */
  readonly onRefusedList: (chain: ChainIndex, parent: string) => void;
}

/** A block that was found, and where it belongs. */
interface PlacedBlock {
  readonly session: Pick<NodeSession, 'id'>;
  readonly header: Uint8Array;
  readonly txsBlob: TxsBlob;
  /** Of the block, hex. */
  readonly hash: string;
  readonly chain: ChainIndex;
  /** Hex. */
  readonly parent: string;
}

/** What is noted of a block that was sent. */
interface SentBlock {
  readonly session: NodeSession;
  readonly chain: ChainIndex;
  /** Hex. */
  readonly parent: string;
  /** Whether it has transactions beside its coinbase. */
  readonly transactions: boolean;
}

/** Sessions that verdicts are told under: a few lead, and a few end. */
const MAX_SESSIONS = 64;

/** Finds that wait for their parent: on a real network one in a day would be many. */
const MAX_EARLY = 64;

/** First byte of transactions that are a coinbase alone. */
const ONE_TRANSACTION = 1;

export class BlockSender {
  readonly #modules: BlockSenderModules;
  readonly #verdicts = new BlockVerdicts<SentBlock>();
  readonly #sessions = new BoundedMap<number, NodeSession>(MAX_SESSIONS);
  /** They wait for their parent. */
  #early: readonly PlacedBlock[] = [];

  constructor(modules: BlockSenderModules) {
    this.#modules = modules;
  }

  /** Whether `tick` may have something to do. */
  get waits(): boolean {
    return this.#verdicts.waiting;
  }

  /** A session that leads. */
  noteSession(session: NodeSession): void {
    this.#sessions.renew(session.id, session);
  }

  /** The find that a block of a job is; undefined if it burns no coins of ours, or its job is long gone. @param header - 326 bytes */
  findOf(header: Uint8Array): Find | undefined {
    return this.#findAt(placeOf(header));
  }

  /** As `Nodes.submit`. */
  submit(session: Pick<NodeSession, 'id'>, header: Uint8Array, txsBlob: TxsBlob): boolean {
    const block = { session, header, txsBlob, ...placeOf(header) };
    if (!this.#isEarly(block) || this.#early.length >= MAX_EARLY) return this.#send(block);
    this.#early = [...this.#early, block];
    return true;
  }

  /**
   * Sends finds whose parent is known by now. One whose coins that parent has spent is none.
   * @param all - whether to send the others, too: their session ends
   */
  sendEarly(all = false): void {
    if (this.#early.length === 0) return;
    const held = this.#early;
    this.#early = all ? [] : held.filter((block) => this.#isEarly(block));
    for (const block of held) {
      if (this.#early.includes(block)) continue;
      const { chain, parent, hash, session } = block;
      if (!this.#modules.desks[chain]!.wasMisguessed(parent)) this.#send(block);
      else this.#modules.onVerdict(this.#sessionOf(session), hexToBytes(hash), false);
    }
  }

  /** A node has said what it makes of a block. */
  takeVerdict(session: NodeSession, blockHash: Uint8Array, accepted: boolean): void {
    const hash = bytesToHex(blockHash);
    if (!this.#verdicts.has(hash)) this.#modules.onVerdict(session, blockHash, accepted);
    else this.#end(this.#verdicts.take(hash, session.id, accepted));
  }

  /** Tells what is due. @param nowMs - of a monotonic clock */
  tick(nowMs: number): void {
    for (const end of this.#verdicts.due(nowMs)) this.#end(end);
  }

  #send(placed: PlacedBlock): boolean {
    const { session, header, txsBlob, hash, chain, parent } = placed;
    const { nodes, onFind } = this.#modules;
    const find = this.#findAt(placed);
    if (find !== undefined) onFind?.(find, this.#ownBlockOf(find, header, txsBlob));
    const own = nodes.submit(session, header, txsBlob);
    if (nodeKeepsTxs(txsBlob)) return own;
    const takers = own ? [session.id] : [];
    for (const { session: other, wholeBlocks } of nodes.nodes) {
      if (other === undefined || other.id === session.id || !wholeBlocks) continue;
      if (nodes.submit(other, header, txsBlob)) takers.push(other.id);
    }
    if (takers.length === 0) return false;
    const transactions = txsBlob[0]![0] !== ONE_TRANSACTION;
    const block: SentBlock = { session: this.#sessionOf(session), chain, parent, transactions };
    this.#verdicts.sent(hash, block, takers, performance.now());
    return true;
  }

  #findAt({ hash, chain, parent }: Pick<PlacedBlock, 'hash' | 'chain' | 'parent'>): Find | undefined {
    const height = this.#modules.desks[chain]!.heightOn(parent);
    return height === undefined ? undefined : { hash, chain, height };
  }

  /** A find of a job of ours; one from an earlier run is known as bytes alone. */
  #ownBlockOf(find: Find, header: Uint8Array, [bytes, coinbase]: TxsBlob): OwnBlock | undefined {
    const list = coinbase && this.#modules.listOfBytes(bytes!);
    return list && { ...find, header, list, coinbase };
  }

  #isEarly({ chain, parent }: PlacedBlock): boolean {
    return this.#modules.desks[chain]!.isGuess(parent);
  }

  #sessionOf({ id }: Pick<NodeSession, 'id'>): NodeSession {
    return this.#sessions.get(id) ?? { id, node: -1, name: '' };
  }

  #end(end: ReturnType<BlockVerdicts<SentBlock>['take']>): void {
    if (end === undefined) return;
    const { hash, accepted, block } = end;
    const { onVerdict, onRefusedList } = this.#modules;
    onVerdict(block.session, hexToBytes(hash), accepted);
    if (!accepted && block.transactions) onRefusedList(block.chain, block.parent);
  }
}

function placeOf(header: Uint8Array): Pick<PlacedBlock, 'hash' | 'chain' | 'parent'> {
  const id = blockHash(header);
  const chain = chainOfHash(id);
  const parent = bytesToHex(parentOf(header.subarray(NONCE_BYTES), toGroupOf(chain)));
  return { hash: bytesToHex(id), chain, parent };
}
