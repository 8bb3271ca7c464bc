import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { readTls, serverNameCheck } from "../../services/host/tls.ts";
import type { AgentConfig } from "../config/agent-config.ts";

const TIMEOUT_MS = 5_000;

/**
 * Reaches a core over mutual TLS without saying hello, which would take the place of an agent that runs. Resolves to the
 * milliseconds by which the core's clock is ahead, as far as the whole seconds of its `date` header tell; rejects with the
 * cause where it cannot be reached, is not the node's `service`, or refuses our certificate.
 */
export async function probeCore(
  { node, tls }: Pick<AgentConfig, "node" | "tls">,
  address: string,
  now: () => Date,
  service = "issue",
): Promise<number | undefined> {
  const { ca, certificate, privateKey } = readTls(tls, tls.caFile);
  const session = connect(`https://${address}`, {
    ca,
    cert: certificate,
    key: privateKey,
    checkServerIdentity: serverNameCheck({ node, kind: "service", name: service }),
  });
  const timer = setTimeout(() => session.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  try {
    return await readClock(session, now);
  } finally {
    clearTimeout(timer);
    session.destroy();
  }
}

async function readClock(session: ClientHttp2Session, now: () => Date): Promise<number | undefined> {
  const failed = once(session, "close").then(() => {
    throw new Error("the core closed the connection: it may not accept this agent's certificate");
  });
  failed.catch(() => undefined);
  await Promise.race([once(session, "connect"), failed]);
  // Any gRPC request does: a client certificate is judged by then, and every answer bears a date.
  const request = session.request({
    ":method": "POST",
    ":path": "/grpc.health.v1.Health/Check",
    "content-type": "application/grpc",
    te: "trailers",
  });
  request.on("error", () => undefined);
  request.end(Buffer.alloc(5));
  const [headers] = await Promise.race([once(request, "response"), failed]);
  const time = Date.parse(headers.date ?? "");
  return Number.isNaN(time) ? undefined : time - now().getTime();
}
