import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Authority } from "../authority/authority.ts";
import type { Core } from "./core.ts";
import type { Operator } from "./operator.ts";
import { ADMINISTRATOR, DEPARTMENT_ADMINISTRATOR, MANAGEMENT, PEOPLE, type Person } from "./people.ts";
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
  const keys = join(directory, "staff");
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const issued = PEOPLE.map((person) => ({ person, ...issueKey(person, keys, authority) }));
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

async function openAccounts(
  session: StaffSession,
  people: readonly { person: Person; certificatePem: string }[],
): Promise<void> {
  const rows = people.map(({ person, certificatePem }) => ({ account: accountOf(person), certificatePem }));
  const { stored, faults } = await session.client(AccountService, "identity").importAccounts({ rows });
  if (!stored)
    throw new Error(`no accounts were opened: ${faults.map(({ field, description }) => `${field} ${description}`)}`);
}

function accountOf({ account: id, name, department, roles }: Person) {
  return { id, name, departmentCode: department.code, roles: [...roles] };
}

/** A certificate of the trial's staff authority, and the file with its key that browsers take: for its owner alone, under a password of its own. */
function issueKey({ account, name, department }: Person, directory: string, authority: Authority) {
  const order = { name, organization: department.name, organizationCode: department.code };
  const { certPem, keyPem } = authority.issueStaff(order);
  const [p12, p12Password] = [resolve(directory, `${account}.p12`), randomBytes(12).toString("base64url")];
  const args = ["pkcs12", "-export", "-name", account, "-passout", "env:P12_PASSWORD", "-out", p12];
  const env = { ...process.env, P12_PASSWORD: p12Password };
  const { status, stderr } = spawnSync("openssl", args, { input: keyPem + certPem, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl pkcs12 makes no file for ${account}: ${stderr}`);
  chmodSync(p12, 0o600);
  return { certificatePem: certPem, key: { p12, p12Password } };
}
