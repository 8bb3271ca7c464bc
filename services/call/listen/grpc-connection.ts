import type { Http2Session } from "node:http2";
import type { TLSSocket } from "node:tls";
import { type MachineName, machineNames } from "../../host/machine-name.ts";

/** What the calls of one connection have in common. */
export interface GrpcConnection {
  /** Address of the caller, without its port. */
  readonly address: string | undefined;
  /** Names in the client certificate, if TLS has verified one. */
  readonly names: MachineName[];
}

const CONNECTIONS = new WeakMap<Http2Session, GrpcConnection>();
const NOBODY: GrpcConnection = { address: undefined, names: [] };

/** Finds out about a connection once: decoding its certificate takes a quarter of a small call. */
export function grpcConnectionOf(session: Http2Session | undefined): GrpcConnection {
  if (!session) return NOBODY;
  const known = CONNECTIONS.get(session);
  if (known) return known;
  const socket = session.socket as TLSSocket;
  const certified = socket.authorized ? socket.getPeerCertificate().subjectaltname : undefined;
  const found = { address: socket.remoteAddress, names: machineNames(certified) };
  CONNECTIONS.set(session, found);
  return found;
}
