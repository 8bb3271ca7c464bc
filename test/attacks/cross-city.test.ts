import { toJson } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import {
  ExchangeService,
  GetAcrossResponseSchema,
  GetStatusAcrossResponseSchema,
} from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { eventually } from "../node/eventually.ts";
import { type House, PROVINCE } from "../sync/house.ts";
import { changed, daysAgo, identifierOf, makeCertificate } from "../sync/records.ts";
import {
  CITY,
  type CrossCityScene,
  DATA,
  type Ground,
  HOLDER,
  HONEST,
  openCrossCity,
  STRANGER,
  USER,
} from "./cross-city-scene.ts";

let house: House;
let recordOf: CrossCityScene["recordOf"];
beforeAll(async () => {
  ({ house, recordOf } = await openCrossCity());
});
afterAll(() => house?.close());

describe("a linked city that asks the province for more than a matter of its own may see (5.9.6)", () => {
  /** The city's own program, past its sync service: it asks with whatever ground it likes. */
  const linked = () => house.node(USER).usage.client(ExchangeService, { peer: PROVINCE, service: "sync" });
  const find = (ground: Ground, itemCodes = ["item-1"]) => linked().findAcross({ ground, itemCodes });
  const get = (ground: Ground, name = "a-1", fields: string[] = []) =>
    linked().getAcross({ ground, identifier: identifierOf(name), fields });
  const file = (ground: Ground, format: FileFormat = FileFormat.PDF, name = "a-1") =>
    linked().fetchFileAcross({ ground, identifier: identifierOf(name), format });

  const GROUNDS: [string, Ground, string, string][] = [
    ["an invented matter", { ...HONEST, matterCode: "free text" }, "MATTER_UNKNOWN", "ground.matter_code"],
    ["a matter that is not opened yet", { ...HONEST, matterCode: "matter-later" }, "MATTER_NOT_OPENED", ""],
    ["an invented app", { ...HONEST, appKey: "440300-nobody" }, "APP_UNKNOWN", "ground.app_key"],
    ["another city's app", { ...HONEST, appKey: "440100-zwdt" }, "PERMISSION_DENIED", "ground.app_key"],
    ["another city's ground", { ...HONEST, node: CITY, appKey: "440100-zwdt" }, "PERMISSION_DENIED", ""],
  ];

  test.each(GROUNDS)("gets nothing with %s: no list, no certificate, no file", async (_, ground, reason, field) => {
    const refused = { reason, ...(field && { fields: [{ field }] }) };
    await expect(find(ground)).rejects.toMatchObject(refused);
    await expect(get(ground)).rejects.toMatchObject(refused);
    await expect(file(ground)).rejects.toMatchObject(refused);
  });

  test("gets no list of an item that its matter may not use", async () => {
    await expect(find(HONEST, ["item-1", "item-2"])).rejects.toMatchObject({
      reason: "USAGE_NOT_ALLOWED",
      fields: [{ field: "item_codes[1]" }],
    });
  });

  test.each(["a-2", "a-3"])(
    "learns of another item's and another holder's certificate not even that it exists (%s)",
    async (name) => {
      const unknown = { reason: "CERTIFICATE_UNKNOWN" };
      await expect(get(HONEST, name)).rejects.toMatchObject(unknown);
      await expect(get(HONEST, name, ["name"])).rejects.toMatchObject(unknown);
      await expect(file(HONEST, FileFormat.PDF, name)).rejects.toMatchObject(unknown);
      const { certificates } = await find(HONEST);
      expect(certificates.map(({ identifier }) => identifier)).toEqual([identifierOf("a-1")]);
    },
  );

  test("gets no field for one field too many", async () => {
    await expect(get(HONEST, "a-1", ["name", "capital"])).rejects.toMatchObject({
      reason: "USAGE_NOT_ALLOWED",
      fields: [{ field: "fields[1]" }],
    });
  });

  test.each([FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE, FileFormat.OFD])(
    "gets no file of form %d: not opened, or it holds a data item that is not granted",
    async (format) => {
      await expect(file(HONEST, format)).rejects.toMatchObject({
        reason: "USAGE_NOT_ALLOWED",
        fields: [{ field: "format" }],
      });
    },
  );

  test("gets with an honest ground the granted field and what lists show, and nothing else of the certificate", async () => {
    const answer = await get(HONEST, "a-1", ["name"]);
    expect(answer.certificate?.data).toEqual({ name: DATA.name });
    expect(answer.certificate?.formats).toEqual([FileFormat.PDF]);
    const said = JSON.stringify(toJson(GetAcrossResponseSchema, answer));
    for (const secret of [DATA.capital, HOLDER, "陈岭", recordOf("a-1").number]) expect(said).not.toContain(secret);
    expect((await file(HONEST)).file?.sha256).toBe(recordOf("a-1").files[0]?.sha256);
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
    const { certificates } = await exchange().findAcross({ ground: HONEST, itemCodes: ["item-1"] });
    expect(certificates.map(({ identifier }) => identifier)).toEqual([identifierOf("a-1")]);
    await expect(exchange().getAcross({ ground: HONEST, identifier: identifierOf("f-1") })).rejects.toMatchObject({
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
    const { certificate } = await exchange().getAcross({ ground: HONEST, identifier });
    expect(certificate?.state).toBe(CertificateState.REVOKED);
    const { certificates } = await exchange().findAcross({ ground: HONEST, itemCodes: ["item-1"] });
    expect(certificates.find((one) => one.identifier === identifier)?.state).toBe(CertificateState.REVOKED);
    const file = { ground: HONEST, identifier, format: FileFormat.PDF };
    await expect(exchange().fetchFileAcross(file)).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
  });

  test("is believed for the state of what it issued, and for nothing that never changes", async () => {
    const suspended = changed(recordOf("a-1"), CertificateState.SUSPENDED, daysAgo(0));
    await house.node(CITY).issue.put({ ...suspended, name: "别的证照", itemCode: "item-1" });
    const { certificate } = await exchange().getAcross({ ground: HONEST, identifier: identifierOf("a-1") });
    expect(certificate).toMatchObject({ state: CertificateState.SUSPENDED, name: recordOf("a-1").name });
    const fields = ["name"];
    await expect(
      exchange().getAcross({ ground: HONEST, identifier: identifierOf("a-1"), fields }),
    ).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
  });
});
