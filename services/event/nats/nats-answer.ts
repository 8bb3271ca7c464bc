import { Refusal } from "../../domain/refusal.ts";
import type { NatsConnection, NatsMessage } from "./nats-connection.ts";

/** Milliseconds that a publication, or a question about a stream, waits for the stream's answer. */
const ANSWER_MS = 5_000;
/** The server's codes for "no room": stream full by bytes or messages, account or disk exhausted. */
const FULL = new Set([10_023, 10_028, 10_047, 10_077, 10_122]);
/** The server's code for a message that is larger than its stream takes. */
const TOO_LARGE = 10_054;

/** An answer of the streams' interface, as far as it is read here. */
export interface Answer {
  error?: { code?: number; err_code?: number; description?: string };
  config?: { max_bytes?: number; subjects?: string[] };
  /** Place of a message that was published. */
  seq?: number;
  /** A message that was asked for. */
  message?: { seq?: number };
}

/** Publishes, and resolves to the stream's answer when it has the message. Throws as `EventLink.publish` says. */
export async function publishInto(
  connection: NatsConnection,
  subject: string,
  data: Uint8Array,
  id?: string,
): Promise<Answer> {
  if (data.length > connection.maxPayload) throw tooLarge();
  return done(await ask(connection, subject, data, id));
}

/** Asks and reads the answer, which may be an error. Throws `PEER_AWAY` where none comes within 5 seconds. */
export async function ask(connection: NatsConnection, subject: string, data: Uint8Array, id?: string): Promise<Answer> {
  let answer: NatsMessage;
  try {
    answer = await connection.request(subject, data, ANSWER_MS, id);
  } catch (error) {
    throw away((error as Error).message, error);
  }
  try {
    return JSON.parse(answer.data.toString()) as Answer;
  } catch {
    // The parser's own error would show some of it.
    throw away("its answer cannot be read");
  }
}

/** The answer, where it is none of the broker's errors. They become reasons here, and nowhere else. */
export function done(answer: Answer): Answer {
  if (!answer.error) return answer;
  const { err_code: code = 0, description = "unknown fault" } = answer.error;
  if (FULL.has(code)) throw new Refusal("STORE_FULL", "the stream has no room", { retryAfterMs: 5_000 });
  if (code === TOO_LARGE) throw tooLarge();
  throw away(`${description}, ${code}`);
}

/** The refusal of a link that cannot be used now. */
export function away(why: string, cause?: unknown): Refusal {
  return new Refusal("PEER_AWAY", `the event link does not answer (${why})`, { retryAfterMs: 1_000, cause });
}

function tooLarge(): Refusal {
  return new Refusal("TOO_LARGE", "the message is too large for the stream");
}
