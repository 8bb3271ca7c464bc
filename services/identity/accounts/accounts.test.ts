import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { RunningService } from "../../node/runtime.ts";
import { identityService } from "../main.ts";

const MARKET = "114401000000990003";
const CIVIL = "114403000000990007";
const DIVISIONS: Record<string, string> = { [MARKET]: "440106", [CIVIL]: "440300" };

let house: TestRuntime;
let running: RunningService;
const operator = () => directClient(running, AccountService);
const as = (roles: StaffActor["roles"], department = MARKET, division = DIVISIONS[MARKET] as string) =>
  directClient(running, AccountService, {
    kind: "staff",
    node: "440100",
    account: "440100-admin",
    name: "管理",
    department,
    division,
    roles,
  });
const account = (id: string, roles: Role[] = [Role.MAKER], departmentCode = MARKET) => ({
  account: { id, name: "张三", departmentCode, roles },
});

beforeAll(async () => {
  const registry = {
    async getDepartment({ code }: { code: string }) {
      const division = DIVISIONS[code];
      if (division) return { department: { code, name: code, division, closed: false } };
      throw refuseField("DEPARTMENT_UNKNOWN", "code", "no such department", "see ListDepartments", "没有该部门");
    },
  };
  const clients = { "ecert.catalog.v1.RegistryService": registry };
  house = await openTestRuntime({ service: "identity", clients });
  running = await identityService.start(house.runtime);
  await operator().putAccount(account("440100-zhang"));
  await operator().putAccount(account("440100-li", [Role.SIGNER], CIVIL));
});
afterAll(async () => {
  await running.stop();
  await house.close();
});

describe("accounts of staff (5.9.2, 6.2.4.1)", () => {
  test("are read as they were put, with the division of their department", async () => {
    const { account: found } = await operator().getAccount({ id: "440100-zhang" });
    expect(found).toMatchObject({ name: "张三", departmentCode: MARKET, division: "440106", roles: [Role.MAKER] });
  });

  test("are listed, read and changed within reach alone: a department its own, a management body those of its division and below", async () => {
    const own = as(["departmentAdministrator"]);
    const ids = async (client: typeof own, departmentCode = "") =>
      (await client.listAccounts({ departmentCode })).accounts.map(({ id }) => id);
    expect(await ids(own)).toEqual(["440100-zhang"]);
    expect(await ids(own, CIVIL)).toEqual([]);
    expect(await ids(as(["administrator"], MARKET, "440100"), CIVIL)).toEqual([]);
    expect(await ids(as(["administrator"], MARKET, "440000"), CIVIL)).toEqual(["440100-li"]);
    expect(await ids(as(["administrator"], MARKET, "440100"))).toEqual(["440100-zhang"]);
    expect(await ids(as(["administrator"], MARKET, "440000"))).toEqual(["440100-zhang", "440100-li"]);
    expect(await ids(operator())).toEqual(["440100-li", "440100-zhang"]);
    const named = async (client: typeof own, search: string) =>
      (await client.listAccounts({ search })).accounts.map(({ id }) => id);
    expect(await named(own, "张")).toEqual(["440100-zhang"]);
    expect(await named(own, "LI")).toEqual([]);
    expect(await named(operator(), "LI")).toEqual(["440100-li"]);
    const ordered = async (client: typeof own, orderBy: string) =>
      (await client.listAccounts({ orderBy })).accounts.map(({ id }) => id);
    expect(await ordered(operator(), "-id")).toEqual(["440100-zhang", "440100-li"]);
    expect(await ordered(operator(), "-department_code")).toEqual(["440100-li", "440100-zhang"]);
    expect(await ordered(own, "-id")).toEqual(["440100-zhang"]);
    await expect(own.getAccount({ id: "440100-li" })).rejects.toMatchObject({ reason: "ACCOUNT_UNKNOWN" });
    await expect(own.putAccount(account("440100-li"))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(own.putAccount(account("440100-wu", [Role.MAKER], CIVIL))).rejects.toMatchObject({
      reason: "PERMISSION_DENIED",
    });
  });

  test("get no role from a department that is a management body's to give (6.2.1.2)", async () => {
    const given = as(["departmentAdministrator"]).putAccount(account("440100-zhao", [Role.MAKER, Role.SUPERVISOR]));
    await expect(given).rejects.toMatchObject({ reason: "PERMISSION_DENIED", metadata: { roles: "supervisor" } });
    const { account: put } = await as(["administrator"]).putAccount(account("440100-zhao", [Role.SUPERVISOR]));
    expect(put?.roles).toEqual([Role.SUPERVISOR]);
  });

  test("are of this node and of a department that it has", async () => {
    const of = (id: string, departmentCode: string) => operator().putAccount(account(id, [Role.MAKER], departmentCode));
    await expect(of("440300-zhang", MARKET)).rejects.toMatchObject({ fields: [{ field: "account.id" }] });
    await expect(of("440100-sun", "114401000000990111")).rejects.toMatchObject({
      reason: "DEPARTMENT_UNKNOWN",
      fields: [{ field: "account.department_code" }],
    });
  });
});

test("the usage service is told of accounts of the department that it names, in use, and of no others (5.9.3)", async () => {
  const service = directClient(running, AccountService, { kind: "service", node: "440100", name: "usage" });
  const asked = (id: string, departmentCode: string) => service.getStaffAccount({ id, departmentCode });
  await operator().putAccount(account("440100-gao", [Role.USER]));
  await expect(asked("440100-gao", MARKET)).resolves.toMatchObject({ name: "张三", roles: [Role.USER] });
  for (const refused of [asked("440100-gao", CIVIL), asked("440100-nobody", MARKET)])
    await expect(refused).rejects.toMatchObject({ reason: "ACCOUNT_UNKNOWN" });
  const { account: put } = account("440100-gao", [Role.USER]);
  await operator().putAccount({ account: { ...put, disabled: true } });
  await expect(asked("440100-gao", MARKET)).rejects.toMatchObject({ reason: "ACCOUNT_UNKNOWN" });
});
