import { beforeEach, describe, expect, test } from "vitest";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { caller, context, HOLDER, openUsageScene, type UsageScene } from "../../../test/usage/scene.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { CODE_MAX_USES } from "../routes/create-usage-context.ts";

let scene: UsageScene;
beforeEach(async () => {
  scene = await openUsageScene();
  scene.records = [scene.record("own-1")];
  return () => scene.close();
});

describe("usage codes (5.4.3)", () => {
  test("5.4.3 a context gives a code of 128 random bits that lasts 15 minutes and is stored only as a digest", async () => {
    const answer = await scene.usage().createUsageContext({ requestId: "r", context });
    expect(Buffer.from(answer.usageCode, "base64url")).toHaveLength(16);
    expect(answer.expiresAt).toBe("2026-11-24T02:15:00.000Z");
    expect(JSON.stringify(scene.environment.evidence)).not.toContain(answer.usageCode);
    expect(scene.environment.evidence[0]).toMatchObject({
      kind: "usage-context-created",
      body: { businessId: "YW-1" },
    });
  });

  test("5.4.3 items, matters, departments and times outside what is allowed are refused with their field", async () => {
    const make = (change: object) =>
      scene.usage().createUsageContext({ requestId: "r", context: { ...context, ...change } });
    await expect(make({ itemCodes: ["YYZZ", "JHZ"] })).rejects.toMatchObject({
      reason: "USAGE_NOT_ALLOWED",
      fields: [{ field: "context.item_codes[1]" }],
    });
    await expect(make({ matterCode: "M2" })).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
    await expect(make({ departmentCode: "11440106MB9DEM11X6" })).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED" });
    await expect(make({ businessTime: "2026-11-20T02:00:00Z" })).rejects.toMatchObject({
      fields: [{ field: "context.business_time" }],
    });
    // Read in the zone of this host it might well be within the day.
    await expect(make({ businessTime: "2026-11-24T10:00:00.0" })).rejects.toMatchObject({
      message: "context.business_time: not an RFC 3339 time with its zone",
    });
    await expect(make({ holder: { ...HOLDER, code: "91440106MA9DEM2A6L" } })).rejects.toMatchObject({
      reason: "CODE_INVALID",
    });
  });

  test("5.4.3 an expired, foreign or invented code is refused, each with its own reason", async () => {
    const usageCode = await scene.code();
    const other = { ...caller, app: "440300-other" };
    await expect(scene.usage(other).listCertificates({ usageCode })).rejects.toMatchObject({
      reason: "USAGE_CODE_FOREIGN",
    });
    await expect(scene.usage().listCertificates({ usageCode: "invented" })).rejects.toMatchObject({
      reason: "USAGE_CODE_UNKNOWN",
    });
    scene.environment.setNow("2026-11-24T02:15:00Z");
    await expect(scene.usage().listCertificates({ usageCode })).rejects.toMatchObject({ reason: "USAGE_CODE_EXPIRED" });
  });

  test("5.4.3 a code is spent after its last use, also when uses come at once", async () => {
    const usageCode = await scene.code();
    const uses = Array.from({ length: CODE_MAX_USES + 5 }, () =>
      scene
        .usage()
        .verifyCertificate({ usageCode, identifier: identifierOf("own-1") })
        .then(
          () => "good",
          (error: Refusal) => error.reason,
        ),
    );
    const outcomes = await Promise.all(uses);
    const retried = outcomes.filter((outcome) => outcome === "OVERLOADED").length;
    expect(outcomes.filter((outcome) => outcome === "good").length).toBeLessThanOrEqual(CODE_MAX_USES);
    expect(outcomes.filter((outcome) => outcome === "good").length).toBeGreaterThanOrEqual(CODE_MAX_USES - retried);
    for (let last = 0; last < retried; last++) {
      await scene
        .usage()
        .verifyCertificate({ usageCode, identifier: identifierOf("own-1") })
        .catch(() => {});
    }
    await expect(
      scene.usage().verifyCertificate({ usageCode, identifier: identifierOf("own-1") }),
    ).rejects.toMatchObject({
      reason: "USAGE_CODE_SPENT",
    });
  });
});
