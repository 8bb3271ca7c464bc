import { fromBinary } from "@bufbuild/protobuf";
import { expect, onTestFinished, test } from "vitest";
import { RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { directClient, openTestRuntime, type TestRuntimeOptions } from "../../../test/fixtures/runtime.ts";
import { recordsOf } from "../../../test/fixtures/stored-records.ts";
import { canonicalBytes } from "../../domain/canonical.ts";
import type { StoredEvent } from "../../event/pending-events.ts";
import type { NodeRole } from "../../host/roles.ts";
import { catalogService } from "../main.ts";
import type { RegistryDocument } from "../stored/records.ts";

const CODE = "114401000000990003";
const peer = (node: string, role: NodeRole) => ({ node, role, name: node, publicKeyFile: "", services: {} });

async function open(options: Omit<TestRuntimeOptions, "service">) {
  const test = await openTestRuntime({ service: "catalog", ...options });
  onTestFinished(() => test.close());
  return { test, registry: await recordsOf(test.runtime.store, "department") };
}

/** A document as the version before this one left it: events pend that hold the record as JSON. */
function before(key: string, value: RegistryDocument["value"], more = {}): RegistryDocument {
  const _id = `department/440100/${key}`;
  const record = { kind: "department", node: "440100", key, value } as const;
  const event = (changes: number): StoredEvent => ({
    key: `${_id}:${changes}`,
    kind: EventKind.REGISTRY_CHANGED,
    revision: changes,
    payload: Buffer.from(canonicalBytes({ ...record, changes })).toString("base64"),
    blobs: [],
    occurredAt: "2026-01-01T00:00:00.000Z",
  });
  const pending = { pending: [event(2), event(3)], pendingSince: "2026-01-01T00:00:00.000Z" };
  return { _id, revision: 1, ...record, changes: 3, ...more, ...pending };
}

test("5.7.3: records that wait since before they were sent as protobuf are sent as such, and the province takes them", async () => {
  const city = await open({ peers: [peer("440000", "province")] });
  const superiors = [{ code: "114401000000990016", until: "2025-01-01T00:00:00.000Z" }];
  const department = { code: CODE, name: "局", division: "440100", node: "440100" };
  await city.registry.insert(before(CODE, department, { past: { superiors } }));
  const broken = before("114401000000990016", { code: 7 });
  await city.registry.insert(broken);

  const running = await catalogService.start(city.test.runtime);
  const outbox = directClient(running, OutboxService);
  const sent = (await outbox.listPendingEvents({})).events.filter(({ key }) => !key.includes("990016"));
  expect(sent.map(({ key, revision }) => [key, revision]).sort()).toEqual([[`department/440100/${CODE}:4`, 4n]]);
  expect(sent.map(({ payload }) => fromBinary(RegistryRecordSchema, payload).changes)).toEqual([4n]);

  const province = await open({ role: "province", code: "440000", peers: [peer("440100", "city")] });
  const service = await catalogService.start(province.test.runtime);
  for (const event of sent) {
    expect(await directClient(service, InboxService).applyEvent({ node: "440100", event })).toEqual(
      expect.objectContaining({ changed: true }),
    );
  }
  expect(await province.registry.get(`department/440100/${CODE}`)).toMatchObject({
    value: department,
    past: { superiors },
  });

  // Nothing is left to rewrite, and what is pending stays as it is.
  await catalogService.start(city.test.runtime);
  expect((await outbox.listPendingEvents({})).events.map(({ key }) => key)).toEqual(
    expect.arrayContaining(sent.map(({ key }) => key)),
  );
  expect(await city.registry.get(broken._id)).toMatchObject({ revision: 1 });
});
