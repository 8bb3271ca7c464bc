import { type Agent, request } from "node:https";

/** What bounds one exchange. */
export interface HttpsFetchOptions {
  /** Authorities of the server's certificate, PEM. Default: those that Node trusts. */
  ca?: string | undefined;
  /** Connections of the caller's own, for example with a client certificate. Default: those of the process. */
  agent?: Agent | undefined;
  /** Milliseconds for the whole exchange. */
  timeoutMs: number;
  /** Bytes of an answer that are read. */
  maxBytes: number;
}

/** What is sent. */
export interface HttpsFetchInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string | undefined;
}

/** Statuses whose answers have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * One exchange over HTTPS, as `fetch` gives it and without following redirects, for servers whose authority is named by configuration: `fetch` knows
 * no others than those of the system. Rejects with what went wrong on the way, a time-out, or an answer that is too long or none of HTTP.
 */
export function httpsFetch(
  url: string,
  { method = "GET", headers = {}, body }: HttpsFetchInit,
  { ca, agent, timeoutMs, maxBytes }: HttpsFetchOptions,
): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const signal = AbortSignal.timeout(timeoutMs);
  const settings = { method, headers, signal, agent, ...(ca !== undefined && { ca }) };
  const asked = request(url, settings, (answer) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) answer.destroy(new Error(`the answer has more than ${maxBytes} bytes`));
      chunks.push(chunk);
    });
    answer.once("error", reject);
    answer.once("end", () => {
      const { statusCode: status = 500, rawHeaders } = answer;
      const pairs = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""] as [string, string]] : [],
      );
      try {
        resolve(new Response(BODILESS.has(status) ? null : Buffer.concat(chunks), { status, headers: pairs }));
      } catch (error) {
        // Nobody is above this to catch it: a server could end the process by a status that there is not.
        reject(new Error(`the answer is none of HTTP (status ${status})`, { cause: error }));
      }
    });
  });
  asked.once("error", reject);
  asked.end(body);
  return promise;
}
