import { expect, test } from "vitest";
import { actScopes, departmentScope, divisionScopes, scopeOf, WHOLE } from "./act-scopes.ts";

test("5.9.5: an act lies under the scopes by which somebody of this node can ask, and under no other", () => {
  const served = ["440106", "440100"];
  expect(divisionScopes(served, "440100")).toEqual(["440106"]);
  expect(divisionScopes(["440106001"], "440100")).toEqual(["440106001", "440106"]);
  expect(divisionScopes(served, "440000")).toEqual(["440106", "4401"]);
  // Another city's department that works here is seen by its own city, not by that of the node.
  expect(divisionScopes(["440300"], "440100")).toEqual(["4403"]);
  expect(actScopes(["D"], ["440106"])).toEqual([WHOLE, departmentScope("D"), "440106"]);
});

test.each(["44", "4401", "440106", "440106001", "4403"])(
  "who reaches as far as %s finds what a division of it did",
  (prefix) => {
    const node = "440100";
    const division = prefix.padEnd(6, "0");
    const within = actScopes([], divisionScopes([division], node));
    expect(within).toContain(scopeOf({ kind: "division", prefix }, node));
  },
);
