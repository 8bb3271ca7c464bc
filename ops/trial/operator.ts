import { readFileSync } from "node:fs";
import type { DescService } from "@bufbuild/protobuf";
import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { TlsFiles } from "../../services/runtime/config.ts";
import { refusalFromError } from "../../services/runtime/refusal-wire.ts";

/** An operator of a node: calls services over mutual TLS with a personal certificate. */
export interface Operator {
  client<S extends DescService>(service: S, address: string): Client<S>;
  close(): void;
}

/** Calls throw `Refusal`, as everywhere. */
const rebuilt: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    throw refusalFromError(error);
  }
};

/** Opens an operator's connections; each address is connected at its first call. */
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
      const session = sessions.get(address) ?? new Http2SessionManager(baseUrl, {}, nodeOptions);
      sessions.set(address, session);
      const transport = createGrpcTransport({
        baseUrl,
        sessionManager: session,
        defaultTimeoutMs: 30_000,
        interceptors: [rebuilt],
      });
      return createClient(service, transport);
    },
    close() {
      for (const session of sessions.values()) session.abort();
    },
  };
}
