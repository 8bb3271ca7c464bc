import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { splitAddress } from "../../services/host/listener.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import { eventually } from "./eventually.ts";
import { type Identity, makeNodeFiles, type NodeFiles } from "./node-files.ts";
import { outboxModule } from "./outbox-module.ts";

let files: NodeFiles;
let node: RunningNode;
let sync: Identity;
const { module, probe } = outboxModule();
const PATH = "/ecert.event.v1.OutboxService/ListPendingEvents";

beforeAll(async () => {
  files = makeNodeFiles();
  sync = files.identity(files.certify("service", ["sync"]));
  node = await startNode(files.config(["issue"]), [module], { drainMs: 500 });
});

afterAll(async () => {
  probe.release();
  await node.stop();
  files.remove();
});

/** The process lives and has nothing left of the calls that broke off. */
async function expectWell(): Promise<void> {
  await eventually(async () => {
    const text = await (await fetch(`http://${node.addresses.admin}/metrics`)).text();
    expect(text).toMatch(/^ecert_calls_in_flight\{.*\} 0$/m);
  });
}

const LISTENERS = ["mesh", "public", "connect"] as const;
const GARBAGE = [
  Buffer.alloc(64, 0xff),
  Buffer.from("GET / HTTP/1.0\r\n\r\n"),
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0"),
];

describe("rough clients", () => {
  test.each(LISTENERS)("that speak no TLS, or break off, do not harm the %s listener", async (name) => {
    const { host, port } = splitAddress(node.addresses[name] as string);
    for (const bytes of GARBAGE) {
      const socket = connectTcp(port, host);
      socket.on("error", () => {});
      socket.write(bytes);
      await once(socket, "close");
    }
    await expectWell();
  });

  test.each(LISTENERS)("that speak nonsense inside TLS do not harm the %s listener", async (name) => {
    const { host, port } = splitAddress(node.addresses[name] as string);
    for (const bytes of GARBAGE) {
      const socket = connectTls({ ...sync, host, port, ALPNProtocols: ["h2"] });
      socket.on("error", () => {});
      await once(socket, "secureConnect");
      socket.end(bytes);
      socket.resume();
      await once(socket, "close");
    }
    await expectWell();
  });

  test("that leave in the middle of a call over HTTP/1.1 cancel it", async () => {
    const before = probe.calls.length;
    const url = `https://${node.addresses.connect}${PATH}`;
    const sent = request(url, { method: "POST", headers: { "content-type": "application/json" }, ...sync });
    sent.on("error", () => {});
    sent.end(`{"pageToken":"wait"}`);
    await eventually(() => expect(probe.calls).toHaveLength(before + 1));
    sent.destroy();
    await eventually(() => expect(probe.calls.at(-1)?.signal.aborted).toBe(true));
    await expectWell();
  });

  test.each(["mesh", "connect"] as const)(
    "that leave in the middle of a call over HTTP/2 cancel it (%s)",
    async (name) => {
      const before = probe.calls.length;
      const session = connectHttp2(`https://${node.addresses[name]}`, { ...sync });
      session.on("error", () => {});
      const type = name === "mesh" ? "application/grpc" : "application/json";
      const stream = session.request({ ":method": "POST", ":path": PATH, "content-type": type, te: "trailers" });
      stream.on("error", () => {});
      const message = Buffer.concat([Buffer.from([0x12, 4]), Buffer.from("wait")]);
      stream.end(
        name === "mesh" ? Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]) : `{"pageToken":"wait"}`,
      );
      await eventually(() => expect(probe.calls).toHaveLength(before + 1));
      session.destroy();
      await eventually(() => expect(probe.calls.at(-1)?.signal.aborted).toBe(true));
      await expectWell();
    },
  );

  test("that announce a body and leave reach no handler", async () => {
    const before = probe.calls.length;
    const headers = { "content-type": "application/json", "content-length": "1000" };
    const sent = request(`https://${node.addresses.connect}${PATH}`, { method: "POST", headers, ...sync });
    sent.on("error", () => {});
    sent.write("{");
    await once(sent, "socket");
    await new Promise((resolve) => sent.socket?.once("secureConnect", resolve));
    sent.destroy();
    await expectWell();
    expect(probe.calls).toHaveLength(before);
  });
});
