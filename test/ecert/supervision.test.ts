import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DepartmentSchema, MatterSchema } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { type RegistryRecord, RegistryRecordSchema } from "../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { EventKind, PendingEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import type { RunningService, ServiceModule } from "../../services/node/runtime.ts";
import { supervisionService } from "../../services/supervision/main.ts";
import { directClient } from "../fixtures/runtime.ts";
import { type OperatedNode, openOperatedNode } from "./operated-node.ts";

const BUREAU = "11440106MB9DEM11X6";
let node: OperatedNode;
let running: RunningService;

const module: ServiceModule = {
  name: "supervision",
  start: async (runtime) => {
    running = await supervisionService.start(runtime);
    return running;
  },
};

const ecert = (...args: string[]) => node.ecert("supervision", ...args);

beforeAll(async () => {
  node = await openOperatedNode(module);
  const inbox = directClient(running, InboxService);
  const tell = (aggregateId: string, record: RegistryRecord["record"]) => {
    const payload = toBinary(RegistryRecordSchema, create(RegistryRecordSchema, { changes: 1n, record }));
    const event = { key: `${aggregateId}:1`, aggregateId, revision: 1n, kind: EventKind.REGISTRY_CHANGED, payload };
    const occurredAt = "2026-01-02T02:00:00Z";
    return inbox.applyEvent({ node: "440100", event: create(PendingEventSchema, { ...event, occurredAt }) });
  };
  const department = { code: BUREAU, name: "岭海市天湾区市场监督管理局", division: "440106" };
  await tell("department", { case: "department", value: create(DepartmentSchema, department) });
  const portal = [{ from: "2026-01-02" }];
  for (const [code, items] of [
    ["M1", [{ itemCode: "YYZZ" }]],
    ["M2", []],
  ] as const) {
    const matter = { code, name: "核发", departmentCode: BUREAU, portal, items: [...items], enabledOn: "2026-01-02" };
    await tell(code, { case: "matter", value: create(MatterSchema, matter) });
  }
  const counted = async () => expect((await ecert("rates", "--level", "city")).out).toContain("(1/2)");
  await vi.waitFor(counted, { timeout: 30_000 });
});
afterAll(() => node?.close());

test("an operator sees rates, why each member counts, volumes and indicators, and freezes a quarter (4.7, 6.2.6.1)", async () => {
  const [rates, members, volumes] = await Promise.all([
    ecert("rates"),
    ecert("members", "--department", BUREAU, "--rate", "usage", "--json"),
    ecert("volumes", "--from", "2026-01-01", "--to", "2026-03-31", "--by", "day"),
  ]);
  expect(rates).toMatchObject({ code: 0 });
  expect(rates.out).toContain("岭海市天湾区市场监督管理局");
  expect(rates.out).toContain("使用率 usage 50.0% (1/2)");
  expect(JSON.parse(members.out)).toMatchObject([
    { code: "M1", counts: true },
    { code: "M2", counts: false, localizedWhy: "未启用用证" },
  ]);
  expect(volumes.out).toMatch(/^没有数据 · nothing was counted\n节点 440100 自 [\d-]{10} 起有完整数据/);
  const coverage = await ecert("coverage");
  expect(coverage).toMatchObject({ code: 0 });
  expect(coverage.out).toMatch(/^440100 {2}自 since [\d-]{10} {2}最近 last /);
  const holidays = await ecert(
    "holidays",
    "--put",
    join(import.meta.dirname, "../../services/supervision/calendar/holidays.json"),
  );
  expect(holidays.out).toContain("国办发明电〔2025〕7号");
  const frozen = await ecert("inspect", "freeze", "--quarter", "2026Q1", "--json");
  const { sha256 } = JSON.parse(frozen.out);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  const [shown, listed] = await Promise.all([
    ecert("inspect", "show", "--quarter", "2026Q1"),
    ecert("inspect", "list"),
  ]);
  expect(shown.out).toContain("使用率 usage 50.0% (1/2)");
  expect(listed.out).toContain(sha256);
});

test("what is wrong on the command line, or at the node, is told with what to do, and ends with 2", async () => {
  const indicator = join(node.files.directory, "indicator.json");
  writeFileSync(indicator, JSON.stringify({ id: "share", name: "比例", definitionJson: { numerator: {} } }));
  const [word, rate, quarter, put] = await Promise.all([
    ecert("sums"),
    ecert("members", "--department", BUREAU, "--rate", "both"),
    ecert("inspect", "freeze", "--quarter", "2199Q1"),
    ecert("indicators", "--put", indicator),
  ]);
  expect([word, rate, quarter, put].map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  expect(word.err).toContain("rates, members, volumes");
  expect(rate.err).toContain("electronic, usage");
  expect(quarter.err).toContain("尚未结束");
  expect(put.err).toContain("indicator.definition_json/numerator");
});
