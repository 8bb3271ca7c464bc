import { readFileSync } from "node:fs";
import type { DescService } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import type { TlsFiles } from "../../services/host/config.ts";

/** An operator of a node: calls services over mutual TLS with a personal certificate. */
export interface Operator {
  client<S extends DescService>(service: S, address: string): Client<S>;
  close(): void | Promise<void>;
}

/** Bounds of a connection, milliseconds: pings find one that is gone while an answer is waited for. */
const CONNECTION = { connectTimeoutMs: 10_000, pingIntervalMs: 10_000, pingTimeoutMs: 5_000 };

/** Opens an operator's connections; each address is connected at its first call. Calls throw `Refusal`, as everywhere. */
export function openOperator(tls: TlsFiles & { caFile: string }): Operator {
  const nodeOptions = {
    ca: readFileSync(tls.caFile),
    cert: readFileSync(tls.certificateFile),
    key: readFileSync(tls.privateKeyFile),
  };
  const sessions = new Map<string, Http2SessionManager>();
  return {
    client(service, address) {
      const baseUrl = `https://${address}`;
      const session = sessions.get(address) ?? new Http2SessionManager(baseUrl, CONNECTION, nodeOptions);
      sessions.set(address, session);
      const transport = createGrpcTransport({ baseUrl, sessionManager: session, defaultTimeoutMs: 30_000 });
      return createClient(service, refusing(transport));
    },
    close() {
      for (const session of sessions.values()) session.abort();
    },
  };
}

/** A transport whose calls throw `Refusal`. The library wraps what an interceptor throws in an error of its own, so refusals are made outside of it. */
export function refusing(transport: Transport): Transport {
  const refuse = (error: unknown) => {
    throw refusalFromError(error);
  };
  return {
    unary: (...call) => transport.unary(...call).catch(refuse),
    stream: (...call) => transport.stream(...call).catch(refuse),
  };
}
