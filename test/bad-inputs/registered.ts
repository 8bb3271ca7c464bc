import { randomUUID } from "node:crypto";
import type { CatalogFile } from "../../ops/trial/catalog-files.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI, NATIONAL_ISSUER, PENGWAN, USER } from "../../ops/trial/plan.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";

const [SCJG, GHZY] = ISSUERS as [IssuingDepartment, IssuingDepartment];

/** Apps that call: two that issue in one city; in the other one that uses, another of the same department, one with the smallest quota. */
export const APPS = {
  approval: SCJG.appKey,
  estate: GHZY.appKey,
  counter: USER.appKey,
  window: "440300-window",
  once: "440300-once",
} as const;

/** What stands in the registers beside the seed, by its code. */
export const MORE = {
  draft: "DRAFT",
  disabled: "440100-disabled",
  police: "440300-police",
  onceMatter: "440300-ONCE",
  laterMatter: "440300-LATER",
  closedMatter: "440300-CLOSED",
} as const;

/** Registers what the seed has no need of; resolves to the secrets of the apps. */
export async function registerMore(trial: Trial, files: readonly CatalogFile[]): Promise<Map<string, string>> {
  /** Registry and apps of a node in one. */
  const registryOf = (node: { code: string }, mesh: string) => {
    const operator = trial.operators.get(node.code);
    return operator && { ...operator.client(RegistryService, mesh), ...operator.client(AppService, mesh) };
  };
  const { linghai, pengwan } = trial.cores;
  const here = registryOf(LINGHAI, linghai.mesh.catalog?.[0] ?? "");
  const there = registryOf(PENGWAN, pengwan.mesh.catalog?.[0] ?? "");
  const catalog = trial.operators.get(LINGHAI.code)?.client(CatalogService, linghai.mesh.catalog?.[0] ?? "");
  if (!here || !there || !catalog) throw new Error("the trial has no operators");
  const [licence, estate] = ["营业执照", "不动产权证书"].map((name) => files.find((file) => file.name === name));
  if (!licence || !estate) throw new Error("the seed lacks an item");

  await catalog.registerCatalogItem({ code: MORE.draft, content: { ...licence.content, name: "草案" } });
  const opening = { departmentCode: SCJG.code, appKey: SCJG.appKey, sealCode: SCJG.seal, opensOn: "2099-01-01" };
  await here.putIssuingOpening({ opening: { ...opening, itemCode: estate.code } });

  const secrets = new Map<string, string>();
  const put = async (at: typeof here, key: string, departmentCode: string, more: object = {}) => {
    const app = { key, name: "试验系统", departmentCode, scopes: ["usage.use"], ...more };
    secrets.set(key, (await at.putApp({ requestId: randomUUID(), app })).secret);
  };
  await put(here, MORE.disabled, SCJG.code, { disabled: true });
  await put(there, APPS.window, USER.code);
  await put(there, APPS.once, USER.code, { quota: { usageCodesPerDay: 1, holdersPerDay: 1 } });
  const { code, name, division } = NATIONAL_ISSUER;
  await there.putDepartment({ department: { code, name, division } });
  await put(there, MORE.police, code);

  const items = [{ itemCode: licence.code, fields: ["name"], files: [FileFormat.PDF] }];
  const matter = {
    departmentCode: USER.code,
    name: "试验事项",
    appKeys: [APPS.once, APPS.counter],
    items,
    enabledOn: "2026-01-01",
  };
  await there.putMatter({ matter: { ...matter, code: MORE.onceMatter } });
  await there.putMatter({ matter: { ...matter, code: MORE.laterMatter, enabledOn: "2099-01-01" } });
  await there.putMatter({ matter: { ...matter, code: MORE.closedMatter, items: [] } });
  return secrets;
}
