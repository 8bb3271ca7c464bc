import { randomUUID } from "node:crypto";
import type { Person } from "../../../ops/trial/people.ts";
import { PENGWAN, USER } from "../../../ops/trial/plan.ts";
import { releasedFields } from "../../../ops/trial/seed.ts";
import { accountOf, openAccounts } from "../../../ops/trial/seed-staff.ts";
import { issueKey } from "../../../ops/trial/staff-key.ts";
import { type CertificateKey, signInStaff } from "../../../ops/trial/staff-session.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { consoleApp } from "../../../services/domain/console-app.ts";
import { type GovernanceScene, SINCE } from "../../e2e/governance-scene.ts";

const { code, name, division, matter } = USER;
const person = (id: string, called: string, role: Role): Person => ({
  ...{ account: `${PENGWAN.code}-${id}`, name: called, department: { code, name, division }, roles: [role] },
});
const CHIEF = person("chief", "鹏湾试验甲", Role.ADMINISTRATOR);

/** Uses certificates at a window of another city. */
export const NEIGHBOUR = person("window", "鹏湾试验乙", Role.USER);
/** The matter for which that is. */
export const THEIR_MATTER = matter;

/** Lets a department of another city use this kind of certificate on screen, as its node's operator; resolves to the officer's certificate key. */
export async function openNeighbour({ trial, licence }: GovernanceScene): Promise<CertificateKey> {
  const { mesh } = trial.cores.pengwan;
  const operator = trial.operators.get(PENGWAN.code);
  if (!operator) throw new Error("the trial has no operator of 鹏湾");
  const registry = operator.client(RegistryService, mesh.catalog?.[0] ?? "");
  const identity = mesh.identity?.[0] ?? "";
  const key = consoleApp(PENGWAN.code, code);
  await registry.putDepartment({ department: { code, name, division } });
  const app = { key, name: `${name}经办`, departmentCode: code, scopes: ["usage.use"] };
  await operator.client(AppService, identity).putApp({ requestId: randomUUID(), app });
  const items = [{ itemCode: licence.code, fields: releasedFields(licence), files: [FileFormat.PDF, FileFormat.OFD] }];
  await registry.putMatter({
    matter: { ...matter, departmentCode: code, appKeys: [key], enabledOn: SINCE, items },
  });
  const chief = issueKey(CHIEF, trial.directory, trial.authority);
  const officer = issueKey(NEIGHBOUR, trial.directory, trial.authority);
  const first = { account: accountOf(CHIEF), certificatePem: chief.certificatePem };
  await operator.client(AccountService, identity).setUpAdministrator(first);
  const session = await signInStaff(trial.cores.pengwan, trial.files.root, chief.key);
  await openAccounts(session, [{ person: NEIGHBOUR, certificatePem: officer.certificatePem }]);
  return officer.key;
}
