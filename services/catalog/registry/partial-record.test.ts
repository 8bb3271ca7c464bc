import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService, PutAppRequestSchema } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { openCore, type TestCore } from "../../../test/fixtures/core.ts";
import { registryOf } from "../../../test/fixtures/stored-records.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { putRecord } from "../../registry/keep-record.ts";
import { wantedRecord } from "../../registry/partial-record.ts";
import type { CatalogContext } from "../context.ts";
import { recordTerms } from "./record-terms.ts";

const CODE = "114401000000990003";
const department = { code: CODE, name: "局", division: "440100", superiorCode: "114401000000990016" };
const app = {
  key: "440100-a",
  name: "系统",
  departmentCode: CODE,
  scopes: ["issue.make"],
  quota: { callsPerMinute: 5 },
};

let city: TestCore;
const registry = () => city.client(RegistryService);
const apps = () => city.client(AppService);

beforeAll(async () => {
  city = await openCore();
  await registry().putDepartment({ department });
  await apps().putApp({ requestId: randomUUID(), app });
});
afterAll(() => city.close());

test("a mask replaces the members that it names; an empty one among them is emptied, all others stay", async () => {
  const changed = { code: CODE, name: "新名", superiorCode: "" };
  const answer = await registry().putDepartment({
    department: changed,
    updateMask: { paths: ["name", "superior_code"] },
  });
  expect(answer.department).toMatchObject({ ...department, ...changed, division: "440100" });
  expect((await registry().getDepartment({ code: CODE })).department).toMatchObject({ name: "新名", superiorCode: "" });
});

test("6.2.4.1: an app keeps scopes, quota and secret where only its name is put, and loses them where the whole is", async () => {
  const put = (update: object, paths?: string[]) =>
    apps().putApp({
      requestId: randomUUID(),
      app: { key: app.key, ...update },
      ...(paths && { updateMask: { paths } }),
    });
  const renamed = await put({ name: "审批系统" }, ["name"]);
  expect(renamed).toMatchObject({ secret: "", app: { ...app, name: "审批系统" } });
  const { quota: _quota, ...rest } = app;
  await put(rest);
  expect((await apps().getApp({ key: app.key })).app?.quota).toBeUndefined();
});

test("a name that the record does not have is refused with those that it has", async () => {
  const refused = registry().putDepartment({ department, updateMask: { paths: ["name", "names"] } });
  await expect(refused).rejects.toMatchObject({
    reason: "INVALID_FIELD",
    fields: [{ field: "update_mask.paths[1]", remedy: expect.stringContaining("superior_code") }],
  });
});

test("a record that is not there yet needs all that its contract demands", async () => {
  const code = "114401000000990016";
  const refused = registry().putDepartment({ department: { code, name: "上级" }, updateMask: { paths: ["name"] } });
  await expect(refused).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "department.division" }] });
  await expect(registry().getDepartment({ code })).rejects.toMatchObject({ reason: "DEPARTMENT_UNKNOWN" });
});

test("the field rules hold a partial request to what its mask names, and leave the rest to the whole", () => {
  const request = (paths: string[]) =>
    create(PutAppRequestSchema, { requestId: "r", app: { key: app.key, name: "" }, updateMask: { paths } });
  expect(() => checkFieldRules(PutAppRequestSchema, request(["disabled"]))).not.toThrow();
  expect(() => checkFieldRules(PutAppRequestSchema, request(["name"]))).toThrow(
    expect.objectContaining({ fields: [expect.objectContaining({ field: "app.name" })] }),
  );
});

test("what others changed meanwhile is not written over", async () => {
  const { runtime } = city.catalog.test;
  const context = {
    runtime,
    registry: await registryOf(runtime.store, "matter"),
    terms: recordTerms(() => context),
    watch: { isForked: () => false },
    bell: { ring() {} },
  } as unknown as CatalogContext;
  await registry().putMatter({ matter: { code: "M-0", name: "事项", departmentCode: CODE } });
  const given = create(MatterSchema, { code: "M-0", name: "另一个" });
  const mask = create(FieldMaskSchema, { paths: ["name"] });
  const parts = { kind: "matter", key: "M-0", schema: MatterSchema, given, mask } as const;
  const { record, basis } = await wantedRecord(context, parts);
  await registry().putMatter({ matter: { code: "M-0", name: "事项", departmentCode: CODE, disabled: true } });
  await expect(putRecord(context, MatterSchema, "matter", "M-0", record, { basis })).rejects.toMatchObject({
    reason: "REVISION_CONFLICT",
  });
});

test("all that can be put is listed and read, page by page", async () => {
  await registry().putMatter({ matter: { code: "M", name: "事项", departmentCode: CODE } });
  expect((await registry().getMatter({ code: "M" })).matter).toMatchObject({ name: "事项", node: "440100" });
  await apps().putApp({ requestId: randomUUID(), app: { ...app, key: "440100-b" } });
  const first = await apps().listApps({ pageSize: 1 });
  const second = await apps().listApps({ pageSize: 1, pageToken: first.nextPageToken });
  expect([...first.apps, ...second.apps].map(({ key }) => key)).toEqual(["440100-a", "440100-b"]);
  expect([(await registry().listSeals({})).seals, (await registry().listIssuingOpenings({})).openings]).toEqual([
    [],
    [],
  ]);
  const opening = { itemCode: "I", departmentCode: CODE, appKey: app.key };
  for (const [missing, reason] of [
    [apps().getApp({ key: "440100-c" }), "APP_UNKNOWN"],
    [registry().getSeal({ code: "S-01" }), "SEAL_UNKNOWN"],
    [registry().getMatter({ code: "N" }), "MATTER_UNKNOWN"],
    [registry().getIssuingOpening(opening), "ITEM_NOT_OPENED"],
  ] as const)
    await expect(missing).rejects.toMatchObject({ reason });
});
