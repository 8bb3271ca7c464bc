import type { Person } from "../../ops/trial/people.ts";
import { PROVINCE } from "../../ops/trial/plan.ts";
import { accountOf, openAccounts } from "../../ops/trial/seed-staff.ts";
import { issueKey } from "../../ops/trial/staff-key.ts";
import { type CertificateKey, signInStaff } from "../../ops/trial/staff-session.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { PEOPLE, TOP } from "../e2e/governance-people.ts";

/** Opens the accounts of people of the province's management body, by its first administrator, whom the operator sets up; resolves to their certificate keys. */
export async function hireAtProvince(trial: Trial, people: readonly Person[]): Promise<Map<string, CertificateKey>> {
  const { province } = trial.cores;
  const operator = trial.operators.get(PROVINCE.code);
  if (!operator) throw new Error("the trial has no operator of the province");
  await operator.client(RegistryService, province.mesh.catalog?.[0] ?? "").putDepartment({ department: TOP });
  const chief = issueKey(PEOPLE.provinceChief, trial.directory, trial.authority);
  const first = { account: accountOf(PEOPLE.provinceChief), certificatePem: chief.certificatePem };
  await operator.client(AccountService, province.mesh.identity?.[0] ?? "").setUpAdministrator(first);
  const hired = people.map((person) => ({ person, ...issueKey(person, trial.directory, trial.authority) }));
  await openAccounts(await signInStaff(province, trial.files.root, chief.key), hired);
  return new Map(hired.map(({ person, key }) => [person.account, key]));
}
