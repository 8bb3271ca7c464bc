import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GetNodeResponse } from "../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import { callFrom, reasonIn } from "./call-from.ts";
import { eventually } from "./eventually.ts";
import { makeNodeFiles, type NodeFiles } from "./node-files.ts";
import { outboxModule } from "./outbox-module.ts";

const GET = "ecert.watch.v1.WatchService/GetNode";
let files: NodeFiles;
let first: RunningNode;
let second: RunningNode | undefined;
/** Replicas of the services of the first two. */
let more: RunningNode[] = [];
const issue = outboxModule("issue");
const catalog = outboxModule("catalog");

beforeAll(async () => {
  files = makeNodeFiles();
  const listeners = { mesh: { address: "127.0.0.1:0" } };
  const other = files.config(["catalog"], { replica: "b", listeners });
  second = await startNode(other, [catalog.module]);
  more = [
    await startNode(files.config(["catalog"], { replica: "c", listeners }), [outboxModule("catalog").module]),
    await startNode(files.config(["issue"], { replica: "d", listeners }), [outboxModule("issue").module]),
  ];
  const [third, sibling] = more.map(({ addresses }) => addresses.mesh ?? "");
  const mesh = { catalog: { addresses: [second.addresses.mesh ?? "", third ?? ""] } };
  first = await startNode(files.config(["issue"], { mesh, siblings: [sibling ?? ""] }), [issue.module]);
});
afterAll(async () => {
  await first.stop();
  await Promise.all([second, ...more].map((one) => one?.stop()));
  files.remove();
});

const call = (method: string, message: object, kind: "operator" | "service" | undefined) => {
  const { ca } = files.identity(files.certify("service", ["nobody"]));
  const own = kind && files.identity(files.certify(kind, [kind === "operator" ? "anna" : "issue"]));
  return callFrom("127.0.0.1", first.addresses.connect ?? "", method, message, { ca, ...own });
};

async function node(): Promise<GetNodeResponse> {
  const { status, body } = await call(GET, {}, "operator");
  expect(status).toBe(200);
  return body as GetNodeResponse;
}

describe("5.7.2: how a node of two services, each with a replica, stands", () => {
  test("one process tells of all four: services, store, disk, certificates by their ends", async () => {
    const { processes, away, province } = await node();
    expect(processes.map(({ replica, services }) => [replica, services.map(({ name }) => name)])).toEqual([
      ["a", ["issue"]],
      ["d", ["issue"]],
      ["b", ["catalog"]],
      ["c", ["catalog"]],
    ]);
    const [own] = processes;
    expect(own?.services[0]).toMatchObject({ serving: true, engine: "sqlite" });
    expect(Number(own?.services[0]?.storeBytes)).toBeGreaterThan(0);
    expect(Number(own?.disk?.freeBytes)).toBeLessThanOrEqual(Number(own?.disk?.totalBytes));
    const ends = own?.certificates.map(({ notAfter }) => notAfter) ?? [];
    expect(ends).toEqual(ends.toSorted());
    expect(own?.certificates.map(({ use }) => use as unknown)).toEqual(
      expect.arrayContaining(["CERTIFICATE_USE_NODE", "CERTIFICATE_USE_AUTHORITY"]),
    );
    expect([away ?? [], province ?? false]).toEqual([[], false]);
  });

  test("a service that cannot serve is an alarm with its reason, since when and what to do, until it serves again", async () => {
    issue.probe.fault = new Refusal("STORE_FULL", "no room is left");
    const [alarm] = (await node()).alarms;
    expect(alarm).toMatchObject({ kind: "ALARM_KIND_SERVICE_FAULT", urgency: "URGENCY_NOW", subject: "issue" });
    expect(alarm?.localizedCause).toContain("存储空间不足");
    expect(alarm?.localizedRemedy).not.toBe("");
    expect((await node()).alarms[0]?.since).toBe(alarm?.since);
    issue.probe.fault = undefined;
    expect((await node()).alarms ?? []).toEqual([]);
  });

  test("what a service has set aside is an alarm of that service", async () => {
    const { runtime } = issue.probe;
    const entry = { place: "store", source: "things", node: "", key: "one" } as const;
    await runtime?.setAside.put({ ...entry, reason: "RECORD_UNREADABLE", detail: "it is not whole" });
    expect((await node()).alarms).toMatchObject([{ kind: "ALARM_KIND_SET_ASIDE", service: "issue", subject: "issue" }]);
    await runtime?.setAside.cleared(entry);
    expect((await node()).alarms ?? []).toEqual([]);
  });

  test("a replica that does not answer is an alarm by its address, not urgent while another one serves", async () => {
    const [address, own] = [second?.addresses.mesh, more[1]?.addresses.mesh];
    await Promise.all([second?.stop(), more.pop()?.stop()]);
    second = undefined;
    let told = await node();
    await eventually(async () => {
      told = await node();
      expect(told.alarms).toHaveLength(2);
    });
    const soon = { kind: "ALARM_KIND_SERVICE_AWAY", urgency: "URGENCY_SOON" };
    expect(told.alarms).toEqual(
      expect.arrayContaining(
        [`catalog · ${address}`, `issue · ${own}`].map((subject) => expect.objectContaining({ ...soon, subject })),
      ),
    );
    expect([told.away ?? [], told.processes.map(({ replica }) => replica)]).toEqual([[], ["a", "c"]]);
  });

  test("a service of which no replica answers is urgent, and nothing else waits for it", async () => {
    await more.pop()?.stop();
    let told = await node();
    await eventually(async () => {
      told = await node();
      expect(told.away).toEqual(["catalog"]);
    });
    expect(told.processes).toHaveLength(1);
    expect(told.alarms[0]).toMatchObject({ urgency: "URGENCY_NOW", subject: "catalog" });
  });

  test("5.9.3: nobody without the role or the certificate is told", async () => {
    expect(reasonIn(await call(GET, {}, undefined))).toBe("TOKEN_MISSING");
    expect(reasonIn(await call(GET, {}, "service"))).toBe("PERMISSION_DENIED");
    expect(reasonIn(await call("ecert.watch.v1.WatchService/GetProcess", {}, "operator"))).toBe("PERMISSION_DENIED");
    expect(reasonIn(await call(GET, { node: "440000" }, "operator"))).toBe("UNKNOWN_FIELD");
  });
});
