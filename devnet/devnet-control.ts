/**
 * What can be made to happen on a simulated network.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';
import type { Transaction } from '../protocol/transaction.js';
import type { AnswerFault } from './answers.js';
import type { Block } from './block.js';
import type { DepositRequest } from './coins/deposit-request.js';
import type { Key } from './coins/keys.js';
import type { FaceView } from './face.js';
import type { DevnetNode } from './node.js';
import type { RestDisturbance } from './rest-disturbances.js';
import type { Conflict, ConflictOptions, MineOptions } from './scenario.js';

/** Everything that can be made to happen. */
export interface DevnetControl {
  /** The node itself: its blocks, its templates, its clock. */
  readonly node: DevnetNode;
  /** Miners that are connected. */
  connections(): number;
  /** Extends the main chain of a chain by one block. */
  mineBlock(chain: ChainIndex, options?: MineOptions): Promise<Block>;
  /** Adds a block beside the newest one of a chain. @throws RangeError if the chain has only its first block */
  mineSideBlock(chain: ChainIndex, options?: MineOptions): Promise<Block>;
  /**
   * Replaces the newest blocks of a chain by a branch with more work.
   * @returns the branch, oldest first
   * @throws RangeError if the chain is not that long
   */
  reorganise(chain: ChainIndex, depth: number, options?: MineOptions): Promise<Block[]>;
  /** Moves the node's time forward, ms. */
  advance(ms: number): void;
  /**
   * Lets targets be those of another hash rate, as when miners come or go: of blocks on parents that come from now on.
   * @param rate - H/s, as of the settings
   * @throws RangeError where targets follow the times of the blocks, or blocks are kept in a file, which holds no such turns
   */
  setRate(rate: number): void;
  /** Refreshes all templates inside the node. As ever, miners hear of it with the next block. */
  refreshTemplates(): void;
  /**
   * Lets chains make no templates after their next block, or from now on, as a node does that cannot build them; `never`
   * ends that.
   */
  stopTemplates(chains: readonly ChainIndex[], when: 'block' | 'now' | 'never'): void;
  /** While a node is not synced it resets its miners, also those that are connected. */
  setSynced(synced: boolean): void;
  /** Sets the four reward addresses, or with an empty list none: then miners are reset. */
  setMinerAddresses(addresses: readonly string[]): void;
  /**
   * Lets new coins be paid to an address in the next block of a chain whose template is of now or later.
   * @returns the transfer's id, hex, and the chain
   * @throws RangeError where the network keeps no coins, or has not that much
   */
  deposit(request: DepositRequest): { readonly id: string; readonly chain: ChainIndex };
  /**
   * A transfer that spends a coin of one that waits, and pays it to the node's own miner address of a third group.
   * @param id - hex
   * @param key - opens the coin
   * @throws RangeError if none of this id waits, or the key opens none of its coins
   */
  rivalOf(id: string, key: Key): Transaction;
  /**
   * Lets a transfer win against one that waits and spends the same coin: both get into blocks of sibling chains, and the one that
   * waited is void once a block of (f, f) has taken both in.
   * @param id - of the one that waits, hex
   * @param rival - past what waits: only here
   * @param options - with `waitingWins` it is the other way round
   * @throws RangeError if none of this id waits, or they are no rivals
   */
  conflict(
    id: string,
    rival: Transaction,
    options?: ConflictOptions & { readonly waitingWins?: boolean },
  ): Promise<Conflict>;
  /**
   * Lets a transfer that waits be forgotten.
   * @param id - hex
   * @param copyStays - whether the group that it pays keeps its copy, as it does where its own group drops it; false by default
   * @returns whether there was one
   */
  dropTransfer(id: string, copyStays?: boolean): boolean;
  /**
   * Lets the whole templates of chains hold a transfer that makes their blocks invalid, from the next ones on, or no more.
   * @throws RangeError where templates do not go out whole
   */
  spoilTemplates(chains: readonly ChainIndex[], spoilt: boolean): void;
  /**
   * Resets all miners' connections, or one of them.
   * @param index - in the order in which they connected, from 0
   * @returns how many it were
   * @throws RangeError if there is none of this index
   */
  dropConnections(index?: number): number;
  /** Disturbs the next answers to submissions. @param answers - how many, 1 by default */
  disturbAnswers(fault: AnswerFault, answers?: number): void;
  /**
   * Changes what a further REST API sees.
   * @param face - 1 for the first of `facePorts`
   * @throws RangeError if there is none of this number
   */
  setFace(face: number, view: Partial<FaceView>): void;
  /**
   * Disturbs the next requests of a REST API.
   * @param fault - undefined ends what was asked for before
   * @param requests - how many, 1 by default
   * @param face - 0, the default, for the node's own
   * @throws RangeError if there is none of this number
   */
  disturbRest(fault: RestDisturbance | undefined, requests?: number, face?: number): void;
  /** All blocks, as JSON for `savedState` or a state file. */
  saveState(): string;
  /** Writes the state file, if there is one. @returns its path @throws StateFileError if it cannot be written */
  writeState(): string | undefined;
}
