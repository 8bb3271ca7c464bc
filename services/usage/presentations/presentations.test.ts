import { beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { caller, context, DATA, HOLDER, openUsageScene, PROVIDER, type UsageScene } from "../../../test/usage/scene.ts";
import { identifier, linesOf, me, other, reasonOf, redeem, show } from "../../../test/usage/showing.ts";

const revoked = identifierOf("own-2");
const NOW = "2026-11-24T02:00:00.000Z";
let scene: UsageScene;

beforeEach(async () => {
  scene = await openUsageScene();
  scene.records = [scene.record("own-1"), scene.record("own-2", { state: CertificateState.REVOKED })];
  return () => scene.close();
});

describe("5.5.2, 5.9.6 a holder shows a certificate (亮证)", () => {
  test("and an officer gets the fields that the holder chose, and no others, with a receipt that names the consent", async () => {
    // The matter is granted no item of this kind: the holder's consent stands in its place.
    scene.granted = { fields: [], files: [] };
    const { text, presentationId, expiresAt } = await show(scene, ["capital"]);
    const { certificate, data, receipt, standBy } = await redeem(scene, text);
    expect([data, standBy]).toEqual([{ capital: DATA.capital }, false]);
    expect(certificate).toMatchObject({ identifier, verdict: Verdict.VALID, fields: ["capital"], formats: [] });
    const statement = JSON.parse(receipt?.statementJson ?? "");
    expect(statement).toMatchObject({
      presentation: presentationId,
      app: caller.app,
      department: caller.department,
      matter: "M1",
      businessId: "YW-1",
      fields: ["capital"],
      consent: { at: NOW, until: expiresAt, provider: PROVIDER, byAnother: false },
    });
    expect(receipt?.statementJson).not.toContain(HOLDER.code);
    expect(linesOf(scene, "presentation-redeemed")).toEqual([{ kind: "presentation-redeemed", body: statement }]);
  });

  test("no field shows no data item, only that the certificate is in force", async () => {
    const { certificate, data } = await redeem(scene, (await show(scene, [])).text);
    expect([certificate?.verdict, certificate?.name, data]).toEqual([Verdict.VALID, "营业执照", {}]);
  });

  test("5.9.5 the holder sees who redeemed it, when, why and what, as presented", async () => {
    const { text, presentationId } = await show(scene, ["name", "address"]);
    await redeem(scene, text);
    expect((await scene.holder(me).listUses({})).uses).toMatchObject([
      {
        ...{ action: "presented", presentationId, at: NOW, departmentCode: caller.department, matterCode: "M1" },
        ...{ purpose: context.purpose, identifier, itemCodes: ["YYZZ"], fields: ["name", "address"] },
      },
    ]);
    expect((await scene.holder(other).listUses({})).uses).toEqual([]);
  });

  test("one that has expired, was withdrawn, guessed or is no code at all is refused, each with its reason and what to do", async () => {
    const [late, taken] = [await show(scene), await show(scene)];
    const { withdrawnAt } = await scene.holder(me).cancelPresentation({ presentationId: taken.presentationId });
    expect(withdrawnAt).toBe(NOW);
    const remedy = expect.stringContaining("show the certificate again");
    const refused = (reason: string) => ({ reason, fields: [{ field: "presentation", remedy }] });
    await expect(redeem(scene, taken.text)).rejects.toMatchObject(refused("PRESENTATION_WITHDRAWN"));
    const guessed = "ecert:present:440300:AAAAAAAAAAAAAAAAAAAAAA";
    await expect(redeem(scene, guessed)).rejects.toMatchObject(refused("PRESENTATION_UNKNOWN"));
    await expect(redeem(scene, "AAAAAAAAAAAAAAAAAAAAAA")).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    scene.environment.setNow("2026-11-24T02:01:00.000Z");
    await expect(redeem(scene, late.text)).rejects.toMatchObject(refused("PRESENTATION_EXPIRED"));
    await expect(redeem(scene, late.text)).rejects.toMatchObject({
      localized: expect.stringContaining("请持证主体重新亮证"),
    });
    expect((await scene.holder(me).listUses({})).uses).toEqual([]);
  });

  test("5.4.3 the context is judged as that of a usage code, and what is refused spends nothing", async () => {
    const { text } = await show(scene);
    const refusals: [object, string, string][] = [
      [{ matterCode: "M2" }, "MATTER_UNKNOWN", ""],
      [{ departmentCode: "11440106MB9DEM11X6" }, "USAGE_NOT_ALLOWED", "context.department_code"],
      [{ businessTime: "2026-11-20T02:00:00Z" }, "INVALID_FIELD", "context.business_time"],
      [{ holder: { ...HOLDER, code: "91440106MA9DEM2A6L" } }, "CODE_INVALID", "context.holder.code"],
      [{ holder: { name: other.name, code: other.code, codeType: "111" } }, "USAGE_NOT_ALLOWED", "context.holder"],
      [{ itemCodes: ["JHZ"] }, "USAGE_NOT_ALLOWED", "context.item_codes"],
    ];
    for (const [change, reason, field] of refusals)
      await expect(redeem(scene, text, change)).rejects.toMatchObject({
        reason,
        ...(field && { fields: [{ field }] }),
      });
    expect(await reasonOf(redeem(scene, text))).toBe("good");
  });

  test("a redemption counts as a usage code of the app's day", async () => {
    scene.quota = { usageCodesPerDay: 1, holdersPerDay: 1 };
    await redeem(scene, (await show(scene)).text);
    expect(await reasonOf(redeem(scene, (await show(scene)).text))).toBe("RATE_EXCEEDED");
  });

  test("a certificate that was revoked or forged between showing and redeeming is refused", async () => {
    const { text } = await show(scene);
    const [record] = scene.records;
    if (record) record.state = CertificateState.REVOKED;
    const refused = { reason: "STATE_CONFLICT", fields: [{ field: "presentation" }] };
    await expect(redeem(scene, text)).rejects.toMatchObject(refused);
    if (record) Object.assign(record, { state: CertificateState.ISSUED, messageCms: record.messageCms.with(20, 1) });
    expect(await reasonOf(redeem(scene, text))).toBe("SIGNATURE_INVALID");
  });

  test("only an own certificate in force, and data items that it has, can be shown", async () => {
    const asked = (change: object, as = me) => scene.holder(as).createPresentation({ identifier, ...change });
    expect(await reasonOf(asked({ identifier: revoked }))).toBe("STATE_CONFLICT");
    expect(await reasonOf(asked({}, other))).toBe("CERTIFICATE_UNKNOWN");
    const fields = [{ field: "fields[1]", remedy: expect.stringContaining("GetOwnCertificate") }];
    await expect(asked({ fields: ["name", "colour"] })).rejects.toMatchObject({ reason: "INVALID_FIELD", fields });
    const asApp = scene.holder(caller).createPresentation({ identifier });
    expect(await reasonOf(asApp)).toBe("PERMISSION_DENIED");
  });
});
