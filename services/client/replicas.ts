import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { GuardedSessions } from "./guarded-sessions.ts";
import type { Area, EndpointOptions } from "./options.ts";

/** Connections to all replicas of a core's services. */
export interface Replicas {
  /** A transport for one service. A replica that cannot be reached is passed over at the next call. */
  transport(service: DescService, timeoutMs: number, interceptors?: Interceptor[]): Transport;
  close(): void;
}

/**
 * Megabytes that one connection may hold. Node's default of 10 is less than an order with its attachments, and where that much
 * waits to be sent, Node drops the answer with which a server refuses it.
 */
const SESSION_MB = 1_000;

/** Opens connections lazily, one per address, shared by all services that listen there. */
export function openReplicas(endpoint: EndpointOptions): Replicas {
  const nodeOptions = { maxSessionMemory: SESSION_MB, ...(endpoint.ca !== undefined && { ca: endpoint.ca }) };
  const sessions = new Map<string, GuardedSessions>();
  const sessionAt = (address: string): GuardedSessions => {
    const known = sessions.get(address);
    if (known) return known;
    const made = new GuardedSessions(address, { pingIntervalMs: 10_000, pingTimeoutMs: 3_000 }, nodeOptions);
    sessions.set(address, made);
    return made;
  };
  return {
    transport(service, defaultTimeoutMs, interceptors = []) {
      const area = service.typeName.split(".")[1] as Area;
      const transports = (endpoint.services?.[area] ?? [endpoint.address]).map((baseUrl) =>
        createGrpcTransport({ baseUrl, sessionManager: sessionAt(baseUrl), defaultTimeoutMs, interceptors }),
      );
      return passingOver(transports);
    },
    close() {
      for (const session of sessions.values()) session.abort();
    },
  };
}

function passingOver(transports: readonly Transport[]): Transport {
  let current = 0;
  const attempt = async <T>(call: (transport: Transport) => Promise<T>): Promise<T> => {
    const tried = current;
    try {
      return await call(transports[tried % transports.length] as Transport);
    } catch (error) {
      if (tried === current && error instanceof ConnectError && error.code === Code.Unavailable) current += 1;
      throw error;
    }
  };
  return {
    unary: (...parameters) => attempt((transport) => transport.unary(...parameters)),
    stream: (...parameters) => attempt((transport) => transport.stream(...parameters)),
  };
}
