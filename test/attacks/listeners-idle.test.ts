import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { splitAddress } from "../../services/host/listener.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import { makeNodeFiles, NODE, type NodeFiles } from "../node/node-files.ts";
import { outboxModule } from "../node/outbox-module.ts";

/** Milliseconds of the node under test; what is kept open is kept for longer than that. */
const IDLE = 400;
const WATCH = "/grpc.health.v1.Health/Watch";

describe("a connection on which nothing happens", () => {
  let files: NodeFiles;
  let node: RunningNode;
  beforeAll(async () => {
    files = makeNodeFiles();
    const limits = { ...DEFAULT_LIMITS, idleMs: IDLE, handshakeMs: IDLE };
    node = await startNode(files.config(["issue"], { limits }), [outboxModule().module]);
  });
  afterAll(async () => {
    await node?.stop();
    files.remove();
  });

  const LISTENERS = ["mesh", "public", "connect"] as const;
  type Name = (typeof LISTENERS)[number];
  const place = (name: Name) => splitAddress(node.addresses[name] ?? "");
  const proof = () => ({
    ...files.identity(files.certify("operator", ["admin"])),
    servername: `issue.${NODE}.ecert`,
    rejectUnauthorized: false,
  });

  test.each(LISTENERS)("is closed on %s while TLS does not begin", async (name) => {
    const socket: Socket = connectTcp(place(name));
    socket.on("error", () => {});
    await once(socket, "close");
  });

  test.each(LISTENERS)("is closed on %s when no call comes", async (name) => {
    const { host, port } = place(name);
    const session = connectHttp2(`https://${host}:${port}`, proof());
    session.on("error", () => {});
    await once(session, "connect");
    await once(session, "close");
  });

  test("is closed on connect between two requests of HTTP/1.1, and before the first", async () => {
    const { host, port } = place("connect");
    for (const first of ["", "GET / HTTP/1.1\r\nhost: a\r\n\r\n"]) {
      const socket = connectTls({ host, port, ...proof(), ALPNProtocols: ["http/1.1"] });
      socket.on("error", () => {});
      await once(socket, "secureConnect");
      if (first) socket.write(first);
      socket.resume();
      await once(socket, "close");
    }
  });

  test("is none while a health watch is open: it is a call", async () => {
    const { host, port } = place("mesh");
    const session = connectHttp2(`https://${host}:${port}`, proof());
    const watch = session.request({
      ":method": "POST",
      ":path": WATCH,
      "content-type": "application/grpc",
      te: "trailers",
    });
    watch.end(Buffer.from([0, 0, 0, 0, 0]));
    await once(watch, "response");
    const other = connectHttp2(`https://${host}:${port}`, proof());
    await once(other, "close");
    expect(session.closed).toBe(false);
    session.destroy();
  });
});
