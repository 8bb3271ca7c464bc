import { randomUUID } from "node:crypto";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { ListLevel } from "../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { OpeningService } from "../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { RegistryDocument } from "../../services/catalog/stored/records.ts";
import type { StaffActor } from "../../services/domain/actor.ts";
import { type CoreOptions, openCore } from "../fixtures/core.ts";
import { licenceContent as content } from "../fixtures/licence-content.ts";
import { directClient } from "../fixtures/runtime.ts";
import { insertRecords } from "../fixtures/stored-records.ts";

/** A province's node in these tests: a bureau, a unit below it, and a stranger, each with an app; one published item; a seal of each. */
export const NODE = "440000";
export const [BUREAU, UNIT, STRANGER] = ["114401000000990003", "114401000000990016", "114401000000990029"] as const;
export const ITEM = "YYZZ";
export const DAY = "2026-11-24";
export const DEPARTMENTS = [
  { code: BUREAU, name: "局", division: "440100" },
  { code: UNIT, name: "分局", division: "440106", superiorCode: BUREAU },
  { code: STRANGER, name: "他局", division: "440300" },
];
export const appOf = (code: string) => `${NODE}-app-${code.slice(-2)}`;
export const sealOf = (code: string) => `SEAL-${code.slice(-4)}`;

/** Catalog and identity of that node, with what their callers call. */
export type OpeningScene = Awaited<ReturnType<typeof openOpeningScene>>;

/** Opens it. `before`: records that were put before this version started, by kind and key. */
export async function openOpeningScene(
  options: CoreOptions = {},
  before: readonly Pick<RegistryDocument, "kind" | "key" | "value">[] = [],
) {
  const core = await openCore({
    ...{ role: "province", code: NODE, ...options },
    async before({ catalog }) {
      const documents: RegistryDocument[] = [];
      for (const { code } of DEPARTMENTS) {
        // The seal's certificate is looked at where it is put and where it signs, not where it is named.
        const value = { code: sealOf(code), departmentCode: code, unitCodes: DEPARTMENTS.map((one) => one.code) };
        const _id = `seal/${NODE}/${value.code}`;
        documents.push({ _id, revision: 1, kind: "seal", node: NODE, key: value.code, changes: 1, value });
      }
      for (const one of before) {
        documents.push({ _id: `${one.kind}/${NODE}/${one.key}`, revision: 1, node: NODE, changes: 1, ...one });
      }
      await insertRecords(catalog.store, documents);
    },
  });
  const { test, running } = core.catalog;
  /** Registry and apps in one. */
  const operator = { ...core.client(RegistryService), ...core.client(AppService) };
  const catalog = core.client(CatalogService);
  for (const department of DEPARTMENTS) {
    await operator.putDepartment({ department });
    const app = { key: appOf(department.code), name: "系统", departmentCode: department.code, scopes: ["issue.make"] };
    await operator.putApp({ requestId: randomUUID(), app });
  }
  await catalog.registerCatalogItem({ code: ITEM, content });
  await catalog.publishCatalogItem({ code: ITEM, version: 1 });
  // Every city and county has to issue it (4.3.2, 4.4.1).
  const levels = [ListLevel.CITY, ListLevel.COUNTY];
  const lines = [{ itemCode: ITEM, target: NODE, levels, from: "2026-01-01" }];
  await directClient(running, ListService).setUpList({ change: { id: "every-city", division: NODE, lines } });
  const terms = core.client(TermsService);
  const actor = (roles: StaffActor["roles"], department: string, division: string) =>
    ({ kind: "staff", ...{ node: NODE, account: `${NODE}-zhang`, name: "张", department, division, roles } }) as const;
  return {
    ...test,
    setNow: core.setNow,
    running,
    identity: core.identity.running,
    operator,
    catalog,
    terms,
    /** An opening of the item for a department. */
    opening: (departmentCode: string, appKey = appOf(departmentCode)) => ({
      ...{ itemCode: ITEM, departmentCode, appKey, sealCode: sealOf(departmentCode), opensOn: "2026-11-01" },
    }),
    /** What the road is told. */
    issuing: (issuerCode: string, appKey = appOf(issuerCode), day: string = DAY) =>
      terms.getIssuingTerms({ appKey, itemCode: ITEM, issuerCode, day }),
    delegations: core.client(OpeningService),
    /** Registry and delegations as a member of staff meets them. */
    as: (...who: Parameters<typeof actor>) => directClient(running, RegistryService, actor(...who)),
    delegationsAs: (...who: Parameters<typeof actor>) => directClient(running, OpeningService, actor(...who)),
    close: () => core.close(),
  };
}
