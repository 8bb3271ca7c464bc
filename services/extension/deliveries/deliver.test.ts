import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createAuthority } from "../../../ops/authority/authority.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { createBell } from "../../base/bell.ts";
import type { ExtensionContext } from "../context.ts";
import type { Extension } from "../manifest/extension.ts";
import { keepDelivering } from "./deliver.ts";
import { openDeliveries } from "./delivery-record.ts";

test("4.1.3 a receiver that never answers, with all that waits for it, keeps no event from another one", async () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-deliver-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const authority = createAuthority(join(directory, "authority"));
  const caFile = join(directory, "ca.pem");
  writeFileSync(caFile, authority.certificates.root);
  const tls = authority.issueTls({ node: "440100", kind: "service", name: "portal", ip: ["127.0.0.1"] });
  const taken: string[] = [];
  const sockets = new Set<Socket>();
  const silent = createServer({ cert: tls.certPem, key: tls.keyPem }, () => {});
  const good = createServer({ cert: tls.certPem, key: tls.keyPem }, ({ headers }, answer) => {
    taken.push(String(headers["webhook-id"]));
    answer.writeHead(204).end();
  });
  const place = async (name: string, server: Server) => {
    // From the first octet on: some are still shaking hands when all is over.
    server.on("connection", (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { name, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`, caFile, events: [] };
  };
  const receivers = [await place("silent", silent), await place("good", good)];
  const { runtime, close } = await openTestRuntime({ service: "extension" });
  const deliveries = await openDeliveries(runtime);
  const waiting = (receiver: string, key: number) =>
    deliveries.insert({
      ...{ _id: `one/${receiver}/${key}`, revision: 1, extension: "one", receiver, event: "certificate.issued" },
      ...{ state: "waiting", body: "{}", occurredAt: "2026-11-24T00:00:00.000Z", attempts: 0 },
      nextAt: new Date(runtime.now().getTime() - (receiver === "good" ? 1 : 1_000)).toISOString(),
    });
  for (let key = 0; key < 40; key++) await waiting("silent", key);
  await waiting("good", 1);
  const context: ExtensionContext = {
    ...{ runtime, deliveries, bell: createBell(), checks: { faultsOf: async () => [], close: async () => {} } },
    extensions: [{ manifest: { name: "one" }, directory, receivers } as unknown as Extension],
    receiver: (_, name) => receivers.find((one) => one.name === name),
  };
  const stopping = new AbortController();
  const working = keepDelivering(context, stopping.signal);
  // Shorter than the silent one is waited for.
  await expect.poll(() => taken, { timeout: 8_000, interval: 20 }).toEqual(["one/good/1"]);
  stopping.abort();
  for (const server of [silent, good]) server.close();
  for (const socket of sockets) socket.destroy();
  await working;
  await close();
});
