import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import type { CatalogFile } from "../trial/catalog-files.ts";
import type { Operator } from "../trial/operator.ts";
import {
  OPEN_SINCE,
  releasedFields,
  sealPictureOf,
  seedCatalog,
  seedList,
  seedOwners,
  seedRights,
} from "../trial/seed.ts";
import { appKeyOf, coreOf, issuerOf, matterOf, placeOf, SANDBOX_FILES, type SandboxPlan } from "./plan.ts";

const SCOPES = ["issue.make", "issue.issue", "issue.read", "issue.change", "usage.use"];

/**
 * Feeds a sandbox that serves: all items, the department with its test seal, its system with every opening, and a matter that may use what it
 * issues. What is fed twice is the same, but for a new version of each item and a new secret. The secret goes to a file.
 */
export async function feedSandbox(
  plan: SandboxPlan,
  operator: Operator,
  files: readonly CatalogFile[],
  certificateFile: string,
): Promise<void> {
  const core = coreOf(plan);
  const issuer = issuerOf(
    plan,
    files.map(({ name }) => name),
  );
  const registry = operator.client(RegistryService, core.mesh.catalog?.[0] ?? "");
  const { code: departmentCode, name, division, seal: sealCode, appKey } = issuer;
  await seedCatalog(core, operator, files);
  await registry.putDepartment({ department: { code: departmentCode, name, division } });
  await seedOwners(core, operator, [issuer]);
  await seedRights(core, operator, [issuer], files);
  await registry.putSeal({
    seal: {
      ...{ code: sealCode, name: `${name}测试专用章`, departmentCode },
      pictureJson: JSON.stringify(sealPictureOf(issuer)),
      signingCertificatePem: readFileSync(certificateFile, "utf8"),
    },
  });
  const app = { key: appKey, name: `${name}业务系统（沙箱）`, departmentCode, scopes: SCOPES };
  const { secret } = await operator
    .client(AppService, core.mesh.identity?.[0] ?? "")
    .putApp({ requestId: randomUUID(), app, rotateSecret: true });
  const secretFile = placeOf(plan, SANDBOX_FILES.secret);
  rmSync(secretFile, { force: true });
  writeFileSync(secretFile, secret, { mode: 0o600, flag: "wx" });
  await seedList(core, operator, division, files);
  for (const { code: itemCode } of files) {
    await registry.putIssuingOpening({ opening: { itemCode, departmentCode, appKey, sealCode, opensOn: OPEN_SINCE } });
  }
  await registry.putMatter({
    matter: {
      ...{
        code: matterOf(plan),
        name: "沙箱用证事项",
        departmentCode,
        appKeys: [appKeyOf(plan)],
        enabledOn: OPEN_SINCE,
      },
      items: files.map((file) => ({
        itemCode: file.code,
        fields: releasedFields(file),
        files: [FileFormat.PDF, FileFormat.OFD],
      })),
    },
  });
}
