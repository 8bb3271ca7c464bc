import type { Readable } from "node:stream";
import type { ConnectRequest, ConnectResponse } from "./connect-request.ts";

/** How long the rest of a refused body may take. */
const REST_MS = 2_000;

/**
 * An answer before the end of the body refuses it. What is still on its way must not block the connection, but is read for a
 * while, and forgotten: clients look for an answer after they have written, and a connection that is closed at once may take the
 * answer with it. Then HTTP/1.1 gives up the connection, HTTP/2 the stream.
 */
export function endRefusedBody(request: ConnectRequest, response: ConnectResponse): void {
  if (request.httpVersionMajor === 2) {
    const { stream } = request;
    stream.once("finish", () => readOn(stream, () => stream.destroy()));
    return;
  }
  // Node closes a connection with the end of an answer where the client does not want to keep it: the end has to wait.
  const end = response.end.bind(response) as (bytes?: Uint8Array) => ConnectResponse;
  response.end = ((bytes?: Uint8Array) => {
    if (request.complete || request.destroyed) return end(bytes);
    if (bytes) response.write(bytes);
    request.once("end", () => end());
    readOn(request, () => {
      response.once("finish", () => request.destroy());
      end();
    });
    return response;
  }) as ConnectResponse["end"];
}

function readOn(body: Readable, giveUp: () => void): void {
  if (body.readableEnded || body.destroyed) return;
  // Node's compatibility layer would pause it again for a request that nobody reads.
  body.removeAllListeners("data");
  body.resume();
  const timer = setTimeout(giveUp, REST_MS).unref();
  body.once("close", () => clearTimeout(timer));
}
