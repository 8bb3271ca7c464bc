import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  ArchivePart,
  type SearchArchiveRequest,
  SearchArchiveRequestSchema,
} from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openTestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import type { Reach } from "../../domain/permit.ts";
import type { SyncContext } from "../context.ts";
import { getArchived } from "../routes/get-archived.ts";
import { readArchived } from "../routes/read-archived.ts";
import { readArchivedFile } from "../routes/read-archived-file.ts";
import { searchArchive } from "../routes/search-archive.ts";
import { openArchive } from "./archive.ts";
import { ARCHIVE, type ArchivedCertificate } from "./archived-certificate.ts";
import { completeFoundBy } from "./complete-found-by.ts";

const MARKET = "11440106MB9DEM11X6";
const HEALTH = "11440200MB9DEM12X4";
const CODE = "440101199001010018";
const NOW = new Date("2026-11-24T02:00:00Z");
const PROVINCE: Reach = { kind: "division", prefix: "44" };
const CITY: Reach = { kind: "division", prefix: "4401" };

/** A record that a city sent. `day`: of November, on which it was issued. */
function record(identifier: string, day: number, more: MessageInitShape<typeof CertificateRecordSchema> = {}) {
  const { issuerCode = MARKET } = more;
  const metadata = { version: 1, issuer: { code: issuerCode, division: issuerCode === MARKET ? "440106" : "440200" } };
  const issuedAt = `2026-11-${String(day).padStart(2, "0")}T02:00:00Z`;
  return create(CertificateRecordSchema, {
    ...{ identifier, node: "440100", revision: 1n, state: CertificateState.ISSUED, issuedAt, issuerCode },
    ...{ itemCode: "YYZZ", number: `N-${identifier}`, name: "营业执照" },
    holders: [{ name: "陈岭", code: CODE, codeType: "111" }],
    message: Buffer.from(JSON.stringify({ metadata, data: { name: "岭海云帆" } })),
    ...more,
  });
}

describe.each(await bothEngines())("4.6.3: the archive as management bodies read it, kept by $name,", (engine) => {
  async function open() {
    const { store, remove } = await engine.open();
    const house = await openTestRuntime({ service: "sync", role: "province", code: "440000", store });
    onTestFinished(async () => {
      await house.close();
      await remove();
    });
    const archive = await openArchive(house.runtime);
    const keep = (one: ReturnType<typeof record>) => archive.keep(one, NOW, async () => true);
    for (const day of [1, 2, 3]) await keep(record(`m${day}`, day));
    await keep(record("h9", 9, { issuerCode: HEALTH, state: CertificateState.REVOKED, revision: 2n }));
    const own = { get: async () => undefined, file: async () => undefined };
    const context = { runtime: house.runtime, archive, own } as unknown as SyncContext;
    const call = (reach: Reach) => ({ ...testCall(), reach });
    const search = (reach: Reach, request: MessageInitShape<typeof SearchArchiveRequestSchema> = {}) =>
      searchArchive(context)(create(SearchArchiveRequestSchema, request) as SearchArchiveRequest, call(reach));
    const found = async (...asked: Parameters<typeof search>) =>
      ((await search(...asked)).certificates ?? []).map(({ identifier }) => identifier);
    return { ...house, store, archive, context, call, search, found };
  }

  test("is found by reach, department, division, number, holder, state and day, codes masked", async () => {
    const { found, search } = await open();
    expect(await found(PROVINCE)).toEqual(["h9", "m3", "m2", "m1"]);
    expect(await found(CITY)).toEqual(["m3", "m2", "m1"]);
    expect(await found({ kind: "department", department: HEALTH })).toEqual(["h9"]);
    expect(await found(CITY, { wanted: { identifier: "h9" } })).toEqual([]);
    expect(await found(PROVINCE, { wanted: { identifier: "h9" } })).toEqual(["h9"]);
    expect(await found(PROVINCE, { wanted: { departmentCode: MARKET, issuedFrom: "2026-11-02" } })).toEqual([
      "m3",
      "m2",
    ]);
    expect(await found(CITY, { wanted: { departmentCode: HEALTH } })).toEqual([]);
    expect(await found(PROVINCE, { wanted: { division: "440200" } })).toEqual(["h9"]);
    expect(await found(CITY, { wanted: { division: "440200" } })).toEqual([]);
    expect(await found(PROVINCE, { wanted: { itemCode: "YYZZ", number: "N-m2" } })).toEqual(["m2"]);
    expect(await found(PROVINCE, { wanted: { state: CertificateState.REVOKED } })).toEqual(["h9"]);
    const holder = { holderCodeType: "111", holderCode: CODE };
    expect((await found(CITY, { wanted: holder })).sort()).toEqual(["m1", "m2", "m3"]);
    expect(await found(PROVINCE, { part: ArchivePart.OWN })).toEqual([]);
    const [first] = (await search(PROVINCE)).certificates ?? [];
    expect(first).toMatchObject({ holders: [{ name: "陈岭", code: "4401**********0018" }], version: 1 });
  });

  test("4.4.4: has all versions of one certificate, the newest first, each with its state and since when", async () => {
    const { search, archive } = await open();
    const versions = [
      { identifier: "v1", day: 4, state: CertificateState.SUPERSEDED, stateSince: "2026-11-05T02:00:00Z" },
      { identifier: "v2", day: 5, state: CertificateState.ISSUED, stateSince: "2026-11-05T02:00:00Z" },
    ];
    for (const { identifier, day, ...more } of versions)
      await archive.keep(record(identifier, day, { number: "N-v", ...more }), NOW, async () => true);
    const wanted = { itemCode: "YYZZ", number: "N-v", departmentCode: MARKET };
    const { certificates = [] } = await search(CITY, { wanted, part: ArchivePart.OTHERS, orderBy: "-issued_at" });
    const told = certificates.map(({ identifier, state, stateSince }) => ({ identifier, state, stateSince }));
    expect(told).toEqual(versions.toReversed().map(({ day: _, ...told }) => told));
  });

  test("goes on page by page", async () => {
    const { search } = await open();
    const pages: string[][] = [];
    for (let pageToken = ""; ; ) {
      const page = await search(PROVINCE, { pageSize: 3, pageToken });
      pages.push((page.certificates ?? []).map(({ identifier = "" }) => identifier));
      pageToken = page.nextPageToken ?? "";
      if (pageToken === "") break;
    }
    expect(pages).toEqual([["h9", "m3", "m2"], ["m1"]]);
  });

  test("comes by when it was issued or by number, either way round, over all divisions, and of one holder", async () => {
    const { search, archive } = await open();
    await archive.keep(record("h2", 2, { issuerCode: HEALTH, number: "A-1" }), NOW, async () => true);
    const listed = async (orderBy: string, wanted = {}) => {
      const found: string[] = [];
      for (let pageToken = ""; ; ) {
        const page = await search(PROVINCE, { pageSize: 2, pageToken, orderBy, wanted });
        found.push(...(page.certificates ?? []).map(({ identifier = "" }) => identifier));
        pageToken = page.nextPageToken ?? "";
        if (pageToken === "") return found;
      }
    };
    const byTime = ["m1", "h2", "m2", "m3", "h9"];
    const byNumber = ["h2", "h9", "m1", "m2", "m3"];
    for (const wanted of [{}, { holderCodeType: "111", holderCode: CODE }]) {
      expect(await listed("issued_at", wanted)).toEqual(byTime);
      expect(await listed("-issued_at", wanted)).toEqual(byTime.toReversed());
      expect(await listed("number", wanted)).toEqual(byNumber);
      expect(await listed("-number", wanted)).toEqual(byNumber.toReversed());
    }
    expect(await listed("")).toEqual(byTime.toReversed());
    expect(await listed("-number", { departmentCode: HEALTH })).toEqual(["h9", "h2"]);
    const { nextPageToken = "" } = await search(PROVINCE, { pageSize: 1, orderBy: "number" });
    const other = search(PROVINCE, { pageToken: nextPageToken, orderBy: "issued_at" });
    await expect(other).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "page_token" }] });
  });

  test.each([
    [{ holderCode: CODE }, "INVALID_FIELD", "wanted.holder_code_type"],
    [{ number: "N-m1" }, "INVALID_FIELD", "wanted.item_code"],
    [{ issuedFrom: "2026-02-31" }, "INVALID_FIELD", "wanted.issued_from"],
    [{ issuedFrom: "2026-11-02", issuedTo: "2026-11-01" }, "DATE_RANGE_INVALID", "wanted.issued_to"],
  ])("refuses %j, with the field", async (wanted, reason, field) => {
    const { search } = await open();
    await expect(search(PROVINCE, { wanted })).rejects.toMatchObject({ reason, fields: [{ field }] });
    await expect(search(PROVINCE, { pageToken: "foreign" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });

  test("5.9.5: content and files are read in full by who reaches the issuer, each time with a line of evidence before", async () => {
    const { archive, context, call, evidence, store } = await open();
    const bytes = new Uint8Array((1 << 20) + 5).fill(7);
    const sha256 = await store.blobs.put(bytes);
    const paper = Buffer.from("依据");
    const attachmentSha256 = await store.blobs.put(paper);
    const lost = "0".repeat(64);
    const named = (digest: string) => ({ name: "依据.txt", mediaType: "text/plain", sha256: digest, size: 6n });
    const file = { format: FileFormat.PDF, name: "face", mediaType: "application/pdf", sha256, size: 0n };
    const files = [file, named(attachmentSha256), named(lost)];
    await archive.keep(record("f1", 4, { files }), NOW, async () => true);
    const read = (identifier: string, reach: Reach) => readArchived(context)({ identifier } as never, call(reach));
    const piece = (offset: bigint) =>
      readArchivedFile(context)(
        { identifier: "f1", format: FileFormat.PDF, offset, attachmentSha256: "" } as never,
        call(CITY),
      );
    expect(await getArchived(context)({ identifier: "f1" } as never, call(CITY))).toMatchObject({ fromArchive: true });
    expect(evidence).toEqual([]);
    expect(await read("f1", CITY)).toMatchObject({ holders: [{ code: CODE }], dataJson: '{"name":"岭海云帆"}' });
    const [head, tail] = [await piece(0n), await piece(BigInt(1 << 20))];
    expect([head.piece?.length, tail.piece?.length, tail.size, tail.sha256]).toEqual([1 << 20, 5, 1048581n, sha256]);
    expect(evidence.map(({ kind, body }) => [kind, body.identifier, body.issuer])).toEqual([
      ["archive-read", "f1", MARKET],
      ["archive-file-read", "f1", MARKET],
    ]);
    await expect(piece(BigInt(2 << 20))).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    await expect(read("h9", CITY)).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    await expect(read("none", CITY)).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    expect(evidence.length).toBe(2);
    const attachment = (digest: string) =>
      readArchivedFile(context)({ identifier: "f1", offset: 0n, attachmentSha256: digest } as never, call(CITY));
    const { fileName, mediaType, piece: content } = await attachment(attachmentSha256);
    expect({ fileName, mediaType, content }).toEqual({ fileName: "依据.txt", mediaType: "text/plain", content: paper });
    expect(evidence[2]?.body).toMatchObject({ identifier: "f1", sha256: attachmentSha256 });
    // A digest alone opens nothing: neither a face nor what no record names.
    for (const digest of [sha256, "1".repeat(64)])
      await expect(attachment(digest)).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    await expect(attachment(lost)).rejects.toMatchObject({ reason: "DOCUMENT_MISSING" });
    expect(evidence.length).toBe(3);
  });

  test("what was archived before it could be searched for is completed once, and found", async () => {
    const { store, found, runtime } = await open();
    const stored = await store.collection<ArchivedCertificate>(ARCHIVE);
    const {
      issuer: _,
      division: __,
      place: ___,
      item: ____,
      number: _____,
      ...before
    } = (await stored.get("m2")) as ArchivedCertificate;
    await stored.replace(before);
    expect(await found(CITY)).toEqual(["m3", "m1"]);
    await completeFoundBy(runtime, new AbortController().signal);
    expect(await found(CITY)).toEqual(["m3", "m2", "m1"]);
  });
});
