import { afterAll, beforeAll, expect, test } from "vitest";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { type IdentityHouse, MARKET, openIdentityHouse } from "../../../test/fixtures/identity-house.ts";

let house: IdentityHouse;
const setUp = (id: string, roles: Role[] = [Role.ADMINISTRATOR]) =>
  house.operator.setUpAdministrator({
    account: { id, name: "张三", departmentCode: MARKET.code, roles },
    certificatePem: house.certificate("张三"),
  });

beforeAll(async () => {
  house = await openIdentityHouse();
});
afterAll(() => house.close());

test("a node's first administrator is opened with a certificate, once, however many try at the same time (5.9.2)", async () => {
  await expect(setUp("440100-maker", [Role.MAKER])).rejects.toMatchObject({ fields: [{ field: "account.roles" }] });
  await house.operator.putAccount({
    account: { id: "440100-taken", name: "李四", departmentCode: MARKET.code, roles: [Role.MAKER] },
  });
  await expect(setUp("440100-taken")).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
  const tried = await Promise.allSettled(["440100-a", "440100-b", "440100-c"].map((id) => setUp(id)));
  const [first, ...more] = tried.flatMap((one) => (one.status === "fulfilled" ? [one.value.account] : []));
  expect(more).toEqual([]);
  expect(first).toMatchObject({ roles: [Role.ADMINISTRATOR], certificates: [{ subject: /CN=张三/ }] });
  for (const one of tried)
    if (one.status === "rejected") expect(one.reason).toMatchObject({ reason: "ALREADY_EXISTS" });
  expect(house.evidence.at(-1)).toMatchObject({ kind: "account-set-up", body: { by: "operator/440100/test" } });
});

test("it stays the only one: not when its role was taken away, and not beside another administrator", async () => {
  const { accounts } = await house.operator.listAccounts({});
  const { id = "" } = accounts.find(({ roles }) => roles.includes(Role.ADMINISTRATOR)) ?? {};
  await house.operator.putAccount({
    account: { id, name: "张三", departmentCode: MARKET.code, roles: [Role.AUDITOR] },
  });
  await expect(setUp("440100-again")).rejects.toMatchObject({
    reason: "ALREADY_EXISTS",
    localized: expect.stringContaining("已设立过管理员"),
  });
});
