/** A stream that a link keeps messages in until they are consumed. */
export interface StreamSpec {
  name: string;
  subjects: readonly string[];
  /** Bytes after which the stream refuses new messages (they stay pending at their source). */
  maxBytes: number;
  /** Its durable consumers. Their subjects must not overlap: each message is for one consumer. */
  consumers: readonly { durable: string; subject: string }[];
  /** One of its subjects that no consumer takes, to try whether the stream keeps what it is given. */
  probe: string;
}

/** One message from a stream. */
export interface LinkMessage {
  subject: string;
  data: Uint8Array;
  /** Place in the stream, from 1. */
  sequence: number;
  /** How often it was delivered, from 1. */
  delivery: number;
}

/** State of a link, for health and metrics. */
export interface LinkStatus {
  connected: boolean;
  server: string | undefined;
  /** Connections after the first. */
  reconnects: number;
  /** Connections that failed or ended, and publications and questions that the broker refused or did not answer. */
  errors: number;
}

/**
 * The link on which events travel between nodes. It is transport, never the record: a message that it lost is
 * sent again by its source until a signed receipt has come. One file implements it (`nats-link.ts`).
 */
export interface EventLink {
  /**
   * Publishes to a stream; resolves when the stream has acknowledged. `id` lets the stream drop a repetition within two
   * minutes: never give one where a repetition must arrive because the first may have been lost. Throws `PEER_AWAY` after 5 seconds without an answer, `STORE_FULL` if the stream is full.
   */
  publish(subject: string, data: Uint8Array, id?: string): Promise<void>;
  /**
   * Consumes a stream through one of its durable consumers until `signal` aborts. Handlers are called in the order of the
   * stream, each once its predecessors have been called and fewer than `atOnce` are running (default 1: one after the
   * other). A message is acknowledged when its handler resolves and delivered again, behind others, when it throws.
   * Survives reconnects, and waits for a stream that does not exist yet.
   */
  consume(
    stream: string,
    durable: string,
    handler: (message: LinkMessage) => Promise<void>,
    signal: AbortSignal,
    atOnce?: number,
  ): Promise<void>;
  /**
   * Creates the stream and its consumers, or brings its limits in line. Only where the streams are kept (the province). Idempotent. A message stays until it was consumed; of each subject only
   * the newest stays, so that repetitions while nobody consumes take no more room than one. Resolves to whether the stream was made. Throws `PEER_AWAY`, `STORE_FULL`.
   */
  ensureStream(spec: StreamSpec): Promise<boolean>;
  /** Publishes to a stream and reads it back. Throws like {@link publish}, and `PEER_AWAY` where the stream has not kept it. Only where the streams are kept. */
  probeStream(spec: StreamSpec): Promise<void>;
  /** Deletes a stream with everything in it, if it exists. Throws `PEER_AWAY`. Only where the streams are kept. */
  removeStream(name: string): Promise<void>;
  status(): LinkStatus;
  close(): Promise<void>;
}
