import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { context, openUsageScene, type UsageScene } from "../../../test/usage/scene.ts";

let scene: UsageScene;
beforeEach(async () => {
  scene = await openUsageScene();
  scene.records = ["own-1", "own-2", "own-3"].map((name) => scene.record(name));
  return () => scene.close();
});

const TO_MIDNIGHT = { reason: "RATE_EXCEEDED", retryAfterMs: 14 * 3_600_000 };

test("an app makes as many usage codes a day as it may; a repeated request and a refused one count nothing", async () => {
  scene.quota = { usageCodesPerDay: 2, holdersPerDay: 10 };
  const usage = scene.usage();
  const requestId = randomUUID();
  const first = await usage.createUsageContext({ requestId, context });
  const refused = usage.createUsageContext({ requestId: randomUUID(), context: { ...context, matterCode: "M2" } });
  await expect(refused).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
  await scene.code();
  await expect(scene.code()).rejects.toMatchObject(TO_MIDNIGHT);
  expect(await usage.createUsageContext({ requestId, context })).toEqual(first);
  expect(await usage.getAppUse({})).toMatchObject({ day: "2026-11-24", usageCodes: { used: 2n, limit: 2n } });
});

test("an app looks up holders' certificates as often a day as it may; each page of a list counts", async () => {
  scene.quota = { usageCodesPerDay: 10, holdersPerDay: 3 };
  const usageCode = await scene.code();
  const usage = scene.usage();
  const page = await usage.listCertificates({ usageCode, pageSize: 1 });
  expect(page.nextPageToken).not.toBe("");
  await usage.listCertificates({ usageCode, pageSize: 1, pageToken: page.nextPageToken });
  await usage.listCertificates({ usageCode });
  await expect(usage.listCertificates({ usageCode })).rejects.toMatchObject(TO_MIDNIGHT);
  await expect(usage.listCertificates({ usageCode, pageToken: "made up" })).rejects.toMatchObject(TO_MIDNIGHT);
  expect(await usage.getAppUse({})).toMatchObject({ holders: { used: 3n, limit: 3n } });
});

test("a catalog of before says nothing of quotas: the defaults of the contract hold", async () => {
  await scene.code();
  expect(await scene.usage().getAppUse({})).toMatchObject({
    usageCodes: { used: 1n, limit: 100_000n },
    holders: { used: 0n, limit: 100_000n },
    calls: { limit: 6_000n },
  });
});
