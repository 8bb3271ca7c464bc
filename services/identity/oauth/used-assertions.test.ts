import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { eventually } from "../../../test/node/eventually.ts";
import { ASSERTIONS, openUsedAssertions } from "./used-assertions.ts";

let environment: TestRuntime;
beforeEach(async () => {
  environment = await openTestRuntime({ service: "identity", now: "2026-11-24T02:00:00Z" });
});
afterEach(() => environment.close());

test("RFC 7523: an assertion counts once, in all processes and of many at once", async () => {
  const two = [await openUsedAssertions(environment.runtime), await openUsedAssertions(environment.runtime)];
  const ends = new Date("2026-11-24T02:01:00Z");
  const used = await Promise.all(two.flatMap((one) => [one.use("a", ends), one.use("a", ends)]));
  expect(used.filter((first) => first)).toHaveLength(1);
  for (const one of two) await one.close();
});

test("what has ended is forgotten, and nothing else", async () => {
  const first = await openUsedAssertions(environment.runtime);
  await first.use("over", new Date("2026-11-24T02:01:00Z"));
  await first.use("good", new Date("2026-11-24T02:05:00Z"));
  await first.close();
  environment.setNow("2026-11-24T02:03:00Z");
  const again = await openUsedAssertions(environment.runtime);
  const stored = await environment.runtime.store.collection(ASSERTIONS);
  await eventually(async () => expect(await stored.get("over")).toBeUndefined());
  expect(await stored.get("good")).toBeDefined();
  await again.close();
});
