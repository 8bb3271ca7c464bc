import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import {
  CIVIL,
  CLOSED,
  type IdentityHouse,
  MARKET,
  openIdentityHouse,
  TODAY,
} from "../../../test/fixtures/identity-house.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import { createDepartment, type Department } from "../../../test/trust/department.ts";

let house: IdentityHouse;
let institution: Department;
let national: Department;
const publicly = () => directClient(house.running, AccountService, { kind: "public" });
const subjectOf = ({ code: organizationCode, name: organization }: typeof MARKET, commonName = organization) => ({
  ...{ country: "CN", state: "广东省", locality: "岭海市" },
  ...{ organization, organizationCode, commonName },
});

/** A time of a test, so many seconds from its beginning. */
let begun = Date.parse(TODAY);
const seconds = (after: number) => new Date(begun + after * 1000).toISOString();

function statement(change: Record<string, unknown> = {}): Uint8Array {
  const said = { departmentCode: MARKET.code, account: "440100-chief", name: "张三", time: seconds(0) };
  return Buffer.from(JSON.stringify({ ...said, certificatePem: house.certificate("张三"), ...change }));
}

function activate(bytes: Uint8Array, by = institution, signed = bytes) {
  const hash = by === national ? "sm3" : "sha256";
  const signature = by.signDigest(createHash(hash).update(signed).digest(), { pades: false });
  return publicly().activateAdministrator({ statement: bytes, signature });
}

beforeAll(async () => {
  house = await openIdentityHouse();
  institution = await createDepartment(house.authority, "P-256", 365, subjectOf(MARKET));
  national = await createDepartment(house.authority, "SM2", 365, subjectOf(MARKET));
});
afterAll(() => house.close());
beforeEach(() => {
  // What was refused in one test slows down no other: two minutes forgive.
  begun += 120_000;
  house.setNow(seconds(0));
});

describe("the institution certificate of a department (机构证书, 5.8.3)", () => {
  test("activates its administrator, who signs in with the certificate of the statement", async () => {
    const bytes = statement();
    const { account } = await activate(bytes);
    expect(account).toMatchObject({
      ...{ id: "440100-chief", departmentCode: MARKET.code, division: MARKET.division },
      ...{ roles: [Role.DEPARTMENT_ADMINISTRATOR], certificates: [{ subject: /CN=张三/ }] },
    });
    expect(house.evidence.at(-1)).toMatchObject({
      kind: "account-administrator-activated",
      body: {
        ...{ account: "440100-chief", by: "public", institution: institution.signer.parsed.fingerprint },
        ...{ fingerprint: account?.certificates[0]?.fingerprint },
        statement: createHash("sha256").update(bytes).digest("hex"),
      },
    });
  });

  test("counts once: a statement that is repeated, or earlier than the last, changes nothing", async () => {
    const certificatePem = house.certificate("张三");
    const bytes = statement({ certificatePem, account: "440100-once" });
    await activate(bytes);
    await expect(activate(bytes)).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
      fields: [{ field: "statement/time" }],
    });
    const earlier = statement({ account: "440100-once", time: `${seconds(8 * 3600 - 60).slice(0, 19)}+08:00` });
    await expect(activate(earlier)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    const later = statement({ certificatePem, account: "440100-once", time: seconds(1) });
    await expect(activate(later)).resolves.toBeDefined();
  });

  test("signs with SM2 too, and gives the role to an account of the department beside those that it has", async () => {
    const account = { id: "440100-sm", name: "张三", departmentCode: MARKET.code, roles: [Role.MAKER] };
    await house.operator.putAccount({ account });
    const { account: after } = await activate(statement({ account: account.id }), national);
    expect(after?.roles).toEqual([Role.DEPARTMENT_ADMINISTRATOR, Role.MAKER]);
  });

  test.each([
    ["another department's", "CODE_INVALID", subjectOf(CIVIL)],
    ["a person's of the department, or that of a seal", "CODE_INVALID", subjectOf(MARKET, "张三")],
  ])("is refused where it is %s", async (_, reason, subject) => {
    const other = await createDepartment(house.authority, "P-256", 365, subject);
    await expect(activate(statement(), other)).rejects.toMatchObject({ reason, fields: [{ field: "signature" }] });
  });

  test("is refused of an authority that is not trusted, revoked, expired, and over another statement", async () => {
    const foreign = await openIdentityHouse();
    const stranger = await createDepartment(foreign.authority, "P-256", 365, subjectOf(MARKET));
    await foreign.close();
    await expect(activate(statement(), stranger)).rejects.toMatchObject({ reason: "SIGNER_UNTRUSTED" });
    await expect(activate(statement(), institution, Buffer.from("{}"))).rejects.toMatchObject({
      reason: "SIGNATURE_INVALID",
      fields: [{ field: "signature", localized: expect.stringContaining("重新签名") }],
    });
    const lost = await createDepartment(house.authority, "P-256", 365, subjectOf(MARKET));
    house.authority.revoke(lost.serial, "keyCompromise", new Date(seconds(-60)));
    const brief = await createDepartment(house.authority, "P-256", 1, subjectOf(MARKET));
    house.publishLists();
    const [soon, next] = [seconds(10), seconds(2 * 86_400)];
    house.setNow(soon);
    await expect(activate(statement({ time: soon }), lost)).rejects.toMatchObject({ reason: "SIGNER_REVOKED" });
    house.setNow(next);
    await expect(activate(statement({ time: next }), brief)).rejects.toMatchObject({ reason: "SIGNER_EXPIRED" });
  });
});

describe("a statement of an institution certificate", () => {
  test("names everything that is wrong with it at once", async () => {
    const bad = { departmentCode: "X", account: "chief", name: "张\u200b三", certificatePem: "none", time: "now" };
    const refused = await activate(statement(bad)).catch((error) => error);
    expect(refused.fields.map(({ field }: { field: string }) => field).sort()).toEqual(
      ["account", "certificatePem", "departmentCode", "name", "time"].map((name) => `statement/${name}`),
    );
    for (const bytes of [Buffer.from("[]"), Buffer.from([0xff, 0xfe]), statement({ more: "x" })]) {
      await expect(activate(bytes)).rejects.toMatchObject({ fields: [{ field: "statement" }] });
    }
  });

  test("is good for ten minutes, both ways", async () => {
    for (const time of [seconds(-601), seconds(601)]) {
      await expect(activate(statement({ time }))).rejects.toMatchObject({ fields: [{ field: "statement/time" }] });
    }
  });

  test("is refused for an account that is not its department's to activate, and a department that is closed or unknown", async () => {
    const put = (id: string, roles: Role[], departmentCode = MARKET.code, disabled = false) =>
      house.operator.putAccount({ account: { id, name: "某某", departmentCode, roles, disabled } });
    await put("440100-theirs", [Role.MAKER], CIVIL.code);
    await put("440100-closed", [Role.MAKER], MARKET.code, true);
    await put("440100-high", [Role.ADMINISTRATOR]);
    for (const account of ["440100-theirs", "440100-closed", "440100-high"]) {
      const refused = { reason: "PERMISSION_DENIED", fields: [{ field: "statement/account" }] };
      await expect(activate(statement({ account }))).rejects.toMatchObject(refused);
    }
    await expect(activate(statement({ account: "440300-else" }))).rejects.toMatchObject({
      ...{ reason: "INVALID_FIELD", fields: [{ field: "statement/account" }] },
    });
    const closed = await createDepartment(house.authority, "P-256", 365, subjectOf(CLOSED));
    await expect(activate(statement({ departmentCode: CLOSED.code }), closed)).rejects.toMatchObject({
      reason: "DEPARTMENT_CLOSED",
    });
    const unknown = { ...MARKET, code: "114401000000990999" };
    const nowhere = await createDepartment(house.authority, "P-256", 365, subjectOf(unknown));
    await expect(activate(statement({ departmentCode: unknown.code }), nowhere)).rejects.toMatchObject({
      ...{ reason: "DEPARTMENT_UNKNOWN", fields: [{ field: "statement/departmentCode" }] },
    });
    await expect(activate(statement({ certificatePem: house.certificate("乙", CIVIL) }))).rejects.toMatchObject({
      ...{ reason: "CODE_INVALID", fields: [{ field: "statement/certificatePem" }] },
    });
  });
});

test("who tries statements that are not signed waits for a turn, and is told to come again where too many wait (5.9.3)", async () => {
  const bytes = statement();
  const guess = () => publicly().activateAdministrator({ statement: bytes, signature: Buffer.from("none") });
  const told = await Promise.all(Array.from({ length: 9 }, () => guess().catch(({ reason }) => reason)));
  expect(told).toEqual([...Array(8).fill("SIGNATURE_INVALID"), "RATE_EXCEEDED"]);
});
