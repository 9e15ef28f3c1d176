/**
 * Limits on what the reader of a WebSocket's messages holds of an unfinished message.
 *
 * A fragment, and a piece of a frame, each keep the bytes alive that they came with, and cost some hundred bytes of their own:
 * a limit on the length of a message alone bounds neither, since both may be empty or short.
 * @module
 */

/** Most frames of one message. */
export const MAX_FRAGMENTS = 16;

/** Most pieces in which the bytes of one frame may come. */
export const MAX_BUFFERED_PIECES = 64;

/** For the constructor of a `WebSocketServer`. @param maxMessageBytes - longest message */
export function receiverLimits(maxMessageBytes: number) {
  return {
    maxPayload: maxMessageBytes,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_PIECES,
    // Compression would hold a window for each connection, and let few bytes become many.
    perMessageDeflate: false,
  } as const;
}
