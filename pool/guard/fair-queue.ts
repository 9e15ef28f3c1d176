/**
 * Things that wait for their turn. The things of one remote network wait behind each other; the networks take turns. So a
 * network that brings thousands waits for its own things, and no other network waits for them. Pure.
 * @module
 */

/** A list that is taken from at its head is cut when so many of its things, and at least half, are taken. */
const CUT_AT = 64;

/** First in, first out. */
class Line<T> {
  #things: T[] = [];
  #head = 0;

  get size(): number {
    return this.#things.length - this.#head;
  }

  push(thing: T): void {
    this.#things.push(thing);
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const thing = this.#things[this.#head]!;
    this.#head++;
    if (this.#head >= CUT_AT && this.#head * 2 >= this.#things.length) {
      this.#things = this.#things.slice(this.#head);
      this.#head = 0;
    }
    return thing;
  }
}

/** The waiting things of one network. */
interface Lane<T> {
  readonly network: string;
  readonly things: Line<T>;
}

/** @typeParam T - a thing that waits; undefined stands for none */
export class FairQueue<T extends object> {
  readonly #limit: number;
  readonly #lanes = new Map<string, Lane<T>>();
  /** The lanes that are not empty, each once, in the order of their turns. */
  readonly #turns = new Line<Lane<T>>();
  #size = 0;

  /** @param limit - most things that wait, at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** @param network - canonical text, as `networkOf` gives it @returns false if the queue is full: then it does not wait */
  add(network: string, thing: T): boolean {
    if (this.#size >= this.#limit) return false;
    let lane = this.#lanes.get(network);
    if (lane === undefined) {
      lane = { network, things: new Line() };
      this.#lanes.set(network, lane);
      this.#turns.push(lane);
    }
    lane.things.push(thing);
    this.#size++;
    return true;
  }

  /** Takes the thing that has waited longest of the network whose turn it is. */
  take(): T | undefined {
    const lane = this.#turns.shift();
    if (lane === undefined) return undefined;
    const thing = lane.things.shift();
    this.#size--;
    if (lane.things.size > 0) this.#turns.push(lane);
    else this.#lanes.delete(lane.network);
    return thing;
  }
}
