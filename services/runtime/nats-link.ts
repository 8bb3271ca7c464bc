import { setTimeout as delay } from "node:timers/promises";
import {
  AckPolicy,
  type ConnectionOptions,
  type ConsumerMessages,
  connect,
  DeliverPolicy,
  DiscardPolicy,
  ErrorCode,
  Events,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "nats";
import { Refusal } from "../domain/refusal.ts";
import type { EventLink, LinkMessage, LinkStatus, StreamSpec } from "./event-link.ts";
import type { Logger } from "./runtime.ts";

/** Where and as whom a link connects. Paths are absolute or relative to the working directory. */
export interface NatsLinkOptions {
  /** `host:port` of the node's own server: the hub at the province, a leaf elsewhere. */
  servers: readonly string[];
  tls: { certificateFile: string; privateKeyFile: string; caFile: string };
  /** Name under which the streams' interface is reached. Absent: the server that is connected holds them itself. */
  domain?: string;
  /** Shown in the server's connection list. */
  name: string;
  log: Logger;
}

/** Milliseconds that a publication waits for the stream's acknowledgement. */
const PUBLISH_MS = 5_000;
/** A message that was delivered but not acknowledged (its consumer died) is delivered again after this long. */
const ACK_WAIT_MS = 10_000;
/** Messages that one pull asks for: enough to hide the way to the hub, few enough to be handled before the wait ends. */
const BATCH = 64;
/** The server's codes for "no room": stream full by bytes or messages, account or disk exhausted. */
const FULL = new Set([10_023, 10_028, 10_047, 10_077, 10_122]);

interface Open {
  connection: NatsConnection;
  streams: JetStreamClient;
  manager: JetStreamManager;
}

/**
 * Opens the event link over NATS JetStream and returns at once; it connects in the background and for ever again. Pings of
 * 3 s notice a peer that hangs without closing (the default takes minutes).
 */
export function openNatsLink(options: NatsLinkOptions): EventLink {
  return new NatsLink(options);
}

/** Owns the connection and its state. */
class NatsLink implements EventLink {
  readonly #options: NatsLinkOptions;
  readonly #closing = new AbortController();
  readonly #opened: Promise<Open | undefined>;
  #open: Open | undefined;
  #connected = false;
  #reconnects = 0;

  constructor(options: NatsLinkOptions) {
    this.#options = options;
    this.#opened = this.#dial();
  }

  async publish(subject: string, data: Uint8Array, id?: string): Promise<void> {
    // Without a connection the client would buffer without bound: the source keeps the event anyway.
    if (!this.#open || !this.#connected) throw away("not connected");
    try {
      await this.#open.streams.publish(subject, data, { timeout: PUBLISH_MS, ...(id !== undefined && { msgID: id }) });
    } catch (error) {
      throw refusalOf(error);
    }
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
    while (!ending.aborted) {
      try {
        const open = await this.#ready(ending);
        if (!open) return;
        const consumer = await open.streams.consumers.get(stream, durable);
        while (!ending.aborted) {
          const pull = { max_messages: BATCH, expires: 10_000, idle_heartbeat: 2_000, bind: true };
          await handle(await consumer.fetch(pull), { handler, atOnce, ending, log });
        }
      } catch (error) {
        if (ending.aborted) return;
        log.debug({ stream, durable, cause: String(error) }, "stream cannot be consumed now");
        await pause(500, ending);
      }
    }
  }

  async ensureStream(spec: StreamSpec): Promise<void> {
    const open = this.#open;
    if (!open || !this.#connected) throw away("not connected");
    const config: Partial<StreamConfig> = {
      name: spec.name,
      subjects: [...spec.subjects],
      max_bytes: spec.maxBytes,
      max_msgs_per_subject: 1,
      retention: RetentionPolicy.Workqueue,
      discard: DiscardPolicy.New,
      storage: StorageType.File,
      duplicate_window: nanos(120_000),
    };
    try {
      const found = await open.manager.streams.info(spec.name).catch((error: unknown) => {
        if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
        throw error;
      });
      if (!found) await open.manager.streams.add(config);
      else if (found.config.max_bytes !== spec.maxBytes || found.config.subjects.join() !== spec.subjects.join()) {
        await open.manager.streams.update(spec.name, { max_bytes: spec.maxBytes, subjects: [...spec.subjects] });
      }
      for (const { durable, subject } of spec.consumers) {
        await open.manager.consumers.add(spec.name, {
          durable_name: durable,
          ack_policy: AckPolicy.Explicit,
          ack_wait: nanos(ACK_WAIT_MS),
          deliver_policy: DeliverPolicy.All,
          filter_subject: subject,
          max_ack_pending: 4 * BATCH,
        });
      }
    } catch (error) {
      throw refusalOf(error);
    }
  }

  status(): LinkStatus {
    const server = this.#connected ? this.#open?.connection.getServer() : undefined;
    return { connected: this.#connected, server, reconnects: this.#reconnects };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const open = await this.#opened;
    this.#connected = false;
    await open?.connection.close();
  }

  async #ready(ending: AbortSignal): Promise<Open | undefined> {
    while (!this.#connected && !ending.aborted) await pause(100, ending);
    return ending.aborted ? undefined : this.#open;
  }

  async #dial(): Promise<Open | undefined> {
    const { servers, tls, name, domain, log } = this.#options;
    const settings: ConnectionOptions = {
      servers: [...servers],
      name,
      tls: { certFile: tls.certificateFile, keyFile: tls.privateKeyFile, caFile: tls.caFile },
      timeout: 5_000,
      pingInterval: 3_000,
      maxPingOut: 2,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      reconnectJitterTLS: 500,
      // A server that restarts with new settings may refuse for a while: that is no reason to give up for good.
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
    };
    while (!this.#closing.signal.aborted) {
      try {
        const connection = await connect(settings);
        const via = { checkAPI: false, timeout: PUBLISH_MS, ...(domain !== undefined && { domain }) };
        this.#open = {
          connection,
          streams: connection.jetstream(via),
          manager: await connection.jetstreamManager(via),
        };
        this.#connected = true;
        this.#watch(connection).catch((error: unknown) => log.warn({ cause: String(error) }, "event link: no status"));
        return this.#open;
      } catch (error) {
        log.debug({ cause: String(error) }, "event link cannot connect");
        await pause(500 + Math.random() * 500, this.#closing.signal);
      }
    }
    return undefined;
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === Events.Disconnect) this.#connected = false;
      if (type === Events.Reconnect) {
        this.#connected = true;
        this.#reconnects += 1;
      }
    }
  }
}

interface Handling {
  handler: (message: LinkMessage) => Promise<void>;
  atOnce: number;
  ending: AbortSignal;
  log: Logger;
}

async function handle(messages: ConsumerMessages, { handler, atOnce, ending, log }: Handling): Promise<void> {
  const running = new Set<Promise<void>>();
  const stop = () => messages.stop();
  ending.addEventListener("abort", stop, { once: true });

  async function one(message: JsMsg): Promise<void> {
    const { subject, data, seq: sequence, info } = message;
    try {
      await handler({ subject, data, sequence, delivery: info.deliveryCount });
      message.ack();
    } catch (error) {
      log.debug({ subject, cause: String(error) }, "message is delivered again later");
      message.nak(1_000);
    }
  }

  try {
    for await (const message of messages) {
      if (ending.aborted) return;
      const handled = one(message).finally(() => running.delete(handled));
      running.add(handled);
      if (running.size >= atOnce) await Promise.race(running);
    }
  } finally {
    ending.removeEventListener("abort", stop);
    await Promise.all(running);
  }
}

/** Waits, but no longer than until the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

function away(why: string, cause?: unknown): Refusal {
  return new Refusal("PEER_AWAY", `the event link does not answer (${why})`, { retryAfterMs: 1_000, cause });
}

/** The broker's errors as reasons; this is the one place that knows them. */
function refusalOf(error: unknown): Refusal {
  const { api_error: told, code: own } = error instanceof NatsError ? error : {};
  const code = told?.err_code;
  if (code !== undefined && FULL.has(code))
    return new Refusal("STORE_FULL", "the stream has no room", { retryAfterMs: 5_000, cause: error });
  // The server's limit on a stream's messages, and its limit on all, which the client knows.
  if (code === 10_054 || own === ErrorCode.MaxPayloadExceeded)
    return new Refusal("TOO_LARGE", "the message is too large for the stream", { cause: error });
  return away(error instanceof Error ? error.message : "unknown fault", error);
}
