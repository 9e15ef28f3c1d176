/**
 * Services that run beside the store, in its thread, where they can hold up no miner: the API is one.
 *
 * A definition names a service and carries the types of what it is started with and of the messages both ways, so that
 * both ends are checked against each other.
 * @module
 */
import type { Store } from '../ports/store.js';

/** A kind of service. */
export interface ServiceDefinition<Data, To, From> {
  /** Unique among the services of a thread. */
  readonly name: string;
  /** URL of a module that exports `startService: StartService<Data, To, From>`. */
  readonly module: string;
  /** For the compiler alone. */
  readonly types?: (data: Data, to: To) => From;
}

/** A service at work. */
export interface Service<To> {
  onMessage(message: To): void;
  close(): Promise<void>;
}

/** The thread that services run in. */
export interface ServiceHost {
  /** Resolves in a later turn of the event loop, once no jobs are on their way to miners: for work that can wait for that. */
  pushPassed(): Promise<void>;
}

/**
 * Starts a service in the store's thread.
 * @param data - cloned into the thread
 * @param send - to the main thread
 */
export type StartService<Data, To, From> = (
  store: Store,
  data: Data,
  send: (message: From) => void,
  host: ServiceHost,
) => Promise<Service<To>>;

/** The same without types, as threads exchange it. */
export interface ServiceSettings {
  readonly name: string;
  readonly module: string;
  readonly data: unknown;
}

/** A service that is to be started, and who hears its messages. */
export interface ServiceOrder {
  readonly settings: ServiceSettings;
  readonly hear: (message: unknown) => void;
}

/** Orders a service. @param hear - called with each of its messages */
export function orderService<Data, To, From>(
  { name, module }: ServiceDefinition<Data, To, From>,
  data: Data,
  hear: (message: From) => void,
): ServiceOrder {
  // What comes in under this name was sent by this definition's module.
  return { settings: { name, module, data }, hear: (message) => hear(message as From) };
}
