import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Refusal } from "../../domain/refusal.ts";
import { MAX_ANSWER_BYTES } from "./response.ts";

/** Milliseconds after which a refused caller may try again. */
export const RETRY_MS = 2_000;

/** Where requests go. */
export interface ExchangeOptions {
  /** `http:` or `https:`. Tokens are signed, so plain HTTP loses nothing but privacy about digests. */
  url: URL;
  /** Milliseconds for the whole exchange. */
  timeoutMs: number;
  /** PEM of the authorities that the server's TLS certificate must come from; default: those that Node trusts. */
  ca?: string;
  /** Keeps connections. */
  agent: Agent;
}

/**
 * Sends a TimeStampReq over HTTP (RFC 3161 §3.4) and resolves to the TimeStampResp. Follows no redirection. Refuses
 * (`TIME_STAMP_AWAY`, with retry advice) a server that is not there, too slow, or answers another status than 200;
 * (`TIME_STAMP_BAD`) one that answers something else than a TimeStampResp of at most 64 KiB.
 */
export async function exchange(body: Uint8Array, options: ExchangeOptions): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    return await post(body, options, signal);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const late = signal.aborted ? `no answer within ${options.timeoutMs} ms` : (error as Error).message;
    throw away(`${options.url.host}: ${late}`, error);
  }
}

async function post(body: Uint8Array, options: ExchangeOptions, signal: AbortSignal): Promise<Uint8Array> {
  for (;;) {
    const sent = send(body, options, signal);
    try {
      return await answerOf(sent, options.url.host);
    } catch (error) {
      // A kept connection that the server closed at the same moment: nothing was stamped, and a fresh one is the answer.
      if (!sent.reusedSocket || (error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    }
  }
}

function send(body: Uint8Array, { url, ca, agent }: ExchangeOptions, signal: AbortSignal): ClientRequest {
  const headers = {
    "content-type": "application/timestamp-query",
    accept: "application/timestamp-reply",
    "content-length": body.length,
  };
  const options = { method: "POST", headers, agent, signal };
  const sent =
    url.protocol === "https:"
      ? requestHttps(url, { ...options, ...(ca !== undefined && { ca }) })
      : requestHttp(url, options);
  sent.end(body);
  return sent;
}

function answerOf(sent: ClientRequest, host: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (answer) => {
      answer.once("error", reject);
      read(answer, host).then(resolve, (error: unknown) => {
        answer.destroy();
        reject(error);
      });
    });
  });
}

async function read(answer: IncomingMessage, host: string): Promise<Uint8Array> {
  if (answer.statusCode !== 200) throw away(`${host} answered with status ${answer.statusCode}`);
  const type = answer.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/timestamp-reply") {
    throw bad(`${host} answered ${JSON.stringify(type?.slice(0, 60) ?? "nothing")}, no time stamp`);
  }
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_ANSWER_BYTES) throw bad(`${host} answered more than ${MAX_ANSWER_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The refusal for an authority that cannot be reached; the same call may succeed later. */
function away(detail: string, cause?: unknown): Refusal {
  return new Refusal("TIME_STAMP_AWAY", `the time stamp authority is away: ${detail}`, {
    retryAfterMs: RETRY_MS,
    cause,
  });
}

/** The refusal of an answer that proves nothing. Who runs the node must look at it; until then a retry may still help. */
export function bad(detail: string): Refusal {
  return new Refusal("TIME_STAMP_BAD", `the time stamp is refused: ${detail}`, { retryAfterMs: RETRY_MS });
}
