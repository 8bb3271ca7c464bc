import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { GRANT_LIFETIME_MS, type GrantedQuestion, makeMatterGrant } from "../../services/trust/matter-grant.ts";
import { examplePdf } from "../fixtures/example-pdf.ts";
import { signWith } from "../fixtures/node-sign.ts";
import { eventually } from "../node/eventually.ts";
import { type House, PROVINCE } from "../sync/house.ts";
import { daysAgo, identifierOf, makeCertificate } from "../sync/records.ts";
import { CITY, DATA, HOLDER, HONEST, openCrossCity, STRANGER, USER } from "./cross-city-scene.ts";

let house: House;
beforeAll(async () => {
  ({ house } = await openCrossCity());
});
afterAll(() => house?.close());

describe("an issuing city that is asked with a grant which the province did not make for this question", () => {
  /** The province's own program, past its sync service. */
  const asked = () => house.node(PROVINCE).usage.client(ExchangeService, { peer: CITY, service: "sync" });
  const item = { item: "item-1", fields: ["name"], files: ["pdf" as const] };
  const question: GrantedQuestion = {
    node: USER,
    issuer: CITY,
    app: "440300-zwdt",
    matter: "matter-1",
    usageCodeDigest: "ab".repeat(32),
    holder: { codeType: "111", code: HOLDER },
  };
  const grant = (change: Partial<GrantedQuestion> = {}, { signer = PROVINCE, now = new Date(), items = [item] } = {}) =>
    makeMatterGrant({ ...question, ...change }, items, { province: PROVINCE, now, sign: signWith(house.key(signer)) });
  const get = (given: ReturnType<typeof grant> | undefined, name = "a-1", fields = ["name"]) =>
    asked().getAcross({
      ground: { ...HONEST, ...(given && { grant: given }) },
      identifier: identifierOf(name),
      fields,
    });

  test("releases what a good grant holds", async () => {
    expect((await get(grant())).certificate?.data).toEqual({ name: DATA.name });
  });

  test.each<[string, () => ReturnType<typeof grant> | undefined, string]>([
    ["no grant", () => undefined, "PERMISSION_DENIED"],
    ["a grant that has ended", () => grant({}, { now: new Date(Date.now() - GRANT_LIFETIME_MS) }), "PERMISSION_DENIED"],
    ["a grant for another issuing node", () => grant({ issuer: USER }), "PERMISSION_DENIED"],
    ["a grant for another asking node", () => grant({ node: "440400" }), "PERMISSION_DENIED"],
    ["a grant for another app", () => grant({ app: "440300-other" }), "PERMISSION_DENIED"],
    ["a grant for another matter", () => grant({ matter: "matter-2" }), "PERMISSION_DENIED"],
    ["a grant for another usage code", () => grant({ usageCodeDigest: "cd".repeat(32) }), "PERMISSION_DENIED"],
    ["a grant for another person", () => grant({ holder: { codeType: "111", code: STRANGER } }), "PERMISSION_DENIED"],
    ["a grant that another node signed", () => grant({}, { signer: USER }), "SIGNATURE_INVALID"],
    ["a grant that was widened", () => widened(grant()), "SIGNATURE_INVALID"],
    [
      "a signature over another context",
      () => ({ ...grant(), signature: signWith(house.key(PROVINCE))(grant().statement) }),
      "SIGNATURE_INVALID",
    ],
    ["no signature", () => ({ ...grant(), signature: new Uint8Array() }), "SIGNATURE_INVALID"],
  ])("refuses %s", async (_, given, reason) => {
    await expect(get(given())).rejects.toMatchObject({ reason, fields: [{ field: "ground.grant" }] });
  });

  test("releases no more than the grant holds, whatever else is asked", async () => {
    await expect(get(grant(), "a-1", ["name", "capital"])).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED" });
    await expect(get(grant(), "a-2", [])).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    await expect(get(grant(), "a-3", [])).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    const ground = { ...HONEST, grant: grant() };
    await expect(asked().findAcross({ ground, itemCodes: ["item-2"] })).rejects.toMatchObject({
      reason: "USAGE_NOT_ALLOWED",
    });
    const file = { ground, identifier: identifierOf("a-1"), format: FileFormat.MESSAGE };
    await expect(asked().fetchFileAcross(file)).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED" });
  });

  function widened({ statement, signature }: ReturnType<typeof grant>) {
    const text = Buffer.from(statement).toString().replace('["name"]', '["capital","name"]');
    return { statement: Buffer.from(text), signature };
  }
});

describe("a matter that may fetch the PDF of a certificate whose PDF embeds the data message (PDF/A-3b)", () => {
  const identifier = identifierOf("e-1");
  beforeAll(async () => {
    const order = { node: CITY, name: "e-1", holderCode: HOLDER, issuedAt: daysAgo(1), data: DATA };
    const { record, blobs } = makeCertificate(house.department, { ...order, pdf: examplePdf("A-3b").content });
    await house.node(CITY).issue.put(record, blobs);
  });
  const refused = { reason: "USAGE_NOT_ALLOWED", fields: [{ field: "format" }] };

  test("gets it neither of the province's archive nor of the issuing city while a data item is not granted (5.9.6)", async () => {
    const archive = house.node(PROVINCE).usage.client(ArchiveService, "sync");
    await eventually(async () => expect((await archive.getCertificate({ identifier })).record?.revision).toBe(1n));
    const linked = house.node(USER).usage.client(ExchangeService, { peer: PROVINCE, service: "sync" });
    const file = { identifier, format: FileFormat.PDF };
    await expect(linked.fetchFileAcross({ ground: HONEST, ...file })).rejects.toMatchObject(refused);
    const issuer = house.node(PROVINCE).usage.client(ExchangeService, { peer: CITY, service: "sync" });
    const fetch = (fields: string[]) => {
      const question = { node: USER, issuer: CITY, app: "440300-zwdt", matter: "matter-1" };
      const person = { usageCodeDigest: "ab".repeat(32), holder: { codeType: "111", code: HOLDER } };
      const made = { province: PROVINCE, now: new Date(), sign: signWith(house.key(PROVINCE)) };
      const items = [{ item: "item-1", fields, files: ["pdf" as const] }];
      const grant = makeMatterGrant({ ...question, ...person }, items, made);
      return issuer.fetchFileAcross({ ground: { ...HONEST, grant }, ...file });
    };
    await expect(fetch([])).rejects.toMatchObject(refused);
    await expect(fetch(["name"])).rejects.toMatchObject(refused);
    expect((await fetch(["name", "capital"])).file?.content.length).toBeGreaterThan(1000);
  });
});
