/**
 * What the bench puts under load.
 * @module
 */

/** A stratum server under load. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Where its HTTP API listens, if it has one. */
  readonly httpPort?: number | undefined;
  /** Where its administration and its WebSockets listen, if it has them. */
  readonly adminPort?: number | undefined;
  readonly webSocketPort?: number | undefined;
  /** Processes whose CPU time and memory count as the server's, with all they start; none if it runs elsewhere. */
  readonly pid: number | undefined;
  /** The Redis server beside it, if it has one. */
  readonly redisPid?: number;
  /** Per cent of its CPU time that log lines about miners took, where it was profiled; ends the server. */
  logCpuPercent?(): Promise<number>;
  close(): Promise<void>;
}

/** The stub node that a server is to use. */
export interface NodePorts {
  readonly port: number;
  readonly restPort: number;
}

/** Starts a target on a stub node. */
export type StartTarget = (node: NodePorts) => Promise<Target>;
