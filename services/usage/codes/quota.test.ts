import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { Store } from "../../store/port.ts";
import { openUsageQuota } from "./quota.ts";

const APP = "440100-a";

describe.each(await bothEngines())("day quotas on $name", (engine) => {
  let environment: TestRuntime;
  let opened: { store: Store; remove(): Promise<void> };
  const process = () => openUsageQuota({ ...environment.runtime, store: opened.store });

  beforeEach(async () => {
    environment = await openTestRuntime({ service: "usage", now: "2026-11-24T15:59:00Z" });
    opened = await engine.open();
  });
  afterEach(async () => {
    await environment.close();
    await opened.remove();
  });

  const outcomes = async (calls: Promise<void>[]) => {
    const settled = await Promise.allSettled(calls);
    return settled.map((one) => (one.status === "fulfilled" ? "OK" : (one.reason as Refusal).reason));
  };

  test("are never exceeded, however many processes count at once, and are told with the time to midnight", async () => {
    const processes = await Promise.all([process(), process(), process()]);
    const calls = Array.from({ length: 60 }, (_, call) =>
      (processes[call % 3] as (typeof processes)[number]).take("usageCodes", APP, 40),
    );
    const found = await outcomes(calls);
    expect(found.filter((one) => one === "OK")).toHaveLength(40);
    expect(new Set(found)).toEqual(new Set(["OK", "RATE_EXCEEDED"]));
    await expect(processes[0].take("usageCodes", APP, 40)).rejects.toMatchObject({
      reason: "RATE_EXCEEDED",
      // 23:59 in Guangdong.
      retryAfterMs: 60_000,
      metadata: { app: APP, limit: "40" },
    });
    expect(await processes[0].used(APP)).toEqual({ day: "2026-11-24", usageCodes: 40, holders: 0 });
    expect(
      await outcomes([processes[0].take("holders", APP, 1), processes[0].take("usageCodes", "440100-b", 1)]),
    ).toEqual(["OK", "OK"]);
  });

  test("outlive the process that counted, and begin anew at midnight in Guangdong", async () => {
    const first = await process();
    for (let use = 0; use < 3; use++) await first.take("usageCodes", APP, 3);
    const second = await process();
    expect(await outcomes([second.take("usageCodes", APP, 3)])).toEqual(["RATE_EXCEEDED"]);
    environment.setNow("2026-11-24T16:00:00Z");
    expect(await outcomes([second.take("usageCodes", APP, 3)])).toEqual(["OK"]);
    expect(await second.used(APP)).toEqual({ day: "2026-11-25", usageCodes: 1, holders: 0 });
  });

  test("count ahead by 50 at most: lost where a process is killed, given back where it stops", async () => {
    const killed = await process();
    await killed.take("usageCodes", APP, 100_000);
    const next = await process();
    expect((await killed.used(APP)).usageCodes).toBe(1);
    expect((await next.used(APP)).usageCodes).toBe(50);
    await killed.close();
    expect((await next.used(APP)).usageCodes).toBe(1);
    // The 200th part of a small limit.
    await next.take("holders", APP, 400);
    expect((await killed.used(APP)).holders).toBe(2);
  });

  test("are removed after a week", async () => {
    const quota = await process();
    await quota.take("usageCodes", APP, 3);
    environment.setNow("2026-12-03T02:00:00Z");
    await quota.sweep();
    environment.setNow("2026-11-24T15:59:00Z");
    expect((await (await process()).used(APP)).usageCodes).toBe(0);
  });
});
