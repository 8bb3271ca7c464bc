import { createHash } from "node:crypto";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { TLSSocket } from "node:tls";
import { type MachineName, machineNames } from "../../host/machine-name.ts";
import type { Shown } from "../chain/handed-on.ts";
import { notServed, type Route, SPEAKER_HEADER, TARGET_HEADER } from "../chain/routes.ts";
import type { Incoming } from "../chain/served-call.ts";
import { BodyAccount } from "../request/body-account.ts";
import { ChunkReader } from "../request/chunk-reader.ts";
import type { ListenerShare } from "./listener-share.ts";
import { sessionProofOf, shownSession } from "./session-cookie.ts";

/** Request and response of either HTTP version; Node's HTTP/2 compatibility layer makes them alike. */
export type ConnectRequest = Http2ServerRequest;
/** See {@link ConnectRequest}. */
export type ConnectResponse = Http2ServerResponse;

/** A call as the chain takes it. `deadline` is what its protocol says. */
export function incomingOf(
  request: ConnectRequest,
  response: ConnectResponse,
  { authenticate }: Pick<ListenerShare, "authenticate">,
  deadline: Date | undefined,
): Incoming {
  return {
    header: (name) => textHeader(request, name),
    authenticate: () =>
      authenticate(namesOf(request), textHeader(request, SPEAKER_HEADER), request.headers.authorization, {
        certificate: () => certificateDigest(request),
        session: sessionProofOf(request, response),
      }),
    onGone(gone) {
      const closed = () => {
        if (!response.writableEnded) gone();
      };
      response.once("close", closed);
      return () => response.off("close", closed);
    },
    address: request.socket?.remoteAddress,
    deadline,
  };
}

/** The body of a request and the account of it. Nothing is read before it is asked for. */
export class ConnectBody {
  readonly account: BodyAccount;
  readonly chunks: ChunkReader;

  constructor(request: ConnectRequest, { intake }: Pick<ListenerShare, "intake">) {
    this.chunks = new ChunkReader(request);
    this.account = new BodyAccount(intake, request.socket?.remoteAddress, (refusal) => this.chunks.stop(refusal));
  }
}

/** Path of a request, without its query. */
export function pathOf(request: ConnectRequest): string {
  return request.url.split("?", 1)[0] as string;
}

/**
 * The way to the method that a request calls, in this process or handed on. Throws `UNIMPLEMENTED` where there is none; `unary`: or where its method streams.
 */
export function routeOf(
  request: ConnectRequest,
  { routes, elsewhere }: Pick<ListenerShare, "routes" | "elsewhere">,
  unary = false,
): Route {
  const [path, target] = [pathOf(request), textHeader(request, TARGET_HEADER)];
  const route = routes.find(path, target) ?? elsewhere?.find(path, target, shownBy(request));
  if (!route || (unary && route.method.methodKind !== "unary")) throw notServed(path);
  return route;
}

function shownBy(request: ConnectRequest): Shown {
  const { authorization } = request.headers;
  return { address: request.socket?.remoteAddress, session: shownSession(request), authorization };
}

/** A header that is one text. */
export function textHeader(request: ConnectRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The client certificate of a request, whether or not anybody here trusts who made it; TLS has proven its key. */
export function certificateOf(request: { socket: unknown }): Buffer | undefined {
  return (request.socket as TLSSocket).getPeerX509Certificate()?.raw;
}

function certificateDigest(request: { socket: unknown }): string | undefined {
  const certificate = certificateOf(request);
  return certificate && createHash("sha256").update(certificate).digest("base64url");
}

/** Names in the client certificate of a request, if TLS has verified one. */
function namesOf(request: { socket: unknown }): MachineName[] {
  const socket = request.socket as TLSSocket;
  return socket.authorized ? machineNames(socket.getPeerCertificate().subjectaltname) : [];
}
