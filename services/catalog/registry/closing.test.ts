import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { openCore, type TestCore } from "../../../test/fixtures/core.ts";
import { licenceContent as content } from "../../../test/fixtures/licence-content.ts";
import { registryOf } from "../../../test/fixtures/stored-records.ts";
import type { CatalogContext } from "../context.ts";
import { recordId } from "../stored/records.ts";
import { superiorsOf } from "./departments.ts";

/* What is closed or disabled at a city, there and at the province, which stands in for it. */

const [BUREAU, ABOVE, TOP] = ["114401000000990003", "114401000000990016", "114401000000990029"] as const;
const APP = "440100-a";
const DAY = "2026-06-01";
const peer = (node: string, role: "province" | "city") => ({ node, role, name: node, publicKeyFile: "", services: {} });

let nodes: TestCore[];
const at = (index: number) => nodes[index] as TestCore;
const city = () => at(0).client(RegistryService);
const apps = () => at(0).client(AppService);
const usage = (index: number) =>
  at(index).client(TermsService).getUsageTerms({ appKey: APP, matterCode: "M", day: DAY });
const matter = { code: "M", name: "事项", departmentCode: BUREAU, appKeys: [APP], enabledOn: "2026-01-01" };

beforeAll(async () => {
  nodes = [
    await openCore({ peers: [peer("440000", "province")] }),
    await openCore({ role: "province", code: "440000", peers: [peer("440100", "city")] }),
  ];
  await city().putDepartment({ department: { code: BUREAU, name: "局", division: "440100", superiorCode: ABOVE } });
  const scopes = ["usage.use"];
  await apps().putApp({ requestId: randomUUID(), app: { key: APP, name: "系统", departmentCode: BUREAU, scopes } });
  await city().putMatter({ matter: { ...matter, items: [{ itemCode: "YYZZ" }] } });
  await delivered();
});
afterAll(async () => {
  for (const node of nodes) await node.close();
});

/** Brings what the city has said to the province. */
async function delivered(): Promise<void> {
  await at(1).apply("440100", await at(0).events());
}

let minute = 0;
/** Lets a minute pass, by which every service has noticed what happened to an app. */
function later(): void {
  minute += 1;
  for (const node of nodes) node.setNow(`2026-11-24T02:0${minute}:00Z`);
}

test("6.4.6.1: a disabled matter uses nothing, at the province once the record has come; enabled again it does", async () => {
  await expect(usage(0)).resolves.toMatchObject({ matter: { code: "M" } });
  const disabled = (value: boolean) =>
    city().putMatter({ matter: { code: "M", disabled: value }, updateMask: { paths: ["disabled"] } });
  await disabled(true);
  await expect(usage(0)).rejects.toMatchObject({ reason: "MATTER_NOT_OPENED" });
  await expect(usage(1)).resolves.toBeDefined();
  await delivered();
  await expect(usage(1)).rejects.toMatchObject({ reason: "MATTER_NOT_OPENED" });
  await disabled(false);
  await delivered();
  for (const index of [0, 1]) await expect(usage(index)).resolves.toBeDefined();
});

test("6.2.4.1: as a disabled app nothing is issued or used, though staff on screen have no token that ends with it", async () => {
  await at(0).client(CatalogService).registerCatalogItem({ code: "YYZZ", content });
  const issuing = () =>
    at(0).client(TermsService).getIssuingTerms({ itemCode: "YYZZ", issuerCode: BUREAU, appKey: APP, day: DAY });
  const disabled = (value: boolean) =>
    apps().putApp({ requestId: randomUUID(), app: { key: APP, disabled: value }, updateMask: { paths: ["disabled"] } });
  await disabled(true);
  await delivered();
  later();
  const refused = { reason: "PERMISSION_DENIED", metadata: { app_key: APP } };
  await expect(issuing()).rejects.toMatchObject(refused);
  for (const index of [0, 1]) await expect(usage(index)).rejects.toMatchObject(refused);
  await disabled(false);
  await delivered();
  later();
  await expect(issuing()).rejects.toMatchObject({ reason: "ITEM_UNPUBLISHED" });
  for (const index of [0, 1]) await expect(usage(index)).resolves.toBeDefined();
});

test("6.4.1.1: in the name of a closed department nothing is issued, used or registered; what is there stays and can be changed", async () => {
  await at(1).client(CatalogService).registerCatalogItem({ code: "YYZZ", content });
  await at(0).client(CatalogService).registerCatalogItem({ code: "YYZZ", content });
  await city().putDepartment({ department: { code: BUREAU, closed: true }, updateMask: { paths: ["closed"] } });
  await delivered();
  for (const index of [0, 1]) {
    await expect(usage(index)).rejects.toMatchObject({ reason: "DEPARTMENT_CLOSED" });
    const terms = { itemCode: "YYZZ", issuerCode: BUREAU, appKey: APP, day: DAY };
    await expect(at(index).client(TermsService).getIssuingTerms(terms)).rejects.toMatchObject({
      reason: "DEPARTMENT_CLOSED",
      fields: [{ localized: expect.stringContaining("已撤销") }],
    });
  }
  const refused = city().putMatter({ matter: { ...matter, code: "N" } });
  await expect(refused).rejects.toMatchObject({
    reason: "DEPARTMENT_CLOSED",
    fields: [{ field: "matter.department_code" }],
  });
  await city().putMatter({ matter: { ...matter, name: "改名" } });
  await city().putDepartment({ department: { code: BUREAU, closed: false }, updateMask: { paths: ["closed"] } });
});

test("5.8.4: openings of a closed superior serve nobody; those of the one above it do", async () => {
  for (const [code, superiorCode, closed] of [
    [ABOVE, TOP, true],
    [TOP, ABOVE, false],
  ] as const)
    await city().putDepartment({ department: { code, name: code, division: "440100", superiorCode, closed } });
  const { runtime } = at(0).catalog.test;
  const registry = await registryOf(runtime.store, "department");
  const { department } = await city().getDepartment({ code: BUREAU });
  expect(
    await superiorsOf(
      { runtime, registry, terms: { idOf: recordId } } as unknown as CatalogContext,
      department as never,
    ),
  ).toEqual([TOP]);
});

test("4.3.4: versions are listed, registered ones too, the newest first and without their content", async () => {
  const catalog = at(1).client(CatalogService);
  await catalog.registerCatalogItem({ code: "YYZZ", content: { ...content, name: "另一名" } });
  const first = await catalog.listCatalogItemVersions({ code: "YYZZ", pageSize: 1 });
  const rest = await catalog.listCatalogItemVersions({ code: "YYZZ", pageToken: first.nextPageToken });
  expect([...first.items, ...rest.items].map(({ version, content: held }) => [version, held])).toEqual([
    [2, undefined],
    [1, undefined],
  ]);
  await expect(catalog.listCatalogItemVersions({ code: "X" })).rejects.toMatchObject({ reason: "ITEM_UNKNOWN" });
});
