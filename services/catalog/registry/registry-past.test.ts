import { create, toJson } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DepartmentSchema, IssuingOpeningSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { recordsOf, registryOf } from "../../../test/fixtures/stored-records.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import type { RunningService } from "../../node/runtime.ts";
import { putRecord } from "../../registry/keep-record.ts";
import type { CatalogContext } from "../context.ts";
import { catalogService } from "../main.ts";
import type { RegistryDocument } from "../stored/records.ts";
import { recordTerms } from "./record-terms.ts";
import { MAX_FORMER_SUPERIORS, pastAfter } from "./registry-past.ts";

const UNIT = "114401000000990003";
const peer = (node: string, role: "province" | "city") => ({ node, role, name: node, publicKeyFile: "", services: {} });

let province: TestRuntime;
let city: TestRuntime;
let running: RunningService;
let context: CatalogContext;

beforeAll(async () => {
  const at = { service: "catalog", now: "2026-01-01T04:00:00.000Z" } as const;
  province = await openTestRuntime({ ...at, role: "province", code: "440000", peers: [peer("440100", "city")] });
  city = await openTestRuntime({ ...at, role: "city", code: "440100", peers: [peer("440000", "province")] });
  running = await catalogService.start(province.runtime);
  const registry = await registryOf(city.runtime.store, "department");
  const watch = { isForked: () => false };
  const terms = recordTerms(() => context);
  context = { runtime: city.runtime, registry, terms, watch, bell: { ring: () => {} } } as unknown as CatalogContext;
});
afterAll(async () => {
  const closed = [province.close(), city.close()];
  await running.stop();
  await Promise.all(closed);
});

/** Brings a record to the province as its event does. */
async function travel({ _id, pending }: RegistryDocument): Promise<void> {
  const inbox = directClient(running, InboxService);
  for (const { payload, revision, key } of Object.values(pending ?? {})) {
    const event = { key, kind: EventKind.REGISTRY_CHANGED, aggregateId: _id, revision: BigInt(revision) };
    await inbox.applyEvent({ node: "440100", event: { ...event, payload: Buffer.from(payload, "base64") } });
  }
}

async function putSuperior(superiorCode: string, now: string): Promise<void> {
  for (const node of [city, province]) node.setNow(now);
  const department = create(DepartmentSchema, { code: UNIT, name: "分局", division: "440100", superiorCode });
  await travel(await putRecord(context, DepartmentSchema, "department", UNIT, department));
}

test("5.8.3: the superiors that a department had travel to the province, each until when it was replaced", async () => {
  const [a, b] = ["114401000000990016", "114401000000990029"];
  await putSuperior(a, "2026-01-01T04:00:00.000Z");
  await putSuperior(a, "2026-02-01T04:00:00.000Z");
  await putSuperior("", "2026-03-01T04:00:00.000Z");
  await putSuperior(b, "2026-04-01T04:00:00.000Z");
  const registry = await recordsOf(province.runtime.store, "department");
  expect(await registry.get(`department/440100/${UNIT}`)).toMatchObject({
    value: { superiorCode: b },
    past: {
      superiors: [
        { code: a, until: "2026-03-01T04:00:00.000Z" },
        { code: "", until: "2026-04-01T04:00:00.000Z" },
      ],
    },
  });
});

test("6.4.5.1: an opening at a node gives no right to issue: that is the province's to say", async () => {
  const opening = create(IssuingOpeningSchema, {
    itemCode: "YYZZ",
    departmentCode: UNIT,
    appKey: "440100-a",
    opensOn: "2026-01-01",
    sealCode: "SEAL-1",
  });
  await travel(await putRecord(context, IssuingOpeningSchema, "opening", `YYZZ/${UNIT}/440100-a`, opening));
  expect((await directClient(running, TermsService).listIssuingRights({})).rights).toEqual([]);
});

const stored = (superiors: { code: string; until: string }[]): RegistryDocument => {
  const value = toJson(DepartmentSchema, create(DepartmentSchema, { code: UNIT, superiorCode: "A" })) as JsonObject;
  const id = { _id: `department/440100/${UNIT}`, revision: 1, kind: "department", node: "440100", key: UNIT } as const;
  return { ...id, changes: 1, value, past: { superiors } };
};

test("a department has had so many superiors and no more; a clock set back keeps them in order", () => {
  const until = "2026-05-01T00:00:00.000Z";
  const now = new Date("2026-04-01T00:00:00Z");
  const before = Array.from({ length: MAX_FORMER_SUPERIORS - 1 }, () => ({ code: "B", until }));
  expect(pastAfter(stored(before), {}, now)?.superiors?.at(-1)).toEqual({ code: "A", until });
  const full = stored([...before, { code: "A", until }]);
  expect(() => pastAfter(full, {}, now)).toThrow(expect.objectContaining({ reason: "TOO_LARGE" }));
  expect(pastAfter(full, full.value, now)).toEqual(full.past);
});
