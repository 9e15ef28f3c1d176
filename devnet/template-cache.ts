/**
 * The templates that were handed out, so that a found block gets its transactions back.
 * @module
 */
import { BoundedMap } from '../protocol/bounded-map.js';
import { bytesToHex } from '../protocol/bytes.js';
import type { Template } from './template.js';

/** Templates that a node keeps, of all chains together. */
export const TEMPLATE_CACHE_SIZE = 1600;

/** A template that was handed out. */
export interface IssuedTemplate {
  readonly template: Template;
  /** Whether a block was made of it: there is one block a template. */
  used: boolean;
}

/** The last distinct templates, first in, first out. Handing one out again does not make it younger. */
export class TemplateCache {
  readonly #issued: BoundedMap<string, IssuedTemplate>;

  /** @param size - templates that are kept */
  constructor(size: number = TEMPLATE_CACHE_SIZE) {
    this.#issued = new BoundedMap(size);
  }

  /** Number of templates that are kept now. */
  get length(): number {
    return this.#issued.size;
  }

  /** Notes that a template is handed out. */
  add(template: Template): void {
    const key = bytesToHex(template.headerBlob);
    if (!this.#issued.has(key)) this.#issued.set(key, { template, used: false });
  }

  /** The template of a header blob of 302 bytes, if it was handed out and is still kept. */
  find(headerBlob: Uint8Array): IssuedTemplate | undefined {
    return this.#issued.get(bytesToHex(headerBlob));
  }

  /** Forgets all, as a node that is started again. */
  clear(): void {
    this.#issued.clear();
  }
}
