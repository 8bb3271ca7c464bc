import { create, toBinary } from "@bufbuild/protobuf";
import { expect, onTestFinished, test } from "vitest";
import { DelegationRecordSchema } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { takeRecord } from "../../registry/incoming-record.ts";
import { openContext } from "../open-context.ts";
import { DELEGATION, DELEGATIONS, type DelegationDocument, delegationId } from "./delegation-record.ts";
import { tellFormerDelegations } from "./tell-former.ts";

const [OWN, OTHERS] = ["114401000000990003", "114401000000990016"] as const;
const peer = (node: string, role: "province" | "city") => ({ node, role, name: node, publicKeyFile: "", services: {} });

async function opened(options: Parameters<typeof openTestRuntime>[0]) {
  const house = await openTestRuntime(options);
  onTestFinished(() => house.close());
  return { ...house, context: await openContext(house.runtime) };
}

test("6.4.4.4: the province takes delegations of a node's own departments and apps, and what a node says of others' is refused", async () => {
  const { context } = await opened({
    ...{ service: "catalog", role: "province", code: "440000" },
    peers: [peer("440100", "city"), peer("440300", "city")],
  });
  const owner = { _id: `department/${OTHERS}`, revision: 1, kind: "department", key: OTHERS, node: "440300" } as const;
  await context.owners.insert({ ...owner, changedAt: "2026-11-24T00:00:00Z" });
  const told = (change: object = {}, changes = 1n) => {
    const delegation = { appKey: "440100-app", departmentCode: OWN, since: "2026-01-01", ...change };
    const payload = toBinary(DelegationRecordSchema, create(DelegationRecordSchema, { changes, delegation }));
    return takeRecord(context.delegations, "440100", payload, "event");
  };
  await expect(told({ departmentCode: OTHERS })).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
  for (const [change, field] of [
    [{ appKey: "440300-app" }, "delegation.app_key"],
    [{ since: "2026-02-30" }, "delegation.since"],
    [{ until: "2025-12-31" }, "delegation.until"],
  ] as const)
    await expect(told(change)).rejects.toMatchObject({ fields: [{ field }] });
  expect(await told()).toBe(true);
  expect(await told()).toBe(false);
  await expect(told({ itemCodes: ["YYZZ"] })).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
  expect(await told({ until: "2026-12-31" }, 2n)).toBe(true);
  const kept = await context.delegations.registry.of(DELEGATION).get(delegationId("440100-app", OWN));
  expect(kept).toMatchObject({ node: "440100", changes: 2, value: { until: "2026-12-31" } });
  // Records that name the app follow at its own node alone.
  expect(kept?.follow).toBeUndefined();
});

test("what was granted before delegations were told becomes a record at the start, with the event that tells it, once", async () => {
  const { context, runtime } = await opened({
    service: "catalog",
    code: "440100",
    peers: [peer("440000", "province")],
  });
  const stored = await runtime.store.collection<DelegationDocument>(DELEGATIONS);
  const value = (appKey: string) => ({ appKey, departmentCode: OWN, since: "2026-01-01" });
  const former = (app: string) =>
    ({
      _id: delegationId(app, OWN),
      revision: 1,
      app,
      department: OWN,
      value: value(app),
    }) as unknown as DelegationDocument;
  for (const app of ["440100-app", "440300-app"]) await stored.insert(former(app));
  for (let count = 0; count < 2; count++) {
    const before = await stored.get(delegationId("440100-app", OWN));
    await stored.replace({ ...(before as DelegationDocument) });
  }
  for (let starts = 0; starts < 2; starts++) await tellFormerDelegations(context);
  const record = await stored.get(delegationId("440100-app", OWN));
  expect(record).toMatchObject({ kind: "delegation", node: "440100", key: record?._id, changes: 3 });
  expect(record?.pending).toMatchObject([{ kind: EventKind.DELEGATION_CHANGED, revision: 3 }]);
  // What another node's app was granted here nothing ever came of.
  expect(await stored.get(delegationId("440300-app", OWN))).toBeUndefined();
});
