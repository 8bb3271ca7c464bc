import { expect, test } from "vitest";
import { dayLimitReached, requireSigner } from "./opening-controls.ts";

const named = { signerAccounts: ["440100-li"], issuesPerDay: 0 };

test("6.4.5.1: under an opening that names accounts these alone issue on screen, and a system's call as before", () => {
  expect(() => requireSigner(named, "440100-li")).not.toThrow();
  expect(() => requireSigner(named, undefined)).not.toThrow();
  expect(() => requireSigner({ ...named, signerAccounts: [] }, "440100-wang")).not.toThrow();
  expect(() => requireSigner(named, "440100-wang")).toThrow(expect.objectContaining({ reason: "PERMISSION_DENIED" }));
});

test("6.4.5.1: a day's limit that is used up frees at midnight of Asia/Shanghai, and both are told", () => {
  const refusal = dayLimitReached(3, "2026-12-31", new Date("2026-12-31T15:00:00Z"));
  expect(refusal).toMatchObject({
    reason: "DAY_LIMIT_REACHED",
    retryAfterMs: 3_600_000,
    metadata: { limit: "3", frees_at: "2027-01-01T00:00:00+08:00" },
  });
});
