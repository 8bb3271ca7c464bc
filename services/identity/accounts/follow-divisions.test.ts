import { afterAll, beforeAll, expect, test } from "vitest";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { CIVIL, type IdentityHouse, MARKET, openIdentityHouse } from "../../../test/fixtures/identity-house.ts";
import type { IdentityContext } from "../context.ts";
import { openContext } from "../open-context.ts";
import { followDivisions } from "./follow-divisions.ts";

let house: IdentityHouse;
let context: IdentityContext;
const ID = "440100-zhang";
const OTHER = "440100-li";

beforeAll(async () => {
  house = await openIdentityHouse();
  context = await openContext(house.runtime);
});
afterAll(() => house.close());

test("an account goes with its department into another division: the former one's administrator meets it no more (6.2)", async () => {
  expect(await followDivisions(context)).toEqual({ divisions: "", times: 0 });
  const put = (id: string, { code: departmentCode }: { code: string }) =>
    house.operator.putAccount({ account: { id, name: "张三", departmentCode, roles: [Role.MAKER] } });
  await put(ID, MARKET);
  await put(OTHER, CIVIL);
  const former = house.as(["administrator"]);
  const certificatePem = house.certificate("张三");
  house.moveDepartment(MARKET.code, "440300");

  const once = await followDivisions(context);
  await expect(former.getAccount({ id: ID })).rejects.toMatchObject({ reason: "ACCOUNT_UNKNOWN" });
  await expect(former.bindCertificate({ id: ID, certificatePem })).rejects.toMatchObject({ reason: "ACCOUNT_UNKNOWN" });
  const { account } = await house.as(["administrator"], { division: "440300" }).getAccount({ id: ID });
  expect(account).toMatchObject({ division: "440300", roles: [Role.MAKER], disabled: false });
  const moved = () => house.evidence.filter(({ kind }) => kind === "account-moved").map(({ body }) => body);
  const line = { account: ID, department: MARKET.code, division: "440300", by: "service/440100/identity" };
  expect(moved()).toEqual([expect.objectContaining(line)]);

  const twice = await followDivisions(context, once);
  expect(twice).toEqual({ ...once, times: 2 });
  // What has been held against the same divisions twice is not read again.
  expect(await followDivisions(context, twice)).toBe(twice);
  expect(moved()).toHaveLength(1);
});
