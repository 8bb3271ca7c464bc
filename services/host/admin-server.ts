import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { joinAddress, type Listener, splitAddress } from "./listener.ts";

/** What the admin listener tells. */
export interface AdminServerOptions {
  /** `host:port` of the loopback interface; port 0 takes a free one. */
  address: string;
  /** Resolves if the process can serve; throws otherwise. */
  ready(): Promise<void>;
  /** Sentences about what needs care soon though everything serves; they follow `ready` on lines of their own. */
  notices?(): readonly string[];
  /** Prometheus text. */
  metrics(): Promise<string>;
}

/**
 * Opens the plain HTTP listener for probes and Prometheus: `/healthz` (the process lives), `/readyz` (every service can
 * serve), `/metrics`. It has no access control, so any address but a loopback one is refused (`TypeError`).
 */
export async function openAdminServer({
  address,
  ready,
  notices = () => [],
  metrics,
}: AdminServerOptions): Promise<Listener> {
  const { host, port } = splitAddress(address);
  if (!["127.0.0.1", "::1", "localhost"].includes(host)) {
    throw new TypeError(`admin listener ${address}: only a loopback address is allowed`);
  }
  const server = createServer(async (request, response) => {
    const { status, type, text } = await answer(request.url ?? "/");
    response.writeHead(status, {
      "content-type": type,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.end(text);
  });
  server.listen(port, host);
  await once(server, "listening");
  return {
    address: joinAddress(host, (server.address() as AddressInfo).port),
    setServing() {},
    drain: async () => {},
    close() {
      server.close();
      server.closeAllConnections();
    },
  };

  async function answer(url: string): Promise<{ status: number; type: string; text: string }> {
    const plain = "text/plain; charset=utf-8";
    switch (url) {
      case "/healthz":
        return { status: 200, type: plain, text: "alive\n" };
      case "/readyz":
        return ready().then(
          () => ({ status: 200, type: plain, text: `${["ready", ...notices()].join("\n")}\n` }),
          (error: Error) => ({ status: 503, type: plain, text: `${error.message}\n` }),
        );
      case "/metrics":
        return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", text: await metrics() };
      default:
        return { status: 404, type: plain, text: "/healthz /readyz /metrics\n" };
    }
  }
}
