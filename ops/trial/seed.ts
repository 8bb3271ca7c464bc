import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { ListLevel } from "../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import { isSandboxNode } from "../../services/domain/sandbox.ts";
import type { CatalogFile } from "./catalog-files.ts";
import type { Core } from "./core.ts";
import type { Operator } from "./operator.ts";
import type { IssuingDepartment, TrialNode, UsingDepartment } from "./plan.ts";
import { until } from "./ready.ts";

/** First day of issuing and use in the trial. */
export const OPEN_SINCE = "2026-01-01";

/** The trial is measured as well: beyond what a department asks for. */
const QUOTA = { callsPerMinute: 1_000_000, usageCodesPerDay: 1_000_000, holdersPerDay: 1_000_000 };

const meshOf = (core: Pick<Core, "mesh">, service: "catalog" | "identity" = "catalog") => core.mesh[service]?.[0] ?? "";

/** Registers and publishes the catalog at the province; cities receive it by themselves (5.7.3). */
export async function seedCatalog(
  province: Pick<Core, "mesh">,
  operator: Operator,
  files: readonly CatalogFile[],
): Promise<void> {
  const catalog = operator.client(CatalogService, meshOf(province));
  for (const { code, content } of files) {
    const { item } = await catalog.registerCatalogItem({ code, content });
    await catalog.publishCatalogItem({ code, version: item?.version ?? 1 });
  }
}

/** What a division has to issue (应开通目录, 4.4.1): its own choice, put at the node that keeps its list. */
export async function seedList(
  core: Pick<Core, "mesh">,
  operator: Operator,
  division: string,
  files: readonly CatalogFile[],
): Promise<void> {
  const lists = operator.client(ListService, meshOf(core));
  const lines = files.map(({ code }) => ({ itemCode: code, target: division, from: OPEN_SINCE }));
  await lists.setUpList({ change: { id: randomUUID(), division, lines } });
}

/** What the province has every county issue (4.3.2), for editions of departments, which keep no list; resolves once it has arrived there. */
export async function seedDesignations(
  [province, provinceOperator]: readonly [Core, Operator],
  [edition, operator]: readonly [Core, Operator],
  { division, certificates }: IssuingDepartment,
  files: readonly CatalogFile[],
): Promise<void> {
  const items = files.filter(({ name }) => certificates.includes(name));
  const target = province.node.code;
  const lines = items.map(({ code }) => ({
    ...{ itemCode: code, target, from: OPEN_SINCE },
    levels: [ListLevel.COUNTY],
  }));
  await provinceOperator
    .client(ListService, meshOf(province))
    .setUpList({ change: { id: randomUUID(), division: target, lines } });
  const lists = operator.client(ListService, meshOf(edition));
  const arrived = async () => (await lists.getEffectiveList({ division })).count >= items.length;
  await until("the province's list reached the department's edition", arrived, 60_000);
}

/** Picture of a department's seal; in a sandbox it says that it is a test seal. */
export function sealPictureOf({ name, node }: IssuingDepartment): SealPicture {
  return { kind: "round", name, caption: isSandboxNode(node.code) ? "测试专用章" : "电子证照专用章", diameter: 42 };
}

/** Registers an issuing department with its seal, app and openings; resolves to the app's secret. */
export async function seedIssuer(
  core: Core,
  operator: Operator,
  department: IssuingDepartment,
  { certificateFile, electronicSealFile }: { certificateFile: string; electronicSealFile?: string },
  files: readonly CatalogFile[],
): Promise<string> {
  const registry = operator.client(RegistryService, meshOf(core));
  const { code, name, division, seal, appKey } = department;
  await registry.putDepartment({ department: { code, name, division } });
  await registry.putSeal({
    seal: {
      code: seal,
      name: `${name}电子证照专用章`,
      departmentCode: code,
      pictureJson: JSON.stringify(sealPictureOf(department)),
      signingCertificatePem: readFileSync(certificateFile, "utf8"),
      ...(electronicSealFile !== undefined && { electronicSeal: readFileSync(electronicSealFile) }),
    },
  });
  const scopes = ["issue.make", "issue.issue", "issue.read", "issue.change"];
  const app = { key: appKey, name: `${name}审批系统`, departmentCode: code, scopes, quota: QUOTA };
  const { secret } = await operator
    .client(AppService, meshOf(core, "identity"))
    .putApp({ requestId: randomUUID(), app, rotateSecret: true });
  const issued = files.filter((one) => department.certificates.includes(one.name));
  // An edition of a department keeps no list: the province designates for it.
  if (department.node.role !== "department") await seedList(core, operator, division, issued);
  for (const file of issued) {
    const opening = { itemCode: file.code, departmentCode: code, appKey, sealCode: seal, opensOn: OPEN_SINCE };
    await registry.putIssuingOpening({ opening });
  }
  return secret;
}

/** Registers the department that uses certificates, its app and its matter; resolves to the app's secret. */
export async function seedUser(
  core: Core,
  operator: Operator,
  user: UsingDepartment,
  files: readonly CatalogFile[],
): Promise<string> {
  const registry = operator.client(RegistryService, meshOf(core));
  const { code, name, division, appKey, matter } = user;
  await registry.putDepartment({ department: { code, name, division } });
  const app = { key: appKey, name: "统一申办受理系统", departmentCode: code, scopes: ["usage.use"], quota: QUOTA };
  const { secret } = await operator
    .client(AppService, meshOf(core, "identity"))
    .putApp({ requestId: randomUUID(), app, rotateSecret: true });
  await registry.putMatter({
    matter: {
      ...matter,
      departmentCode: code,
      appKeys: [appKey],
      enabledOn: OPEN_SINCE,
      items: files.map((file) => ({
        itemCode: file.code,
        fields: releasedFields(file),
        files: [FileFormat.PDF, FileFormat.OFD],
      })),
    },
  });
  return secret;
}

/** What the province says of the departments of the nodes below it: who owns each record, once it has arrived (5.8.3). */
export async function seedOwners(
  province: Pick<Core, "mesh">,
  operator: Operator,
  departments: readonly { node: TrialNode; code: string; name: string }[],
): Promise<void> {
  const issuers = operator.client(IssuerService, meshOf(province));
  for (const { node, code, name } of departments) {
    const arrived = `the record of ${name} reached the province, which confirms it`;
    await until(
      arrived,
      async () => (await issuers.confirmDepartment({ code, node: node.code })).body?.node === node.code,
      60_000,
    );
  }
}

/** What the province says of rights to issue: each department issues its items at its own node (5.6.2). */
export async function seedRights(
  province: Pick<Core, "mesh">,
  operator: Operator,
  departments: readonly IssuingDepartment[],
  files: readonly CatalogFile[],
): Promise<void> {
  const issuers = operator.client(IssuerService, meshOf(province));
  for (const { node, code: departmentCode, certificates } of departments) {
    for (const { code: itemCode } of files.filter((one) => certificates.includes(one.name))) {
      await issuers.putIssuingRight({ right: { node: node.code, departmentCode, itemCode, since: OPEN_SINCE } });
    }
  }
}

/** The trial's matter may extract the required data items only: the rest shows that others stay closed (5.9.6). */
export function releasedFields(file: CatalogFile): string[] {
  return file.dataSchema.required as string[];
}
