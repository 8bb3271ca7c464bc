import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type {
  RedeemAcrossRequest,
  RedeemAcrossResponse,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { context, DATA, HOLDER, openUsageScene, PROVIDER, type UsageScene } from "../../../test/usage/scene.ts";
import { me, other } from "../../../test/usage/showing.ts";

const identifier = identifierOf("elsewhere");
const fields = ["name", "capital"];

/** The holder signs in at the province, which keeps the certificate of a city; the app's city redeems through it. */
let province: UsageScene;
let city: UsageScene;

beforeEach(async () => {
  province = await openUsageScene({ code: "440000" });
  city = await openUsageScene();
  province.archived = [province.record("elsewhere")];
  city.redeemAcross = async (asked) =>
    (await province.presentations().spendPresentation(question(asked))).redeemed as RedeemAcrossResponse;
  return async () => {
    await city.close();
    await province.close();
  };
});

const question = ({ ground, use, presentation }: RedeemAcrossRequest) => ({
  presentation,
  ...(ground && { ground }),
  ...(use && { use }),
});
const show = (tellsHolder = false) => province.holder(me).createPresentation({ identifier, fields, tellsHolder });
const redeem = (presentation: string, requestId: string = randomUUID(), by = city, asked: object = context) =>
  by.usage().redeemPresentation({ requestId, presentation, context: asked });
const kept = (scene: UsageScene) => scene.environment.evidence.filter(({ kind }) => kind === "presentation-redeemed");

describe("5.7.4 a presentation that was made at another node", () => {
  test("is redeemed where the officer is: fields and receipt come from the node that made it, and both keep the same statement", async () => {
    const { text } = await show();
    const { data, receipt, certificate } = await redeem(text);
    expect([data, certificate?.fields]).toEqual([{ name: DATA.name, capital: DATA.capital }, fields]);
    expect(receipt?.node).toBe("440000");
    const statement = JSON.parse(receipt?.statementJson ?? "");
    expect(statement).toMatchObject({ node: "440000", usedAt: "440300", consent: { provider: PROVIDER } });
    expect([kept(province), kept(city)]).toEqual(Array(2).fill([{ kind: "presentation-redeemed", body: statement }]));
    expect((await province.holder(me).listUses({})).uses).toMatchObject([{ action: "presented", identifier, fields }]);
  });

  test("5.5.2 tells who holds it where the holder agrees, and the receipt is of that very holder: another one is not believed", async () => {
    const { holder: _, ...unnamed } = context;
    const [good, bad] = [await show(true), await show(true)];
    const { holder, receipt } = await redeem(good.text, randomUUID(), city, unnamed);
    expect(holder).toMatchObject(HOLDER);
    expect(receipt?.statementJson).not.toContain(HOLDER.code);
    expect((await province.holder(me).listUses({})).uses).toHaveLength(1);
    const untold = redeem((await show()).text, randomUUID(), city, unnamed);
    await expect(untold).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED", fields: [{ field: "context.holder" }] });
    const honest = city.redeemAcross as NonNullable<UsageScene["redeemAcross"]>;
    city.redeemAcross = async (asked) => {
      const answer = await honest(asked);
      if (answer.holder) answer.holder.code = other.code;
      return answer;
    };
    const forged = redeem(bad.text, randomUUID(), city, unnamed);
    await expect(forged).rejects.toMatchObject({
      reason: "SIGNATURE_INVALID",
      message: expect.stringContaining("holderSha256"),
    });
    expect(kept(city)).toHaveLength(1);
  });

  test("4.5.1 is spent wherever it is redeemed first: the stand-by gives the same request the same answer, and others none", async () => {
    const { text } = await show();
    const requestId = randomUUID();
    const answer = await redeem(text, requestId);
    expect(await redeem(text, requestId, province)).toEqual(answer);
    for (const by of [city, province]) {
      const again = redeem(text, randomUUID(), by);
      await expect(again).rejects.toMatchObject({ reason: "PRESENTATION_SPENT" });
    }
  });

  test("4.5.1 is shown in the state that its issuer tells now, and the archive's where that is away, which it says", async () => {
    const { text } = await show();
    province.told = { state: CertificateState.REVOKED };
    await expect(redeem(text)).rejects.toMatchObject({ reason: "STATE_CONFLICT", fields: [{ field: "presentation" }] });
    await expect(show()).rejects.toMatchObject({ reason: "STATE_CONFLICT", fields: [{ field: "identifier" }] });
    province.told = { fromArchive: true };
    expect((await redeem(text)).standBy).toBe(true);
  });

  test("is refused where the other node tells of something else than it released, and nothing of it is given out", async () => {
    const { text } = await show();
    const honest = city.redeemAcross as NonNullable<UsageScene["redeemAcross"]>;
    city.redeemAcross = async (asked) => {
      const answer = await honest(asked);
      if (answer.certificate) answer.certificate.data = { name: "别的公司" };
      return answer;
    };
    const refused = { reason: "SIGNATURE_INVALID", message: /releasedSha256/ };
    await expect(redeem(text)).rejects.toMatchObject({ ...refused, message: expect.stringMatching(refused.message) });
    expect(kept(city)).toEqual([]);
  });

  test("of a node that there is not is refused as unknown", async () => {
    delete city.redeemAcross;
    await expect(redeem((await show()).text)).rejects.toMatchObject({ reason: "PRESENTATION_UNKNOWN" });
  });
});
