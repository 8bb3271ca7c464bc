import { once } from "node:events";
import { request } from "node:https";

/** What a client shows and trusts. */
export interface TlsOptions {
  ca: Buffer;
  cert?: Buffer | string;
  key?: Buffer | string;
}

type Fetch = (
  url: string,
  options: { method: string; headers: Record<string, string>; body?: unknown },
) => Promise<Response>;

/** `fetch` by a client with its own authorities and its own certificate, each request on a connection of its own. */
export function fetchWith(tls: TlsOptions): Fetch {
  return async (url, { method, headers, body }) => {
    const call = request(url, { method, headers, ...tls, servername: "localhost", agent: false });
    call.end(body === undefined || body === null ? undefined : String(body));
    const [response] = await once(call, "response");
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    return new Response(bytes.length > 0 ? bytes : null, { status: response.statusCode, headers: response.headers });
  };
}
