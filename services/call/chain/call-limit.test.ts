import { expect, test } from "vitest";
import { Refusal } from "../../domain/refusal.ts";
import { createCallLimit } from "./call-limit.ts";

const START = Date.parse("2026-11-25T00:00:00Z");
const RATE = { perAddress: 3, perProcess: 20, counted: "calls" };

function refusalOf(call: () => void): Refusal {
  try {
    call();
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("it was not refused");
}

test("a call too many from one address is refused with the time to wait, while others still call", () => {
  let now = START;
  const limit = createCallLimit(() => now, RATE);
  for (let count = 0; count < RATE.perAddress; count++) limit.admit("a");
  now += 15_000;
  expect(refusalOf(() => limit.admit("a"))).toMatchObject({ reason: "RATE_EXCEEDED", retryAfterMs: 45_000 });
  limit.admit("b");
});

test("a call limit opens again after a minute, and holds for all addresses together", () => {
  let now = START;
  const limit = createCallLimit(() => now, RATE);
  for (let count = 0; count < RATE.perProcess; count++) limit.admit(`a${count}`);
  expect(refusalOf(() => limit.admit("b")).reason).toBe("RATE_EXCEEDED");
  expect(refusalOf(() => limit.admit(undefined)).reason).toBe("RATE_EXCEEDED");
  now += 60_000;
  limit.admit("b");
});

test("whoever has one IPv6 address has 2^64 of them: a /64 counts as one", () => {
  const limit = createCallLimit(() => START, RATE);
  for (let count = 0; count < RATE.perAddress; count++) limit.admit(`2001:db8:0:1::${count}`);
  expect(refusalOf(() => limit.admit("2001:db8:0:1:ffff::9")).reason).toBe("RATE_EXCEEDED");
  limit.admit("2001:db8:0:2::1");
});
