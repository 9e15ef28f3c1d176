/**
 * A server behind a listener that notes all it is told, and sends each line back in upper case.
 * @module
 */
import type { AcceptorHandlers } from '../../pool/stratum/acceptor.js';
import type { Breakage, Channel, ChannelEvents } from '../../pool/stratum/channel.js';

/** One channel, and what came over it. */
export class RecordedChannel implements ChannelEvents {
  readonly channel: Channel;
  readonly chunks: string[] = [];
  readonly broken: string[] = [];
  controls = 0;
  /** Control frames from which on there are too many. */
  maxControls = Number.POSITIVE_INFINITY;
  closed = 0;

  constructor(channel: Channel) {
    this.channel = channel;
  }

  get received(): string {
    return this.chunks.join('');
  }

  onData(chunk: Uint8Array): void {
    const text = Buffer.from(chunk).toString('latin1');
    this.chunks.push(text);
    // ASCII alone: other bytes may be parts of a character.
    this.channel.write(text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase()));
  }

  onControl(count: number): boolean {
    this.controls += count;
    return this.controls <= this.maxControls;
  }

  onBroken(breakage: Breakage): void {
    this.broken.push(breakage);
  }

  onClose(): void {
    this.closed++;
  }
}

export class RecordingHandlers implements AcceptorHandlers {
  readonly channels: RecordedChannel[] = [];
  readonly refused: string[] = [];
  readonly details: (string | undefined)[] = [];
  readonly refusedAddresses: (string | undefined)[] = [];
  readonly admitted: string[] = [];
  readonly released: string[] = [];
  /** Reasons by address. */
  readonly barred = new Map<string, string>();
  /** Whether channels find nobody who hears them. */
  deaf = false;

  admit(remoteAddress: string): string {
    const reason = this.barred.get(remoteAddress);
    if (reason !== undefined) return reason;
    this.admitted.push(remoteAddress);
    return 'admit';
  }

  onChannel(channel: Channel): ChannelEvents | undefined {
    const recorded = new RecordedChannel(channel);
    this.channels.push(recorded);
    return this.deaf ? undefined : recorded;
  }

  farewell(reason: string): string {
    return `refused: ${reason}`;
  }

  onRefused(reason: string, remoteAddress: string | undefined, detail: string | undefined): void {
    this.refused.push(reason);
    this.details.push(detail);
    this.refusedAddresses.push(remoteAddress);
  }

  onReleased(remoteAddress: string): void {
    this.released.push(remoteAddress);
  }
}
