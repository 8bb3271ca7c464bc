import { ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** A request as it is put to the library: read whole, and nothing in it but what its endpoints need. */
export interface LibraryRequest {
  path: string;
  /** Host of the issuer, whatever host the caller named. */
  host: string;
  authorization: string | undefined;
  contentType: string | undefined;
  body: Buffer;
}

/** What it answered. */
export interface LibraryAnswer {
  status: number;
  /** Challenge of a refusal (RFC 6750, RFC 7617). */
  wwwAuthenticate: string | undefined;
  /** JSON, or empty. */
  body: string;
}

type Callback = (request: never, response: never) => Promise<void>;

/**
 * Puts a request to the library, which is made for HTTP/1.1 and for a web server of its own, without a connection: so HTTP/2 is the same to it,
 * it sees no header that could lead it elsewhere, and it reads and writes nothing by itself.
 */
export async function askLibrary(callback: Callback, asked: LibraryRequest): Promise<LibraryAnswer> {
  const headers: Record<string, string> = {
    host: asked.host,
    accept: "application/json",
    "content-length": String(asked.body.length),
  };
  if (asked.authorization !== undefined) headers.authorization = asked.authorization;
  if (asked.contentType !== undefined) headers["content-type"] = asked.contentType;
  const request = Object.assign(Readable.from(asked.body.length > 0 ? [asked.body] : [], { objectMode: false }), {
    method: "POST",
    url: asked.path,
    originalUrl: asked.path,
    headers,
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    // What tells the library that the connection is secure.
    socket: { encrypted: true },
  });
  const response = new ServerResponse(request as never);
  const ended = Promise.withResolvers<string>();
  const end = (body?: string | Buffer) => {
    ended.resolve(body === undefined ? "" : String(body));
    return response;
  };
  Object.assign(response, { end });
  callback(request as never, response as never).catch(ended.reject);
  const body = await ended.promise;
  const challenge = response.getHeader("www-authenticate");
  return {
    status: response.statusCode,
    wwwAuthenticate: challenge === undefined ? undefined : String(challenge),
    body,
  };
}
