import { expect, test } from "vitest";
import { admitUse, type UsageOpening } from "./usage-opening.ts";

const matter: UsageOpening = {
  code: "M1",
  appKeys: ["desk"],
  disabled: false,
  items: ["YYZZ"],
  enabledOn: "2026-03-01",
  closesOn: "2026-03-31",
  endedOn: "",
};
const halt = (kind: "suspended" | "withdrawn") => ({ kind, cause: "核查", since: "2026-03-05T00:00:00Z" });

test("6.4.6.1: a matter uses certificates from its first to its last day, by the apps that it names", () => {
  for (const day of ["2026-03-01", "2026-03-31"]) expect(() => admitUse(matter, "desk", day)).not.toThrow();
  expect(() => admitUse({ ...matter, closesOn: "" }, "desk", "2030-01-01")).not.toThrow();
});

test.each([
  ["by an app that it does not name", {}, "other", "2026-03-10", "PERMISSION_DENIED", /does not handle/],
  ["before its first day", {}, "desk", "2026-02-28", "MATTER_NOT_OPENED", /before 2026-03-01/],
  ["after its last day", {}, "desk", "2026-04-01", "MATTER_NOT_OPENED", /until 2026-03-31/],
  ["without items", { items: [] }, "desk", "2026-03-10", "MATTER_NOT_OPENED", /enable 事项用证/],
  ["without a first day", { enabledOn: "" }, "desk", "2026-03-10", "MATTER_NOT_OPENED", /enable 事项用证/],
  ["once the matter has ended", { endedOn: "2026-03-10" }, "desk", "2026-03-10", "MATTER_NOT_OPENED", /ended/],
  ["while it is disabled", { disabled: true }, "desk", "2026-03-10", "MATTER_NOT_OPENED", /disabled/],
  [
    "while it is suspended",
    { halt: halt("suspended") },
    "desk",
    "2026-03-10",
    "MATTER_NOT_OPENED",
    /suspended \(核查\)/,
  ],
  [
    "once it is withdrawn",
    { halt: halt("withdrawn") },
    "desk",
    "2026-03-10",
    "MATTER_NOT_OPENED",
    /withdrawn \(核查\)/,
  ],
] as const)("6.4.6.1: it uses none %s, and the reason is told", (_, change, app, day, reason, message) => {
  expect(() => admitUse({ ...matter, ...change }, app, day)).toThrow(
    expect.objectContaining({ reason, message: expect.stringMatching(message) }),
  );
});
