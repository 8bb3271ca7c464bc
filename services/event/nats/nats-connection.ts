import { type NatsConnection as Client, connect, createInbox, type Msg, headers as makeHeaders } from "nats";
import { awaitGreeting } from "./nats-dial.ts";
import { isBroken } from "./nats-parser.ts";

/** As whom a connection is opened. Paths are absolute or relative to the working directory. */
export interface NatsConnectionOptions {
  tls: { certificateFile: string; privateKeyFile: string; caFile: string };
  /** Shown in the server's connection list. */
  name: string;
}

/** A message that the broker delivered. */
export interface NatsMessage {
  subject: string;
  /** Subject for an answer or an acknowledgement. Empty: none. */
  reply: string;
  /** Status of a message that the broker itself made, for example 404 where there is none. 0: it has none. */
  status: number;
  data: Buffer;
}

/** A connection to a broker. It ends once and never comes back: whoever wants another opens one. */
export interface NatsConnection {
  /** `host:port` that it goes to. */
  readonly server: string;
  /** Largest message that the broker takes, bytes. */
  readonly maxPayload: number;
  /** Resolves to the cause when the connection has ended. */
  readonly ended: Promise<Error>;
  /** Hands a message over; nothing tells whether it arrives. Does nothing once the connection has ended. */
  publish(subject: string, data: Uint8Array, options?: { reply?: string }): void;
  /** Publishes and waits for one answer. Rejects where nobody listens, after `ms`, or when the connection ends. */
  request(subject: string, data: Uint8Array, ms: number, id?: string): Promise<NatsMessage>;
  /** Hears what comes for subjects of its own (`inbox`, with `*` for any word) until it is stopped; `gone` if the connection ends before. */
  listen(take: (message: NatsMessage) => void, gone?: (cause: Error) => void): { inbox: string; stop(): void };
  /** Ends the connection at once, whatever is unsent. */
  end(cause?: Error): void;
}

/** Milliseconds that connecting may take. */
const CONNECT_MS = 5_000;
/** Between two looks at whether the broker lives, milliseconds; one that was silent for three of these hangs. */
const LOOK_MS = 1_500;

/**
 * Opens a connection to one server (`host:port`) within some 8 seconds. The library never connects it again: in one that does, the reader
 * of the connection before feeds the parser of the next, which then prints what it cannot read, somebody's certificate.
 * What cannot be read of one ends it, and is shown to nobody (`nats-parser.ts`).
 */
export async function openNatsConnection(
  server: string,
  { tls, name }: NatsConnectionOptions,
  signal: AbortSignal,
): Promise<NatsConnection> {
  // The library keeps the socket of an attempt that a hanging broker does not greet.
  await awaitGreeting(server, signal);
  const connecting = connect({
    servers: [server],
    name,
    tls: { certFile: tls.certificateFile, keyFile: tls.privateKeyFile, caFile: tls.caFile },
    timeout: CONNECT_MS,
    reconnect: false,
    // Whether the broker lives is looked at here: an answer to a ping may stand behind many messages.
    pingInterval: 1 << 30,
    noAsyncTraces: true,
  });
  const client = await connecting.catch((error: NodeJS.ErrnoException) => {
    // Its own words may show what it could not read.
    throw new Error(`the broker did not take the connection (${error.code ?? "no reason"})`);
  });
  return new Connection(server, client);
}

/** Owns the library's connection. */
class Connection implements NatsConnection {
  readonly server: string;
  readonly maxPayload: number;
  readonly ended: Promise<Error>;
  readonly #client: Client;
  readonly #listeners = new Set<(cause: Error) => void>();
  readonly #looks: NodeJS.Timeout;
  #tell: (cause: Error) => void = () => {};
  #cause: Error | undefined;
  #heard = 0;
  #silent = 0;
  #asking = false;

  constructor(server: string, client: Client) {
    this.server = server;
    this.#client = client;
    this.maxPayload = client.info?.max_payload ?? 0;
    this.ended = new Promise((resolve) => {
      this.#tell = resolve;
    });
    client.closed().then((error) => this.end(error instanceof Error ? error : new Error("the broker has closed it")));
    this.#looks = setInterval(() => this.#look(), LOOK_MS);
    this.#looks.unref();
  }

  publish(subject: string, data: Uint8Array, { reply }: { reply?: string } = {}): void {
    if (!this.#cause) this.#client.publish(subject, data, { ...(reply !== undefined && { reply }) });
  }

  async request(subject: string, data: Uint8Array, ms: number, id?: string): Promise<NatsMessage> {
    if (this.#cause) throw this.#cause;
    const headers = id === undefined ? undefined : makeHeaders();
    if (id !== undefined) headers?.set("Nats-Msg-Id", id);
    try {
      return messageOf(await this.#client.request(subject, data, { timeout: ms, ...(headers && { headers }) }));
    } catch (error) {
      // The library says of what waited on a connection that has ended that it took too long.
      throw this.#cause ?? error;
    }
  }

  listen(take: (message: NatsMessage) => void, gone: (cause: Error) => void = () => {}) {
    const inbox = `${createInbox()}.*`;
    if (this.#cause) {
      gone(this.#cause);
      return { inbox, stop: () => {} };
    }
    this.#listeners.add(gone);
    const subscription = this.#client.subscribe(inbox, {
      callback: (error, message) => (error ? gone(error) : take(messageOf(message))),
    });
    return {
      inbox,
      stop: () => {
        this.#listeners.delete(gone);
        if (!this.#cause) subscription.unsubscribe();
      },
    };
  }

  end(cause = new Error("the connection was ended")): void {
    if (this.#cause) return;
    this.#cause = cause;
    clearInterval(this.#looks);
    // At once, since the library is told that it is closed: unsent bytes are not waited for.
    this.#client.close().catch(() => {});
    for (const gone of [...this.#listeners]) gone(cause);
    this.#listeners.clear();
    this.#tell(cause);
  }

  /** Whatever comes in shows that the broker lives. */
  #look(): void {
    if (isBroken(this.#client)) {
      this.end(new Error("what the broker sends cannot be read"));
      return;
    }
    const { inMsgs } = this.#client.stats();
    if (inMsgs !== this.#heard) this.#silent = 0;
    this.#heard = inMsgs;
    if (this.#silent >= 3) {
      this.end(new Error("the broker does not answer"));
      return;
    }
    this.#silent += 1;
    if (this.#asking) return;
    this.#asking = true;
    this.#client.flush().then(
      () => {
        this.#asking = false;
        this.#silent = 0;
      },
      () => {},
    );
  }
}

function messageOf({ subject, reply = "", headers, data }: Msg): NatsMessage {
  const { buffer, byteOffset, byteLength } = data;
  return { subject, reply, status: headers?.code ?? 0, data: Buffer.from(buffer, byteOffset, byteLength) };
}
