import { beforeEach, describe, expect, test } from "vitest";
import { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { openUsageScene, released, type UsageScene } from "../../../test/usage/scene.ts";
import { Refusal } from "../../domain/refusal.ts";

let scene: UsageScene;
beforeEach(async () => {
  scene = await openUsageScene();
  scene.records = [scene.record("own-1")];
  scene.across = [released("far-1")];
  return () => scene.close();
});

const issuedAt = (minute: number) => new Date(Date.UTC(2026, 10, 1, 0, minute)).toISOString();

async function pages(pageSize: number): Promise<string[][]> {
  const usageCode = await scene.code();
  const found: string[][] = [];
  for (let pageToken = ""; ; ) {
    const page = await scene.usage().listCertificates({ usageCode, pageSize, pageToken });
    found.push(page.certificates.map(({ identifier }) => identifier));
    pageToken = page.nextPageToken;
    if (pageToken === "") return found;
  }
}

describe("lists of a person's certificates (5.4.3)", () => {
  test("5.7.4 hold those of this node and of others, with masked numbers", async () => {
    const { certificates, unreachableNodes } = await scene.usage().listCertificates({ usageCode: await scene.code() });
    expect(certificates.map((one) => one.identifier).sort()).toEqual([identifierOf("own-1"), "far-1"]);
    expect(certificates[0]).toMatchObject({ maskedNumber: "440***********45", verdict: Verdict.VALID });
    expect(unreachableNodes).toEqual([]);
  });

  test("4.5.1 hold what this node has while the province is away, and tell the gap", async () => {
    scene.away = true;
    const { certificates, unreachableNodes } = await scene.usage().listCertificates({ usageCode: await scene.code() });
    expect(certificates.map((one) => one.identifier)).toEqual([identifierOf("own-1")]);
    expect(unreachableNodes).toHaveLength(1);
  });

  test("6.4.6.1 hold what this node has while what its registry opened has not come to the province, and tell the gap", async () => {
    const usageCode = await scene.code();
    for (const reason of ["MATTER_UNKNOWN", "MATTER_NOT_OPENED", "PERMISSION_DENIED"] as const) {
      scene.refuses = new Refusal(reason, "the province does not know that yet");
      const { certificates, unreachableNodes } = await scene.usage().listCertificates({ usageCode });
      expect(certificates.map((one) => one.identifier)).toEqual([identifierOf("own-1")]);
      expect(unreachableNodes).toHaveLength(1);
    }
    scene.refuses = new Refusal("INVALID_FIELD", "the question is wrong");
    await expect(scene.usage().listCertificates({ usageCode })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });

  test("give all of many certificates page by page, newest first, each once: none is cut off at 200", async () => {
    scene.records = Array.from({ length: 260 }, (_, n) => scene.record(`own-${n}`, { issuedAt: issuedAt(3 * n) }));
    scene.across = Array.from({ length: 230 }, (_, n) => released(`far-${n}`, { issuedAt: issuedAt(2 * n + 100) }));
    const all = [...scene.records, ...scene.across].sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1));
    const found = await pages(200);
    expect(found.map(({ length }) => length)).toEqual([200, 200, 90]);
    expect(new Set(found.flat())).toEqual(new Set(all.map(({ identifier }) => identifier)));
    const times = new Map(all.map((one) => [one.identifier, one.issuedAt]));
    const order = found.flat().map((identifier) => times.get(identifier) ?? "");
    expect(order).toEqual([...order].sort().reverse());
  });

  test("go on where a page ended, whatever is issued meanwhile", async () => {
    scene.records = Array.from({ length: 7 }, (_, n) => scene.record(`own-${n}`, { issuedAt: issuedAt(n) }));
    scene.across = [];
    const usageCode = await scene.code();
    const first = await scene.usage().listCertificates({ usageCode, pageSize: 3 });
    scene.records.push(scene.record("newer", { issuedAt: issuedAt(100) }));
    const second = await scene.usage().listCertificates({ usageCode, pageSize: 3, pageToken: first.nextPageToken });
    const found = [...first.certificates, ...second.certificates].map(({ identifier }) => identifier);
    expect(found).toEqual([6, 5, 4, 3, 2, 1].map((n) => identifierOf(`own-${n}`)));
  });

  test("show a certificate that two nodes list once, as this node knows it", async () => {
    scene.across = [released(identifierOf("own-1"), { name: "另一" }), released("far-1")];
    const { certificates } = await scene.usage().listCertificates({ usageCode: await scene.code() });
    expect(certificates.map(({ identifier, name }) => [identifier, name]).sort()).toEqual([
      [identifierOf("own-1"), "营业执照"],
      ["far-1", "营业执照"],
    ]);
  });

  test("count as look-ups of the app's day page by page, also with a token that somebody made up", async () => {
    const request = { usageCode: await scene.code(), pageToken: "9999-01-01T00:00:00.000Z x" };
    const { certificates } = await scene.usage().listCertificates(request);
    expect(certificates).toHaveLength(2);
    expect((await scene.usage().getAppUse({})).holders?.used).toBe(1n);
  });

  test("refuse a token that is none of theirs", async () => {
    const request = { usageCode: await scene.code(), pageToken: "200" };
    await expect(scene.usage().listCertificates(request)).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "page_token" }],
    });
  });
});
