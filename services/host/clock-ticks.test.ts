import { expect, test } from "vitest";
import { watchClock } from "./clock-ticks.ts";
import type { NodeConfig } from "./config.ts";

const HOUR = 3_600_000;

/** Whether a node with these peers goes on where the first of them is level and its one agent is an hour off. */
function goesOn(...peers: { node: string; role: string }[]): boolean {
  const nothing = () => {};
  const watch = watchClock({
    config: { services: ["issue"], clockToleranceMs: 30_000, peers } as unknown as NodeConfig,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    metrics: { of: () => ({ count: nothing, observe: nothing, gauge: nothing }) } as never,
    now: () => new Date("2026-11-24T02:00:00Z"),
    monotonic: () => 0,
  });
  try {
    watch.observed(`node ${peers[0]?.node}`, 0, 10);
    watch.observed("agent mzj", HOUR, 10);
    watch.require();
    return true;
  } catch {
    return false;
  } finally {
    watch.stop();
  }
}

test("an agent with a wrong clock does not stop a node whose province says that the clock is right", () => {
  expect(goesOn({ node: "440000", role: "province" }, { node: "440106", role: "department" })).toBe(true);
});

test("another node than the province has no more weight than an agent", () => {
  expect(goesOn({ node: "440106", role: "department" }, { node: "440000", role: "province" })).toBe(false);
});
