import { expect, test } from "vitest";
import { covers, type Delegation, droppedFrom, isOwnApp, notDelegated } from "./delegation.ts";

const delegation: Delegation = {
  app: "hall",
  department: "bureau",
  items: ["YYZZ"],
  matters: ["M1"],
  since: "2026-03-01",
  until: "2026-03-31",
};

test("6.4.4.2: an app acts for its own department and for those below it without more", () => {
  expect(isOwnApp({ key: "desk", department: "bureau" }, "bureau", [])).toBe(true);
  expect(isOwnApp({ key: "desk", department: "ministry" }, "bureau", ["office", "ministry"])).toBe(true);
  expect(isOwnApp({ key: "desk", department: "bureau" }, "ministry", [])).toBe(false);
});

test.each([
  [{ item: "YYZZ" }, "2026-03-01", true],
  [{ item: "YYZZ" }, "2026-03-31", true],
  [{ matter: "M1" }, "2026-03-15", true],
  [{ item: "YYZZ" }, "2026-02-28", false],
  [{ item: "YYZZ" }, "2026-04-01", false],
  [{ item: "OTHER" }, "2026-03-15", false],
  [{ matter: "YYZZ" }, "2026-03-15", false],
] as const)("6.4.4.4: a delegation lets its app do %j on %s: %s", (act, day, expected) => {
  expect(covers(delegation, act, day)).toBe(expected);
});

test("a delegation without a last day goes on, and what it names no more is told", () => {
  const { until: _, ...open } = delegation;
  expect(covers(open, { item: "YYZZ" }, "2099-01-01")).toBe(true);
  expect(droppedFrom(delegation, { items: [], matters: ["M1", "M2"] })).toEqual({ items: ["YYZZ"], matters: [] });
});

test("whoever is refused hears both departments and what to do", () => {
  const refusal = notDelegated({ key: "hall", department: "office" }, "bureau", { item: "YYZZ" }, "opening.app_key");
  expect(refusal).toMatchObject({ reason: "PERMISSION_DENIED", fields: [{ field: "opening.app_key" }] });
  expect(refusal.localized).toContain("hall属于部门office，未受部门bureau委托颁发YYZZ");
});
