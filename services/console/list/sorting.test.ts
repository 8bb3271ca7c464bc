import { expect, test } from "vitest";
import { ListAccountsRequestSchema } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { ListOwnSessionsRequestSchema } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { ordersOf, sortable, sortOf } from "./sorting.ts";

const COLUMNS = [{ key: "name", title: "姓名" }, { key: "roles", title: "角色" }, { title: "状态" }];

test("a list has the orders that its contract names, and none where that names none", () => {
  const orders = ordersOf(ListAccountsRequestSchema);
  expect(orders).toContain("name");
  expect(orders).toContain("-ends");
  expect(ordersOf(ListOwnSessionsRequestSchema)).toEqual([]);
});

test("columns sort by those orders alone; the one that does now says which way round", () => {
  const orders = ordersOf(ListAccountsRequestSchema);
  const [name, roles, state] = sortable(COLUMNS, orders, "-name");
  expect([name, roles, state]).toMatchObject([{ sorter: true, sortOrder: "descend" }, COLUMNS[1], COLUMNS[2]]);
  expect(sortable(COLUMNS, orders, "name")[0]).toMatchObject({ sortOrder: "ascend" });
  expect(sortable(COLUMNS, orders, "")[0]).toMatchObject({ sortOrder: null });
});

test("an address can ask for no order that the list lacks, or that no column shows", () => {
  const orders = ordersOf(ListAccountsRequestSchema);
  expect(["-name", "roles", "ends", "__proto__", ""].map((asked) => sortOf(asked, orders, COLUMNS))).toEqual([
    "-name",
    "",
    "",
    "",
    "",
  ]);
});
