import { spawn } from "node:child_process";
import { once } from "node:events";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Link, LinkSchema, LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { Standing } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { mount } from "../../services/call/chain/service.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";
import { type OperatedNode, openOperatedNode } from "./operated-node.ts";

const WELL = { node: "440300", connected: true, lastSent: 7n, lastConfirmed: 7n, pending: 3n, lagMs: 1_500n };
const SICK = {
  node: "440100",
  stuck: {
    key: "c-1:2",
    number: 9n,
    since: "2026-11-29T00:00:00Z",
    tries: 4n,
    reason: "PEER_AWAY",
    detail: "no answer",
  },
  streamFault: "STORE_FULL: the stream has no room",
  setAside: 2n,
  oldestSetAside: "c-0:1",
  standing: { node: "440100", standing: Standing.LEVEL, peerStanding: Standing.BEHIND, detail: "it has sent 5 of 8" },
  comparison: { at: "2026-11-29T00:00:00Z", equal: false, surplus: 3n, unrepaired: 1n },
  forks: 1n,
};

let node: OperatedNode;
let links: Link[] = [];

const sync: ServiceModule = {
  name: "sync",
  start: async () => ({
    services: [mount(LinkService, { getLinks: async () => ({ links }), compareArchive: async () => ({}) })],
    ready: async () => {},
    stop: async () => {},
  }),
};

beforeAll(async () => {
  node = await openOperatedNode(sync);
});
afterAll(() => node?.close());

const ecert = (...args: string[]) => node.ecert("links", ...args);

describe("an operator sees the links of a node", () => {
  test("links that are well, though events wait", async () => {
    links = [create(LinkSchema, WELL)];
    const { code, out } = await ecert();
    expect(code).toBe(0);
    expect(out).toContain("440300  正常 well");
    expect(out).toContain("待确认 waiting   3, 最早 oldest 1.5 s");
  });

  test("every fault of one that is not, in words and in JSON, with an exit code for alarms", async () => {
    links = [create(LinkSchema, WELL), create(LinkSchema, SICK)];
    const { code, out } = await ecert();
    expect(code).toBe(1);
    for (const text of [
      "440100  异常 not well",
      "not connected",
      "STORE_FULL: the stream has no room",
      "event c-1:2 (9) is stuck, tried 4: PEER_AWAY, no answer",
      "2 set aside, first c-0:1",
      "对方是旧副本 · the peer is an older copy: it has sent 5 of 8",
      "the archives are not equal (3 surplus, 1 not repaired",
      "1 certificates have a second record",
    ])
      expect(out).toContain(text);
    const json = JSON.parse((await ecert("--json")).out);
    expect(json).toMatchObject([
      { node: "440300", pending: "3", faults: [] },
      { node: "440100", stuck: { key: "c-1:2", reason: "PEER_AWAY" }, standing: { peerStanding: "STANDING_BEHIND" } },
    ]);
    expect(json[1].faults).toHaveLength(7);
  });

  test("and watches them until it is interrupted", async () => {
    links = [create(LinkSchema, WELL)];
    const child = spawn(process.execPath, node.command("links", "--watch"), {
      env: node.env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (bytes) => {
      out += bytes;
    });
    await expect.poll(() => out, { timeout: 30_000 }).toContain("440300  正常 well");
    links = [create(LinkSchema, SICK)];
    await expect.poll(() => out, { timeout: 30_000 }).toContain("440100  异常 not well");
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(1);
  }, 90_000);

  test("gets help, and mistakes in words", async () => {
    expect(await ecert("--help")).toMatchObject({ code: 0, out: expect.stringContaining("--watch") });
    expect(await ecert("--nothing")).toMatchObject({ code: 2, err: expect.stringContaining("see --help") });
    expect(await ecert("--ca", "/nowhere")).toMatchObject({ code: 2, err: expect.stringContaining("/nowhere") });
  });
});
