import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ImportOutcome } from "../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { CIVIL, CLOSED, type IdentityHouse, MARKET, openIdentityHouse } from "../../../test/fixtures/identity-house.ts";

let house: IdentityHouse;
const row = (id: string, { roles = [Role.MAKER] as Role[], department = MARKET.code, certificatePem = "" } = {}) => ({
  account: { id, name: "王五", departmentCode: department, roles },
  certificatePem,
});
const ids = async () => (await house.operator.listAccounts({})).accounts.map(({ id }) => id);

beforeAll(async () => {
  house = await openIdentityHouse();
});
afterAll(() => house.close());

describe("a list of accounts (6.2.4.1)", () => {
  test("is imported with certificates, and again without changing anything", async () => {
    const rows = [
      row("440100-wang", { certificatePem: house.certificate("王五") }),
      row("440100-zheng", { roles: [Role.SIGNER, Role.USER] }),
    ];
    const tried = await house.operator.importAccounts({ rows, dryRun: true });
    expect(tried).toMatchObject({ stored: false, faults: [] });
    expect(await ids()).toEqual([]);
    const { stored, accounts } = await house.operator.importAccounts({ rows });
    expect([stored, accounts.map(({ outcome }) => outcome)]).toEqual([
      true,
      [ImportOutcome.OPENED, ImportOutcome.OPENED],
    ]);
    const { account } = await house.operator.getAccount({ id: "440100-wang" });
    expect(account?.certificates).toHaveLength(1);
    const evidence = house.evidence.length;
    const again = await house.operator.importAccounts({ rows: [...rows, row("440100-chen")] });
    expect(again.accounts.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["440100-wang", ImportOutcome.UNCHANGED],
      ["440100-zheng", ImportOutcome.UNCHANGED],
      ["440100-chen", ImportOutcome.OPENED],
    ]);
    expect(house.evidence).toHaveLength(evidence + 1);
    const changed = await house.operator.importAccounts({ rows: [row("440100-chen", { roles: [Role.AUDITOR] })] });
    expect(changed.accounts[0]?.outcome).toBe(ImportOutcome.CHANGED);
  });

  test("tells every fault of every row at once, in both languages, and stores nothing", async () => {
    const before = await ids();
    const twice = house.certificate("李四");
    const taken = house.certificate("王五");
    await house.operator.bindCertificate({ id: "440100-zheng", certificatePem: taken });
    const rows = [
      row("440300-else", { department: "114401000000990999", certificatePem: house.certificate("乙", CIVIL) }),
      row("440100-good", { certificatePem: twice }),
      { certificatePem: "" },
      row("bad id", { roles: [] }),
      row("440100-good", { certificatePem: twice }),
      row("440100-late", { department: CLOSED.code, certificatePem: taken }),
    ];
    const { stored, accounts, faults } = await house.operator.importAccounts({ rows });
    expect([stored, accounts]).toEqual([false, []]);
    expect(faults.map(({ field }) => field)).toEqual([
      "rows[0].account.id",
      "rows[0].account.department_code",
      "rows[0].certificate_pem",
      "rows[2].account",
      "rows[3].account.id",
      "rows[3].account.roles",
      "rows[4].account.id",
      "rows[4].certificate_pem",
      "rows[5].certificate_pem",
      "rows[5].account.department_code",
    ]);
    for (const { description, localized } of faults) {
      expect(description).not.toBe("");
      expect(localized).toMatch(/\p{Script=Han}/u);
    }
    expect(await ids()).toEqual(before);
    const held = await house.operator.importAccounts({ rows: [row("440100-new", { certificatePem: taken })] });
    expect(held.faults).toMatchObject([{ field: "rows[0].certificate_pem" }]);
  });

  test("gives no more than who imports it may give", async () => {
    const rows = [row("440100-boss", { roles: [Role.ADMINISTRATOR] }), row("440100-civil", { department: CIVIL.code })];
    const { stored, faults } = await house.as(["departmentAdministrator"]).importAccounts({ rows });
    expect(stored).toBe(false);
    expect(faults.map(({ field }) => field)).toEqual(["rows[0].account.roles", "rows[1].account.department_code"]);
  });
});
