import { expect, test } from "vitest";
import { signIn } from "../../ops/trial/holder.ts";
import { ADMINISTRATOR, MANAGEMENT } from "../../ops/trial/people.ts";
import { accountOf } from "../../ops/trial/seed-staff.ts";
import { issueKey } from "../../ops/trial/staff-key.ts";
import { publicClient, signInStaff } from "../../ops/trial/staff-session.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";

/** Pages of a mesh, whose services are in other processes than the page: all is called at the page's own origin. */
export function describeOneOrigin(trial: () => Trial, identifierOf: () => Promise<string>): void {
  test("5.9.2, 5.9.3 pages of a mesh reach every service at one origin: a member of staff, a holder, anybody, each as far as the service itself lets them", async () => {
    const { cores, operators, authority, directory, files } = trial();
    const { linghai } = cores;
    const operator = operators.get(linghai.node.code);
    await operator?.client(RegistryService, linghai.mesh.catalog?.[0] ?? "").putDepartment({ department: MANAGEMENT });
    const { certificatePem, key } = issueKey(ADMINISTRATOR, directory, authority);
    const accounts = operator?.client(AccountService, linghai.mesh.identity?.[0] ?? "");
    await accounts?.setUpAdministrator({ account: accountOf(ADMINISTRATOR), certificatePem });

    const staff = await signInStaff(linghai, files.root, key);
    const { departments } = await staff.client(RegistryService, "catalog").listDepartments({});
    expect(departments.map(({ code }) => code)).toContain(MANAGEMENT.code);
    const refused = staff.client(IssueService, "issue").listCertificates({});
    await expect(refused).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });

    const identifier = await identifierOf();
    const verify = publicClient(linghai, files.root, VerifyService, "usage");
    await expect(verify.lookUpIdentifier({ identifier })).resolves.toBeDefined();
    const holder = await signIn(trial(), "yunfan");
    const { certificates } = await holder.call(linghai, "listOwnCertificates");
    expect(certificates.map((one) => one.identifier)).toContain(identifier);
  });
}
