import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Authority } from "../authority/authority.ts";
import type { Core } from "./core.ts";
import type { Operator } from "./operator.ts";
import { ADMINISTRATOR, DEPARTMENT_ADMINISTRATOR, MANAGEMENT, PEOPLE, type Person } from "./people.ts";
import { issueKey } from "./staff-key.ts";
import { type CertificateKey, type StaffSession, signInStaff } from "./staff-session.ts";

/** Somebody who works at a node, with the certificate key. */
export type Member = Person & CertificateKey;

/**
 * Gives everybody a certificate and an account, as at any node (6.2.4.1): the operator sets up the first administrator, who signs in and opens the
 * accounts of the management body and of the department's administrator, who signs in and opens those of the department.
 */
export async function seedStaff(
  core: Core,
  operator: Operator,
  authority: Authority,
  { directory, caFile }: { directory: string; caFile: string },
): Promise<Member[]> {
  const issued = PEOPLE.map((person) => ({ person, ...issueKey(person, directory, authority) }));
  const of = (wanted: Person) => issued.find(({ person }) => person === wanted) as (typeof issued)[number];

  await operator.client(RegistryService, core.mesh.catalog?.[0] ?? "").putDepartment({ department: MANAGEMENT });
  const first = of(ADMINISTRATOR);
  const accounts = operator.client(AccountService, core.mesh.identity?.[0] ?? "");
  await accounts.setUpAdministrator({ account: accountOf(first.person), certificatePem: first.certificatePem });
  const opens = async (opener: Person, people: readonly Person[]) => {
    await openAccounts(await signInStaff(core, caFile, of(opener).key), people.map(of));
  };
  const others = PEOPLE.filter((person) => person !== ADMINISTRATOR);
  const isOfDepartment = (person: Person) =>
    person.department === DEPARTMENT_ADMINISTRATOR.department && person !== DEPARTMENT_ADMINISTRATOR;
  await opens(
    ADMINISTRATOR,
    others.filter((person) => !isOfDepartment(person)),
  );
  await opens(DEPARTMENT_ADMINISTRATOR, others.filter(isOfDepartment));
  return issued.map(({ person, key }) => ({ ...person, ...key }));
}

/** Has an administrator open accounts with their certificates, all or none. */
export async function openAccounts(
  session: Pick<StaffSession, "client">,
  people: readonly { person: Person; certificatePem: string }[],
): Promise<void> {
  const rows = people.map(({ person, certificatePem }) => ({ account: accountOf(person), certificatePem }));
  const { stored, faults } = await session.client(AccountService, "identity").importAccounts({ rows });
  if (!stored)
    throw new Error(`no accounts were opened: ${faults.map(({ field, description }) => `${field} ${description}`)}`);
}

/** The account of somebody, as the identity service takes it. */
export function accountOf({ account: id, name, department, roles }: Person) {
  return { id, name, departmentCode: department.code, roles: [...roles] };
}
