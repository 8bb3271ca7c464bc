import { afterAll, beforeAll, expect, test } from "vitest";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { CIVIL, CLOSED, type IdentityHouse, MARKET, openIdentityHouse } from "../../../test/fixtures/identity-house.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";

let house: IdentityHouse;
const invite = (id: string, departmentCode = MARKET.code) =>
  directClient(house.running, AccountService, {
    kind: "service",
    node: "440100",
    name: "governance",
  }).inviteAdministrator({
    ...{ id, name: "李四", departmentCode },
  });

beforeAll(async () => {
  house = await openIdentityHouse();
});
afterAll(() => house.close());

test("an administrator who is invited has an account to which nobody signs in yet; told again nothing changes (6.4.1.1)", async () => {
  expect((await invite("440100-li")).activated).toBe("");
  await invite("440100-li");
  const { account } = await house.operator.getAccount({ id: "440100-li" });
  expect(account).toMatchObject({ name: "李四", departmentCode: MARKET.code, roles: [Role.DEPARTMENT_ADMINISTRATOR] });
  expect(account?.certificates).toEqual([]);
  expect(house.evidence.filter(({ kind }) => kind === "account-invited").length).toBe(1);
});

test("an account of the department that is at work gets the role and keeps the others, and its name", async () => {
  const own = { id: "440100-ma", name: "马五", departmentCode: MARKET.code, roles: [Role.MAKER] };
  await house.operator.putAccount({ account: own });
  await invite("440100-ma");
  const { account } = await house.operator.getAccount({ id: "440100-ma" });
  expect(account).toMatchObject({ name: "马五", roles: [Role.DEPARTMENT_ADMINISTRATOR, Role.MAKER] });
});

test("an invitation takes no account of another department, of a management body, or that was disabled, and none for a closed department", async () => {
  const put = (id: string, roles: Role[], more: object = {}) =>
    house.operator.putAccount({ account: { id, name: "王", departmentCode: MARKET.code, roles, ...more } });
  await put("440100-civil", [Role.MAKER], { departmentCode: CIVIL.code });
  await put("440100-body", [Role.ADMINISTRATOR]);
  await put("440100-gone", [Role.MAKER], { disabled: true });
  for (const id of ["440100-civil", "440100-body", "440100-gone"])
    await expect(invite(id)).rejects.toMatchObject({ reason: "ALREADY_EXISTS", fields: [{ field: "id" }] });
  await expect(invite("440300-li")).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  await expect(invite("440100-new", CLOSED.code)).rejects.toMatchObject({ reason: "DEPARTMENT_CLOSED" });
});
