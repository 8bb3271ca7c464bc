import { describe, expect, test } from "vitest";
import { hasEnded, isOnPortal, matterTypeCode, portalFaults } from "./matter.ts";

describe("matters (6.2.2.2)", () => {
  test("a type is named by its code or by its name, and by nothing else", () => {
    expect([matterTypeCode("01"), matterTypeCode("行政许可"), matterTypeCode("公共服务")]).toEqual(["01", "01", "20"]);
    expect([matterTypeCode("许可"), matterTypeCode("toString"), matterTypeCode("")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("3.8: a matter is on the portal from the first day of a period to its last, and never once it has ended", () => {
    const portal = [{ from: "2024-01-01", until: "2024-06-30" }, { from: "2025-01-01" }];
    const days = ["2023-12-31", "2024-01-01", "2024-06-30", "2024-07-01", "2025-01-01", "2030-01-01"];
    expect(days.map((day) => isOnPortal({ portal }, day))).toEqual([false, true, true, false, true, true]);
    expect(isOnPortal({ portal, endedOn: "2025-06-01" }, "2025-05-31")).toBe(true);
    expect(isOnPortal({ portal, endedOn: "2025-06-01" }, "2025-06-01")).toBe(false);
    expect(isOnPortal({}, "2025-06-01")).toBe(false);
  });

  test("a matter has ended from its day on", () => {
    expect(hasEnded({ endedOn: "2026-03-01" }, "2026-02-28")).toBe(false);
    expect(hasEnded({ endedOn: "2026-03-01" }, "2026-03-01")).toBe(true);
    expect(hasEnded({}, "2026-03-01")).toBe(false);
  });

  test("periods are real days, in order, and do not overlap; each fault names its place", () => {
    const faults = (...periods: { from: string; until?: string }[]) =>
      portalFaults("portal", periods).map(({ field }) => field);
    expect(faults({ from: "2024-01-01", until: "2024-06-30" }, { from: "2024-07-01" })).toEqual([]);
    expect(faults({ from: "2024-02-30" })).toEqual(["portal[0]"]);
    expect(faults({ from: "" })).toEqual(["portal[0]"]);
    expect(faults({ from: "2024-06-30", until: "2024-01-01" })).toEqual(["portal[0]"]);
    expect(faults({ from: "2024-01-01" }, { from: "2025-01-01" })).toEqual(["portal[1]"]);
    expect(faults({ from: "2025-01-01", until: "2025-02-01" }, { from: "2024-01-01", until: "2024-02-01" })).toEqual([
      "portal[1]",
    ]);
  });
});
