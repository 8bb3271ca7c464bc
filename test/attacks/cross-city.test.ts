import type { MessageInitShape } from "@bufbuild/protobuf";
import { toJson } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { type CertificateRecord, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import {
  ExchangeService,
  GetAcrossResponseSchema,
  GetStatusAcrossResponseSchema,
  type UsageGroundSchema,
} from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { GRANT_LIFETIME_MS, type GrantedQuestion, makeMatterGrant } from "../../services/trust/matter-grant.ts";
import { examplePdf } from "../fixtures/example-pdf.ts";
import { signWith } from "../fixtures/node-sign.ts";
import { eventually } from "../runtime/eventually.ts";
import { type House, openHouse, PROVINCE } from "../sync/house.ts";
import { changed, daysAgo, identifierOf, makeCertificate } from "../sync/records.ts";

const CITY = "440100";
const USER = "440300";
const HOLDER = "440301199303030030";
const STRANGER = "440101199202020029";
const DATA = { name: "岭海餐饮店", capital: "伍佰万元" };
const LATER = "2999-01-01";

let house: House;
const records = new Map<string, CertificateRecord>();
const recordOf = (name: string) => records.get(name) as CertificateRecord;

beforeAll(async () => {
  house = await openHouse([CITY, USER]);
  const granted = { itemCode: "item-1", fields: ["name"], files: [FileFormat.PDF, FileFormat.MESSAGE] };
  const everything = ["item-1", "item-2"].map((itemCode) => ({
    itemCode,
    fields: ["name", "capital"],
    files: [FileFormat.PDF, FileFormat.OFD, FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE],
  }));
  house.catalog.matters = [
    { node: USER, app: "440300-zwdt", code: "matter-1", items: [granted] },
    { node: USER, app: "440300-zwdt", code: "matter-later", items: everything, enabledOn: LATER },
    { node: CITY, app: "440100-zwdt", code: "matter-1", items: everything },
  ];
  for (const [name, itemCode, holderCode] of [
    ["a-1", "item-1", HOLDER],
    ["a-2", "item-2", HOLDER],
    ["a-3", "item-1", STRANGER],
  ] as const) {
    const order = { node: CITY, name, itemCode, holderCode, issuedAt: daysAgo(1), data: DATA };
    const { record, blobs } = makeCertificate(house.department, order);
    records.set(name, record);
    await house.node(CITY).issue.put(record, blobs);
  }
  await eventually(async () => expect(await house.node(CITY).issue.pending()).toBe(0));
});
afterAll(() => house?.close());

type Ground = MessageInitShape<typeof UsageGroundSchema>;
const honest: Ground = {
  node: USER,
  appKey: "440300-zwdt",
  matterCode: "matter-1",
  purpose: "办理开办餐饮店",
  usageCodeDigest: "ab".repeat(32),
  holderCodeType: "111",
  holderCode: HOLDER,
};

describe("a linked city that asks the province for more than a matter of its own may see (5.9.6)", () => {
  /** The city's own program, past its sync service: it asks with whatever ground it likes. */
  const linked = () => house.node(USER).usage.client(ExchangeService, { peer: PROVINCE, service: "sync" });
  const find = (ground: Ground, itemCodes = ["item-1"]) => linked().findAcross({ ground, itemCodes });
  const get = (ground: Ground, name = "a-1", fields: string[] = []) =>
    linked().getAcross({ ground, identifier: identifierOf(name), fields });
  const file = (ground: Ground, format: FileFormat = FileFormat.PDF, name = "a-1") =>
    linked().fetchFileAcross({ ground, identifier: identifierOf(name), format });

  const GROUNDS: [string, Ground, string, string][] = [
    ["an invented matter", { ...honest, matterCode: "free text" }, "MATTER_UNKNOWN", "ground.matter_code"],
    ["a matter that is not opened yet", { ...honest, matterCode: "matter-later" }, "MATTER_NOT_OPENED", ""],
    ["an invented app", { ...honest, appKey: "440300-nobody" }, "APP_UNKNOWN", "ground.app_key"],
    ["another city's app", { ...honest, appKey: "440100-zwdt" }, "PERMISSION_DENIED", "ground.app_key"],
    ["another city's ground", { ...honest, node: CITY, appKey: "440100-zwdt" }, "PERMISSION_DENIED", ""],
  ];

  test.each(GROUNDS)("gets nothing with %s: no list, no certificate, no file", async (_, ground, reason, field) => {
    const refused = { reason, ...(field && { fields: [{ field }] }) };
    await expect(find(ground)).rejects.toMatchObject(refused);
    await expect(get(ground)).rejects.toMatchObject(refused);
    await expect(file(ground)).rejects.toMatchObject(refused);
  });

  test("gets no list of an item that its matter may not use", async () => {
    await expect(find(honest, ["item-1", "item-2"])).rejects.toMatchObject({
      reason: "USAGE_NOT_ALLOWED",
      fields: [{ field: "item_codes[1]" }],
    });
  });

  test.each(["a-2", "a-3"])(
    "learns of another item's and another holder's certificate not even that it exists (%s)",
    async (name) => {
      const unknown = { reason: "CERTIFICATE_UNKNOWN" };
      await expect(get(honest, name)).rejects.toMatchObject(unknown);
      await expect(get(honest, name, ["name"])).rejects.toMatchObject(unknown);
      await expect(file(honest, FileFormat.PDF, name)).rejects.toMatchObject(unknown);
      const { certificates } = await find(honest);
      expect(certificates.map(({ identifier }) => identifier)).toEqual([identifierOf("a-1")]);
    },
  );

  test("gets no field for one field too many", async () => {
    await expect(get(honest, "a-1", ["name", "capital"])).rejects.toMatchObject({
      reason: "USAGE_NOT_ALLOWED",
      fields: [{ field: "fields[1]" }],
    });
  });

  test.each([FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE, FileFormat.OFD])(
    "gets no file of form %d: not opened, or it holds a data item that is not granted",
    async (format) => {
      await expect(file(honest, format)).rejects.toMatchObject({
        reason: "USAGE_NOT_ALLOWED",
        fields: [{ field: "format" }],
      });
    },
  );

  test("gets with an honest ground the granted field and what lists show, and nothing else of the certificate", async () => {
    const answer = await get(honest, "a-1", ["name"]);
    expect(answer.certificate?.data).toEqual({ name: DATA.name });
    expect(answer.certificate?.formats).toEqual([FileFormat.PDF]);
    const said = JSON.stringify(toJson(GetAcrossResponseSchema, answer));
    for (const secret of [DATA.capital, HOLDER, "陈岭", recordOf("a-1").number]) expect(said).not.toContain(secret);
    expect((await file(honest)).file?.sha256).toBe(recordOf("a-1").files[0]?.sha256);
  });

  test("gets no record and no blob: these are for the archive of the province", async () => {
    const identifier = identifierOf("a-1");
    const denied = { reason: "PERMISSION_DENIED" };
    await expect(linked().getRecordAcross({ identifier })).rejects.toMatchObject(denied);
    const { sha256 = "" } = recordOf("a-1").files[0] ?? {};
    await expect(linked().fetchBlobAcross({ identifier, sha256 })).rejects.toMatchObject(denied);
  });

  test("gets for public verification a state and digests; the message only against the very signature over it", async () => {
    const { message, messageCms } = recordOf("a-1");
    const status = async (signature: Uint8Array) =>
      linked().getStatusAcross({ identifier: identifierOf("a-1"), signature });
    const bare = await status(new Uint8Array());
    expect(bare).toMatchObject({ node: CITY, state: CertificateState.ISSUED, messageSha256: sha256Hex(message) });
    expect(bare.faces).toMatchObject([{ format: FileFormat.PDF }]);
    const said = JSON.stringify(toJson(GetStatusAcrossResponseSchema, bare));
    for (const secret of [DATA.name, HOLDER, "陈岭", recordOf("a-1").number]) expect(said).not.toContain(secret);
    const others = recordOf("a-3").messageCms;
    for (const signature of [new Uint8Array(), messageCms.subarray(1), others])
      expect(await status(signature)).toMatchObject({ message: new Uint8Array(), pdf: new Uint8Array() });
    expect(Buffer.compare((await status(messageCms)).message, message)).toBe(0);
  });
});

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
      ground: { ...honest, ...(given && { grant: given }) },
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
    const ground = { ...honest, grant: grant() };
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

describe("an issuing city that answers with what its department has not signed (5.8.3)", () => {
  const exchange = () => house.node(USER).usage.client(ExchangeService, "sync");

  /** A certificate of somebody else, which the city's core presents as the person's. It never gets into the archive. */
  beforeAll(async () => {
    const order = { node: CITY, name: "f-1", holderCode: STRANGER, issuedAt: daysAgo(1), data: DATA };
    const { record, blobs } = makeCertificate(house.department, order);
    const holders = record.holders.map((holder) => ({ ...holder, code: HOLDER }));
    await house.node(CITY).issue.put({ ...record, holders }, blobs);
  });

  test("is not believed: the certificate is neither listed nor read", async () => {
    const { certificates } = await exchange().findAcross({ ground: honest, itemCodes: ["item-1"] });
    expect(certificates.map(({ identifier }) => identifier)).toEqual([identifierOf("a-1")]);
    await expect(exchange().getAcross({ ground: honest, identifier: identifierOf("f-1") })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
    });
  });

  test("does not bring a revoked certificate back to life: the archive knows that it was revoked", async () => {
    const order = { node: CITY, name: "r-1", holderCode: HOLDER, issuedAt: daysAgo(2), data: DATA };
    const { record, blobs } = makeCertificate(house.department, order);
    const revoked = changed(record, CertificateState.REVOKED, daysAgo(1));
    const { identifier } = record;
    await house.node(CITY).issue.put(record, blobs);
    await house.node(CITY).issue.put(revoked);
    const archive = house.node(PROVINCE).usage.client(ArchiveService, "sync");
    await eventually(async () => expect((await archive.getCertificate({ identifier })).record?.revision).toBe(2n));
    await house.node(CITY).issue.put(changed(revoked, CertificateState.ISSUED, daysAgo(0)));
    const { certificate } = await exchange().getAcross({ ground: honest, identifier });
    expect(certificate?.state).toBe(CertificateState.REVOKED);
    const { certificates } = await exchange().findAcross({ ground: honest, itemCodes: ["item-1"] });
    expect(certificates.find((one) => one.identifier === identifier)?.state).toBe(CertificateState.REVOKED);
    const file = { ground: honest, identifier, format: FileFormat.PDF };
    await expect(exchange().fetchFileAcross(file)).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
  });

  test("is believed for the state of what it issued, and for nothing that never changes", async () => {
    const suspended = changed(recordOf("a-1"), CertificateState.SUSPENDED, daysAgo(0));
    await house.node(CITY).issue.put({ ...suspended, name: "别的证照", itemCode: "item-1" });
    const { certificate } = await exchange().getAcross({ ground: honest, identifier: identifierOf("a-1") });
    expect(certificate).toMatchObject({ state: CertificateState.SUSPENDED, name: recordOf("a-1").name });
    const fields = ["name"];
    await expect(
      exchange().getAcross({ ground: honest, identifier: identifierOf("a-1"), fields }),
    ).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
  });
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
    await expect(linked.fetchFileAcross({ ground: honest, ...file })).rejects.toMatchObject(refused);
    const issuer = house.node(PROVINCE).usage.client(ExchangeService, { peer: CITY, service: "sync" });
    const fetch = (fields: string[]) => {
      const question = { node: USER, issuer: CITY, app: "440300-zwdt", matter: "matter-1" };
      const person = { usageCodeDigest: "ab".repeat(32), holder: { codeType: "111", code: HOLDER } };
      const made = { province: PROVINCE, now: new Date(), sign: signWith(house.key(PROVINCE)) };
      const items = [{ item: "item-1", fields, files: ["pdf" as const] }];
      const grant = makeMatterGrant({ ...question, ...person }, items, made);
      return issuer.fetchFileAcross({ ground: { ...honest, grant }, ...file });
    };
    await expect(fetch([])).rejects.toMatchObject(refused);
    await expect(fetch(["name"])).rejects.toMatchObject(refused);
    expect((await fetch(["name", "capital"])).file?.content.length).toBeGreaterThan(1000);
  });
});
