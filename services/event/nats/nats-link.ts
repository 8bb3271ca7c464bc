import { pause } from "../../base/pause.ts";
import type { Logger } from "../../host/log.ts";
import type { EventLink, LinkMessage, LinkStatus, StreamSpec } from "../event-link.ts";
import { away, publishInto } from "./nats-answer.ts";
import { type NatsConnection, type NatsConnectionOptions, openNatsConnection } from "./nats-connection.ts";
import { pullOnce } from "./nats-pull.ts";
import { NatsStreams } from "./nats-streams.ts";

/** Where and as whom a link connects. */
export interface NatsLinkOptions extends NatsConnectionOptions {
  /** `host:port` of the node's own server: the hub at the province, a leaf elsewhere. */
  servers: readonly string[];
  /** Name under which the streams' interface is reached. Absent: the server that is connected holds them itself. */
  domain?: string;
  log: Logger;
}

/** Pause before a connection is opened again, milliseconds: the half of it, and up to as much again by chance. */
const AGAIN_MS = 500;

/**
 * Opens the event link over NATS JetStream and returns at once; it connects in the background and for ever again, with a new
 * connection each time. Pings notice within 5 seconds a peer that hangs without closing. Nothing of a message is printed or logged.
 */
export function openNatsLink(options: NatsLinkOptions): EventLink {
  return new NatsLink(options);
}

/** Owns the connection of the moment. */
class NatsLink implements EventLink {
  readonly #options: NatsLinkOptions;
  readonly #api: string;
  readonly #closing = new AbortController();
  readonly #kept: Promise<void>;
  #connection: NatsConnection | undefined;
  #connections = 0;
  #errors = 0;

  constructor(options: NatsLinkOptions) {
    this.#options = options;
    this.#api = options.domain === undefined ? "$JS.API" : `$JS.${options.domain}.API`;
    this.#kept = this.#keepOpen();
  }

  async publish(subject: string, data: Uint8Array, id?: string): Promise<void> {
    // Without a connection nothing is kept for later: the source has the event anyway.
    await this.#counted((connection) => publishInto(connection, subject, data, id));
  }

  async consume(
    stream: string,
    durable: string,
    handler: (message: LinkMessage) => Promise<void>,
    signal: AbortSignal,
    atOnce = 1,
  ): Promise<void> {
    const ending = AbortSignal.any([signal, this.#closing.signal]);
    const { log } = this.#options;
    const subject = `${this.#api}.CONSUMER.MSG.NEXT.${stream}.${durable}`;
    while (!ending.aborted) {
      try {
        if (!this.#connection) await pause(100, ending);
        else await pullOnce({ connection: this.#connection, subject, handler, atOnce, ending, log });
      } catch (error) {
        log.debug({ stream, durable, cause: String(error) }, "stream cannot be consumed now");
        await pause(500, ending);
      }
    }
  }

  ensureStream(spec: StreamSpec): Promise<boolean> {
    return this.#counted((connection) => new NatsStreams(connection, this.#api).keep(spec));
  }

  probeStream(spec: StreamSpec): Promise<void> {
    return this.#counted((connection) => new NatsStreams(connection, this.#api).probe(spec));
  }

  removeStream(name: string): Promise<void> {
    return this.#counted((connection) => new NatsStreams(connection, this.#api).remove(name));
  }

  status(): LinkStatus {
    const reconnects = Math.max(0, this.#connections - 1);
    return {
      connected: this.#connection !== undefined,
      server: this.#connection?.server,
      reconnects,
      errors: this.#errors,
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#kept;
  }

  async #counted<T>(work: (connection: NatsConnection) => Promise<T>): Promise<T> {
    if (!this.#connection) throw away("not connected");
    try {
      return await work(this.#connection);
    } catch (error) {
      this.#errors += 1;
      throw error;
    }
  }

  async #keepOpen(): Promise<void> {
    const { servers, log } = this.#options;
    const { signal } = this.#closing;
    for (let turn = 0; !signal.aborted; turn++) {
      const server = servers[turn % servers.length] as string;
      try {
        const connection = await openNatsConnection(server, this.#options, signal);
        await this.#use(connection);
      } catch (error) {
        this.#errors += 1;
        log.debug({ server, cause: String(error) }, "event link cannot connect");
      }
      await pause(AGAIN_MS / 2 + Math.random() * AGAIN_MS, signal);
    }
  }

  /** Resolves when the connection has ended. */
  async #use(connection: NatsConnection): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#closing;
    const end = () => connection.end();
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    this.#connections += 1;
    this.#connection = connection;
    const { server } = connection;
    log.info({ server, connection: this.#connections }, "event link: connected");
    const cause = await connection.ended;
    this.#connection = undefined;
    signal.removeEventListener("abort", end);
    if (signal.aborted) return;
    this.#errors += 1;
    log.warn({ server, cause: cause.message }, "event link: the connection has ended");
  }
}
