import { describe, expect, test } from "vitest";
import { createRateLimit } from "./rate-limit.ts";

function limitAt(start = 0) {
  const clock = { ms: start };
  return { clock, limit: createRateLimit(() => clock.ms) };
}

describe("rate limit", () => {
  test("lets a minute's worth pass at once, then refuses with the time to the next token", () => {
    const { limit } = limitAt();
    for (let i = 0; i < 60; i++) limit("seal", 60);
    expect(() => limit("seal", 60)).toThrow(expect.objectContaining({ reason: "RATE_EXCEEDED", retryAfterMs: 1_000 }));
  });

  test("fills evenly, and never beyond a minute's worth", () => {
    const { clock, limit } = limitAt();
    for (let i = 0; i < 60; i++) limit("seal", 60);
    clock.ms = 2_000;
    limit("seal", 60);
    limit("seal", 60);
    expect(() => limit("seal", 60)).toThrow();
    clock.ms = 3_600_000;
    for (let i = 0; i < 60; i++) limit("seal", 60);
    expect(() => limit("seal", 60)).toThrow();
  });

  test("keeps keys apart, and a clock that is set back gives nothing", () => {
    const { clock, limit } = limitAt(10_000);
    limit("one", 1);
    limit("two", 1);
    clock.ms = 0;
    expect(() => limit("one", 1)).toThrow();
  });
});
