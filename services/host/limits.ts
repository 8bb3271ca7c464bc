/** What a process takes in at most. Every number can be set in the configuration, member `limits`. */
export interface Limits {
  /** Unary calls that are served at once, each from when its request is whole. */
  inFlight: number;
  /** Streaming calls that are served at once; where there is one request, from when it is whole. */
  streams: number;
  /** Bytes of a message at most. A method that declares less in its contract (`ecert.type.v1.limits`) takes less. */
  messageBytes: number;
  /** Milliseconds within which a request must have arrived, from when its caller was let in. */
  bodyMs: number;
  /** Bytes a second that a request must bring on average, once it has taken five seconds. */
  bodyBytesPerSecond: number;
  /** Bytes of requests that are held in memory at once: what has arrived, and whole requests until they are answered. */
  bufferedBytes: number;
  /** The same for one address. */
  bufferedBytesPerAddress: number;
  /** Requests of one address that may be arriving at once. */
  bodiesPerAddress: number;
  /** Connections to one listener. */
  connections: number;
  /** Connections from one address to one listener. */
  connectionsPerAddress: number;
  /** Calls on one HTTP/2 connection at once; a client lets further ones wait. */
  streamsPerConnection: number;
  /** Milliseconds after which a connection without a call is closed. Streams, health watches and long polls are calls. */
  idleMs: number;
  /** Milliseconds within which TLS must have begun. */
  handshakeMs: number;
}

/** What holds where the configuration says nothing. */
export const DEFAULT_LIMITS: Limits = {
  inFlight: 1_000,
  streams: 1_000,
  messageBytes: 32 << 20,
  bodyMs: 30_000,
  bodyBytesPerSecond: 4_096,
  bufferedBytes: 256 << 20,
  bufferedBytesPerAddress: 128 << 20,
  bodiesPerAddress: 256,
  connections: 2_000,
  connectionsPerAddress: 256,
  streamsPerConnection: 256,
  idleMs: 300_000,
  handshakeMs: 20_000,
};
