import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { CIVIL, type IdentityHouse, MARKET, openIdentityHouse, TODAY } from "../../../test/fixtures/identity-house.ts";
import { instantOf } from "../../domain/instant.ts";
import type { IdentityContext } from "../context.ts";
import { openAccounts } from "./account-record.ts";
import { accountOfFingerprint } from "./find-account.ts";

let house: IdentityHouse;
const fingerprintOf = (pem: string) => new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();
const opened = async (id: string, roles: Role[] = [Role.MAKER], department = MARKET) => {
  const { operator } = house;
  await operator.putAccount({ account: { id, name: "张三", departmentCode: department.code, roles } });
  return id;
};
const told = () => house.evidence.map(({ kind, body }) => ({ kind, ...body }));

beforeAll(async () => {
  house = await openIdentityHouse();
});
afterAll(() => house.close());

describe("certificates of an account (5.8.3, 5.9.2)", () => {
  test("sign in to it, a renewed one beside the old one; bound again nothing changes", async () => {
    const id = await opened("440100-zhang");
    const [old, renewed] = [house.certificate("张三"), house.certificate("张三")];
    await house.operator.bindCertificate({ id, certificatePem: old });
    await house.operator.bindCertificate({ id, certificatePem: renewed });
    const { account } = await house.operator.bindCertificate({ id, certificatePem: old });
    expect(account?.certificates).toEqual([
      expect.objectContaining({ fingerprint: fingerprintOf(old), subject: expect.stringContaining("CN=张三") }),
      expect.objectContaining({ fingerprint: fingerprintOf(renewed), expires: "2027-11-30T02:00:00.000Z" }),
    ]);
    // The last of them counts: who has a renewed one signs in on.
    const ending = async (endsWithinDays: number) =>
      (await house.operator.listAccounts({ endsWithinDays, orderBy: "ends" })).accounts.map((one) => one.id);
    const days = Math.ceil((instantOf("2027-11-30T02:00:00.000Z") - house.runtime.now().getTime()) / 86_400_000);
    expect([await ending(days - 1), await ending(days)]).toEqual([[], [id]]);
    await house.operator.putAccount({
      account: { id, name: "张三", departmentCode: MARKET.code, roles: [Role.MAKER], disabled: true },
    });
    expect(await ending(days)).toEqual([]);
    const context = { accounts: await openAccounts(house.runtime) } as IdentityContext;
    expect(await accountOfFingerprint(context, fingerprintOf(renewed))).toMatchObject({ _id: id });
  });

  test("are not bound by putting an account: what the service sets is not taken from a request", async () => {
    const certificates = [{ fingerprint: "00".repeat(32), subject: "CN=某某", expires: "2030-01-01T00:00:00Z" }];
    const account = { id: "440100-put", name: "张三", departmentCode: MARKET.code, roles: [Role.MAKER], certificates };
    expect((await house.operator.putAccount({ account })).account?.certificates).toEqual([]);
  });

  test("sign in to one account of the node alone; whose it is the refusal does not say", async () => {
    const id = await opened("440100-wu");
    const certificatePem = house.certificate("张三");
    await house.operator.bindCertificate({ id: await opened("440100-secret-holder"), certificatePem });
    const refused = await house.operator.bindCertificate({ id, certificatePem }).catch((error) => error);
    expect(refused).toMatchObject({ reason: "ALREADY_EXISTS", fields: [{ field: "certificate_pem" }] });
    expect(JSON.stringify([refused.message, refused.fields, refused.metadata])).not.toContain("secret-holder");
  });

  test("are refused where they name another department (5.8.3), and where they cannot sign in", async () => {
    const id = await opened("440100-zhao");
    const bound = (certificatePem: string) => house.operator.bindCertificate({ id, certificatePem });
    await expect(bound(house.certificate("赵六", CIVIL))).rejects.toMatchObject({
      reason: "CODE_INVALID",
      fields: [{ field: "certificate_pem", localized: expect.stringContaining(CIVIL.code) }],
    });
    const tls = house.authority.issueTls({ node: "440100", kind: "operator", name: "admin" });
    await expect(bound(tls.certPem)).rejects.toMatchObject({ reason: "STAFF_CERTIFICATE_REFUSED" });
    await expect(bound(tls.keyPem)).rejects.toMatchObject({ fields: [{ description: "holds no certificate" }] });
    await expect(house.operator.bindCertificate({ id: "440100-none", certificatePem: "" })).rejects.toMatchObject({
      reason: "ACCOUNT_UNKNOWN",
    });
  });

  test("are five at most; those that have expired make room, and go when the account is put", async () => {
    const id = await opened("440100-qian");
    const issue = (days: number) => {
      const { code: organizationCode, name: organization } = MARKET;
      return house.authority.issueStaff({ name: "钱七", organization, organizationCode, days }).certPem;
    };
    for (const days of [1, 1, 90, 90, 90]) await house.operator.bindCertificate({ id, certificatePem: issue(days) });
    const sixth = issue(90);
    const bind = () => house.operator.bindCertificate({ id, certificatePem: sixth });
    await expect(bind()).rejects.toMatchObject({ reason: "TOO_LARGE", fields: [{ field: "certificate_pem" }] });
    house.setNow("2026-12-02T02:00:00Z");
    await opened(id);
    expect((await house.operator.getAccount({ id })).account?.certificates).toHaveLength(3);
    expect((await bind()).account?.certificates).toHaveLength(4);
    house.setNow(TODAY);
  });

  test("that name the old department are gone when their holder moves to another (5.8.3)", async () => {
    const id = await opened("440100-moves");
    await house.operator.bindCertificate({ id, certificatePem: house.certificate("迁") });
    await opened(id, [Role.MAKER], CIVIL);
    const named = house.certificate("迁", CIVIL);
    const { account } = await house.operator.bindCertificate({ id, certificatePem: named });
    expect(account?.certificates.map(({ fingerprint }) => fingerprint)).toEqual([fingerprintOf(named)]);
  });

  test("that are lost are unbound at once (5.9.4), by an administrator or by their holder; a slip does not look like done", async () => {
    const id = await opened("440100-sun");
    const [lost, own] = [house.certificate("孙八"), house.certificate("孙八")];
    for (const certificatePem of [lost, own]) await house.operator.bindCertificate({ id, certificatePem });
    const fingerprint = fingerprintOf(lost);
    const { account } = await house.as(["departmentAdministrator"]).unbindCertificate({ id, fingerprint });
    expect(account?.certificates.map((one) => one.fingerprint)).toEqual([fingerprintOf(own)]);
    await expect(house.operator.unbindCertificate({ id, fingerprint })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "fingerprint" }],
    });
    const holder = house.as(["maker"], { account: id });
    const left = await holder.unbindOwnCertificate({ fingerprint: fingerprintOf(own) });
    expect(left.account?.certificates).toEqual([]);
  });
});

describe("whoever administers a department", () => {
  const administrator = () => house.as(["departmentAdministrator"]);

  test("neither opens, changes nor closes an administrator's account, nor takes one by a certificate (5.8.3)", async () => {
    const id = await opened("440100-chief", [Role.DEPARTMENT_ADMINISTRATOR]);
    const certificatePem = house.certificate("某某");
    const denied = { reason: "PERMISSION_DENIED", metadata: { roles: "departmentAdministrator" } };
    const { code: departmentCode } = MARKET;
    const put = (one: string, roles: Role[]) =>
      administrator().putAccount({ account: { id: one, name: "李四", departmentCode, roles } });
    await expect(put("440100-second", [Role.DEPARTMENT_ADMINISTRATOR])).rejects.toMatchObject(denied);
    await expect(put(id, [Role.MAKER])).rejects.toMatchObject(denied);
    await expect(administrator().closeAccount({ id })).rejects.toMatchObject(denied);
    await expect(administrator().bindCertificate({ id, certificatePem })).rejects.toMatchObject(denied);
    await expect(
      house.as(["departmentAdministrator"], { account: id }).bindCertificate({ id, certificatePem }),
    ).resolves.toMatchObject({ account: { id } });
  });

  test("reaches no account of another department", async () => {
    const id = await opened("440100-far", [Role.MAKER], CIVIL);
    const unknown = { reason: "ACCOUNT_UNKNOWN" };
    await expect(
      administrator().bindCertificate({ id, certificatePem: house.certificate("甲") }),
    ).rejects.toMatchObject(unknown);
    await expect(administrator().unbindCertificate({ id, fingerprint: "00" })).rejects.toMatchObject(unknown);
    await expect(administrator().closeAccount({ id })).rejects.toMatchObject(unknown);
  });

  test("closes an account and changes nothing else of it", async () => {
    const id = await opened("440100-zhou", [Role.MAKER, Role.USER]);
    const { account } = await administrator().closeAccount({ id });
    expect(account).toMatchObject({ disabled: true, roles: [Role.MAKER, Role.USER] });
  });
});

test.each([
  ["operator", Role.OPERATOR],
  ["catalogAdministrator", Role.CATALOG_ADMINISTRATOR],
])(
  "%s reaches the whole node: given by operators and administrators of the node's own division, not from a part of it (6.2.1.2)",
  async (roles, role) => {
    const id = `440100-${roles.toLowerCase()}`;
    const account = { id, name: "运维", departmentCode: MARKET.code, roles: [role] };
    const by = (division: string) => house.as(["administrator"], { division });
    const refused = { reason: "PERMISSION_DENIED", metadata: { roles } };
    await expect(by("440106").putAccount({ account })).rejects.toMatchObject(refused);
    await expect(by("440100").putAccount({ account })).resolves.toMatchObject({ account: { id } });
    // Whoever bound a certificate to it would have the role.
    const certificatePem = house.certificate("运维");
    await expect(by("440106").bindCertificate({ id, certificatePem })).rejects.toMatchObject(refused);
  },
);

test("every change of an account is evidence, with who did it; what changes nothing is none (5.9.3)", async () => {
  const before = told().length;
  const id = await opened("440100-kept");
  await opened(id);
  const certificatePem = house.certificate("冯九");
  const fingerprint = fingerprintOf(certificatePem);
  await house.as(["departmentAdministrator"]).bindCertificate({ id, certificatePem });
  await house.operator.unbindCertificate({ id, fingerprint });
  await house.operator.closeAccount({ id });
  const common = { account: id, department: MARKET.code, roles: ["maker"], disabled: false };
  expect(told().slice(before)).toEqual([
    { kind: "account-put", ...common, by: "operator/440100/test" },
    { kind: "account-certificate-bound", ...common, by: "staff/440100-admin", fingerprint },
    { kind: "account-certificate-unbound", ...common, by: "operator/440100/test", fingerprint },
    { kind: "account-closed", ...common, disabled: true, by: "operator/440100/test" },
  ]);
});
