import { randomUUID } from "node:crypto";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { consoleApp, consoleKeyId } from "../../services/domain/console-app.ts";
import { type AgentFiles, amendPolicy } from "./agents.ts";
import type { CatalogFile } from "./catalog-files.ts";
import { originKey } from "./connect.ts";
import type { Core } from "./core.ts";
import type { Operator } from "./operator.ts";
import type { IssuingDepartment, TrialNode } from "./plan.ts";
import { OPEN_SINCE, releasedFields } from "./seed.ts";

/** The kind of certificate that is made, issued and used on screen. */
const ITEM = "营业执照";

/** The key by which a node signs orders that were made on screen. */
export function consoleKey(directory: string, { code }: Pick<TrialNode, "code">) {
  return { ...originKey(directory, consoleKeyId(code)), keyId: consoleKeyId(code) };
}

/** The matter in which staff of a department use certificates on screen. */
export function consoleMatter({ division }: Pick<IssuingDepartment, "division">) {
  return { code: `${division}-SPJY-02`, name: "食品经营许可变更" };
}

/** The matter out of which that kind of certificate comes (发证清单, 4.5.2). */
export function consoleIssuingMatter({ division }: Pick<IssuingDepartment, "division">) {
  return { code: `${division}-QYSL-01`, name: "企业设立登记" };
}

/** Lets the console of a department have certificates signed at the department's own host: of this one item, and no other. */
export function allowConsole(
  agent: AgentFiles,
  { node, code }: IssuingDepartment,
  root: string,
  files: readonly CatalogFile[],
) {
  const { keyId: id, publicKeyFile } = consoleKey(root, node);
  const console = { app: consoleApp(node.code, code), originKeys: [{ id, publicKeyFile }], items: [item(files).code] };
  amendPolicy(agent, (policy) => ({ ...policy, apps: [...(policy.apps as object[]), console] }));
}

/** Registers the console of a department, and what its staff may issue and use as it. */
export async function seedConsole(
  core: Core,
  operator: Operator,
  { node, code, name, seal, division }: IssuingDepartment,
  files: readonly CatalogFile[],
): Promise<void> {
  const registry = operator.client(RegistryService, core.mesh.catalog?.[0] ?? "");
  const [key, file] = [consoleApp(node.code, code), item(files)];
  const scopes = ["issue.make", "issue.issue", "issue.read", "issue.change", "usage.use"];
  await operator
    .client(AppService, core.mesh.identity?.[0] ?? "")
    .putApp({ requestId: randomUUID(), app: { key, name: `${name}经办`, departmentCode: code, scopes } });
  const opening = { itemCode: file.code, departmentCode: code, appKey: key, sealCode: seal, opensOn: OPEN_SINCE };
  await registry.putIssuingOpening({ opening });
  const matter = {
    ...consoleMatter({ division }),
    departmentCode: code,
    appKeys: [key],
    enabledOn: OPEN_SINCE,
    items: [{ itemCode: file.code, fields: releasedFields(file), files: [FileFormat.PDF, FileFormat.OFD] }],
  };
  await registry.putMatter({ matter });
  const issuing = { ...consoleIssuingMatter({ division }), departmentCode: code, issuedItems: [file.code] };
  await registry.putMatter({ matter: issuing });
}

function item(files: readonly CatalogFile[]): CatalogFile {
  return files.find(({ name }) => name === ITEM) as CatalogFile;
}
