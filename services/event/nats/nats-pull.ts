import type { Logger } from "../../host/log.ts";
import type { LinkMessage } from "../event-link.ts";
import type { NatsConnection, NatsMessage } from "./nats-connection.ts";

/** Messages that one pull asks for: enough to hide the way to the hub, few enough to be handled before the wait ends. */
export const BATCH = 64;
/** A pull that brings nothing ends after this long, and the next one begins. */
const EXPIRES_MS = 10_000;
/** The stream says this often that it has heard the pull; after two and a half of them in silence it has not. */
const HEARTBEAT_MS = 2_000;
/** What was not applied is delivered again after this long. */
const AGAIN_MS = 1_000;

/** How messages are pulled and handled. */
export interface Pull {
  connection: NatsConnection;
  /** Subject that asks for the next messages of a durable consumer. */
  subject: string;
  handler: (message: LinkMessage) => Promise<void>;
  /** Handlers that run at the same time. */
  atOnce: number;
  ending: AbortSignal;
  log: Logger;
}

/**
 * Asks for a batch of messages and resolves when all that came are handled: each is acknowledged, or delivered again later where its
 * handler throws. Rejects where the stream does not answer or refuses, once those that came are handled.
 */
export function pullOnce({ connection, subject, handler, atOnce, ending, log }: Pull): Promise<void> {
  return new Promise((resolve, reject) => {
    const waiting: NatsMessage[] = [];
    let left = BATCH;
    let running = 0;
    let over: { cause?: Error } | undefined;
    const silence = setTimeout(() => end(new Error("the stream does not answer")), 2.5 * HEARTBEAT_MS);
    const { inbox, stop } = connection.listen(take, end);
    const reply = inbox.replace("*", "next");
    const aborted = () => end();
    ending.addEventListener("abort", aborted, { once: true });
    const request = { batch: BATCH, expires: EXPIRES_MS * 1e6, idle_heartbeat: HEARTBEAT_MS * 1e6 };
    connection.publish(subject, Buffer.from(JSON.stringify(request)), { reply });

    function take(message: NatsMessage): void {
      silence.refresh();
      if (message.subject !== reply) {
        waiting.push(message);
        left -= 1;
        if (left === 0) end();
      } else if (message.status === 404 || message.status === 408) end();
      else if (message.status !== 100) end(new Error(`the stream answers ${message.status}`));
      go();
    }

    function end(cause?: Error): void {
      if (over) return;
      over = { ...(cause && { cause }) };
      clearTimeout(silence);
      ending.removeEventListener("abort", aborted);
      stop();
      go();
    }

    function go(): void {
      if (ending.aborted) waiting.length = 0;
      while (running < atOnce && waiting.length > 0) {
        running += 1;
        handled(waiting.shift() as NatsMessage).finally(() => {
          running -= 1;
          go();
        });
      }
      if (!over || running > 0 || waiting.length > 0) return;
      if (over.cause) reject(over.cause);
      else resolve();
    }

    async function handled({ subject, data, reply: acknowledge }: NatsMessage): Promise<void> {
      try {
        await handler({ subject, data, ...placeOf(acknowledge) });
        connection.publish(acknowledge, Buffer.from("+ACK"));
      } catch (error) {
        log.debug({ subject, cause: String(error) }, "message is delivered again later");
        connection.publish(acknowledge, Buffer.from(`-NAK {"delay":${AGAIN_MS * 1e6}}`));
      }
    }
  });
}

/** `$JS.ACK[.domain.account].stream.consumer.delivery.sequence…`: what the subject of an acknowledgement tells. */
function placeOf(acknowledge: string): { sequence: number; delivery: number } {
  const words = acknowledge.split(".");
  const first = words.length > 9 ? 6 : 4;
  return { delivery: Number(words[first]), sequence: Number(words[first + 1]) };
}
