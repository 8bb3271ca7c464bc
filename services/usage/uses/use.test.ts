import { create } from "@bufbuild/protobuf";
import { PDFDict, PDFDocument, PDFHexString, PDFName } from "pdf-lib";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { GetStandingResponseSchema, Standing } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { FileFormat, LongTerm } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { examplePdf } from "../../../test/fixtures/example-pdf.ts";
import { identifierOf, type RecordChange, signedRecord } from "../../../test/fixtures/signed-record.ts";
import { DEPARTMENT } from "../../../test/trust/department.ts";
import { APP, HOLDER, openUsageScene, released, type UsageScene } from "../../../test/usage/scene.ts";
import { canonicalBytes, sha256Hex } from "../../domain/canonical.ts";
import { ALWAYS_LEVEL, followStanding } from "../../node/standing.ts";
import { verifyAsNode } from "../../trust/node-key.ts";

let scene: UsageScene;
beforeEach(async () => {
  scene = await openUsageScene();
  scene.records = [scene.record("own-1")];
  return () => scene.close();
});

describe("use of this node's certificates (4.5, 5.4.3)", () => {
  test("5.9.4 each state has its verdict, and a bad signature outweighs them", async () => {
    const usageCode = await scene.code();
    const verdict = async (change: RecordChange) => {
      scene.records = [scene.record("own-1", change)];
      return (await scene.usage().verifyCertificate({ usageCode, identifier: identifierOf("own-1") })).verdict;
    };
    expect(await verdict({})).toBe(Verdict.VALID);
    expect(await verdict({ state: CertificateState.SUSPENDED })).toBe(Verdict.SUSPENDED);
    expect(await verdict({ state: CertificateState.REVOKED })).toBe(Verdict.REVOKED);
    expect(await verdict({ state: CertificateState.SUPERSEDED })).toBe(Verdict.SUPERSEDED);
    expect(await verdict({ validTo: "2026-11-23" })).toBe(Verdict.EXPIRED);
    expect(await verdict({ validFrom: "2026-12-01" })).toBe(Verdict.NOT_YET_VALID);
    expect(await verdict({ message: canonicalBytes({ data: { name: "别人" } }) })).toBe(Verdict.SIGNATURE_BAD);
  });

  test("5.8.3 what another department's signer has signed under the same authority is not valid, and nothing of it is released", async () => {
    const usageCode = await scene.code();
    const station = { ...DEPARTMENT, organization: "云台镇气象站", organizationCode: "11440100MB2C91871C" };
    scene.records = [signedRecord(await scene.otherDepartment(station), "own-1", { holders: [HOLDER] })];
    const request = { usageCode, identifier: identifierOf("own-1") };
    const { verdict, certificate } = await scene.usage().verifyCertificate(request);
    expect([verdict, certificate?.verdict]).toEqual([Verdict.ISSUER_NOT_AUTHORISED, Verdict.ISSUER_NOT_AUTHORISED]);
    const refused = { reason: "ISSUER_NOT_AUTHORISED" };
    await expect(scene.usage().extractData({ ...request, fields: ["name"] })).rejects.toMatchObject(refused);
    await expect(scene.usage().fetchFile({ ...request, format: FileFormat.PDF })).rejects.toMatchObject(refused);
  });

  test("of which a second record is known are neither valid nor released, and revoked where they are", async () => {
    const usageCode = await scene.code();
    const request = { usageCode, identifier: identifierOf("own-1") };
    const forkedSince = "2026-11-23T02:00:00.000Z";
    scene.records = [scene.record("own-1", { forkedSince })];
    const { verdict, certificate } = await scene.usage().verifyCertificate(request);
    expect([verdict, certificate?.verdict]).toEqual([Verdict.UNDETERMINED, Verdict.UNDETERMINED]);
    const listed = await scene.usage().listCertificates({ usageCode });
    expect(listed.certificates).toMatchObject([{ verdict: Verdict.UNDETERMINED }]);
    const refused = { reason: "IDENTIFIER_FORKED", fields: [{ field: "identifier", remedy: expect.any(String) }] };
    await expect(scene.usage().extractData({ ...request, fields: ["name"] })).rejects.toMatchObject(refused);
    await expect(scene.usage().fetchFile({ ...request, format: FileFormat.PDF })).rejects.toMatchObject(refused);
    scene.records = [scene.record("own-1", { forkedSince, state: CertificateState.REVOKED })];
    expect((await scene.usage().verifyCertificate(request)).verdict).toBe(Verdict.REVOKED);
  });

  test.each(["behind", "forked"] as const)(
    "of a node that is %s are not valid, since it does not know what it has revoked",
    async (current) => {
      const usageCode = await scene.code();
      const request = { usageCode, identifier: identifierOf("own-1") };
      Object.assign(scene.environment.runtime, { standing: { ...ALWAYS_LEVEL, current: () => current } });
      scene.records = [scene.record("own-1", { node: "440300" })];
      expect((await scene.usage().verifyCertificate(request)).verdict).toBe(Verdict.UNDETERMINED);
      const listed = await scene.usage().listCertificates({ usageCode });
      expect(listed.certificates).toMatchObject([{ verdict: Verdict.UNDETERMINED }]);
      const refused = { reason: "NODE_BEHIND" };
      await expect(scene.usage().extractData({ ...request, fields: ["name"] })).rejects.toMatchObject(refused);
      scene.records = [scene.record("own-1", { state: CertificateState.REVOKED })];
      expect((await scene.usage().verifyCertificate(request)).verdict).toBe(Verdict.REVOKED);
    },
  );

  test("after a start wait until it is known whether this node is an older copy; with the province away nothing stops", async () => {
    const request = { usageCode: await scene.code(), identifier: identifierOf("own-1") };
    scene.records = [scene.record("own-1", { node: "440300" })];
    scene.across = [released("far-1")];
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const { runtime } = scene.environment;
    function startWith(told: Promise<Standing>): void {
      const getStanding = async () => create(GetStandingResponseSchema, { standing: await told });
      Object.assign(runtime, { standing: followStanding({ ...runtime, sync: { getStanding }, signal: stop.signal }) });
    }
    const told = Promise.withResolvers<Standing>();
    startWith(told.promise);
    const [verified, listed] = [scene.usage().verifyCertificate(request), scene.usage().listCertificates(request)];
    const refused = expect(scene.usage().extractData({ ...request, fields: ["name"] })).rejects.toMatchObject({
      reason: "NODE_BEHIND",
    });
    // Of another node's the province tells.
    const far = await scene.usage().verifyCertificate({ ...request, identifier: "far-1" });
    expect(far.verdict).toBe(Verdict.VALID);
    told.resolve(Standing.BEHIND);
    expect((await verified).verdict).toBe(Verdict.UNDETERMINED);
    const verdicts = new Map((await listed).certificates.map(({ identifier, verdict }) => [identifier, verdict]));
    expect(verdicts.get(request.identifier)).toBe(Verdict.UNDETERMINED);
    expect(verdicts.get("far-1")).toBe(Verdict.VALID);
    await refused;

    startWith(Promise.resolve(Standing.UNCOMPARED));
    expect((await scene.usage().verifyCertificate(request)).verdict).toBe(Verdict.VALID);
  });

  test("5.9.6 only allowed fields are released, one field too many releases nothing", async () => {
    const usageCode = await scene.code();
    const { data } = await scene
      .usage()
      .extractData({ usageCode, identifier: identifierOf("own-1"), fields: ["name"] });
    expect(data).toEqual({ name: HOLDER.name });
    const greedy = scene
      .usage()
      .extractData({ usageCode, identifier: identifierOf("own-1"), fields: ["name", "capital"] });
    await expect(greedy).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED", fields: [{ field: "fields[1]" }] });
  });

  test("5.4.3 nothing is released of a certificate that is not in force or not well signed", async () => {
    const usageCode = await scene.code();
    const request = { usageCode, identifier: identifierOf("own-1") };
    const uses = () => [
      scene.usage().extractData({ ...request, fields: ["name"] }),
      scene.usage().fetchFile({ ...request, format: FileFormat.PDF }),
    ];
    scene.records = [scene.record("own-1", { state: CertificateState.REVOKED, stateCause: "注销" })];
    for (const use of uses()) await expect(use).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
    scene.records = [scene.record("own-1", { messageCms: new Uint8Array([1]) })];
    for (const use of uses()) await expect(use).rejects.toMatchObject({ reason: "SIGNATURE_INVALID" });
  });

  test("5.4.3 another holder's certificate and another item are as unknown as one that does not exist", async () => {
    scene.records = [
      scene.record("own-2", { holders: [{ ...HOLDER, code: "91440106MA9DEM3B0L" }] }),
      scene.record("own-3", { itemCode: "JHZ" }),
    ];
    const usageCode = await scene.code();
    for (const identifier of ["own-2", "own-3", "nowhere"].map((name) => identifierOf(name))) {
      await expect(scene.usage().verifyCertificate({ usageCode, identifier })).rejects.toMatchObject({
        reason: "CERTIFICATE_UNKNOWN",
      });
    }
  });

  test("5.9.5 every use leaves the receipt's statement in the evidence, signed by the node", async () => {
    const usageCode = await scene.code();
    const { receipt } = await scene
      .usage()
      .fetchFile({ usageCode, identifier: identifierOf("own-1"), format: FileFormat.PDF });
    const statement = JSON.parse(receipt?.statementJson ?? "{}");
    expect(statement).toMatchObject({
      action: "fetched",
      identifier: identifierOf("own-1"),
      app: APP,
      use: 1,
      operator: "zhangsan",
    });
    expect(scene.environment.evidence.at(-1)).toEqual({ kind: "certificate-fetched", body: statement });
    const signature = Buffer.from(receipt?.signature ?? []).toString("base64url");
    const bytes = new TextEncoder().encode(receipt?.statementJson);
    const { nodePublicKeyPem } = scene.environment;
    expect(verifyAsNode(nodePublicKeyPem, "ecert.usage-receipt.v1", bytes, signature)).toBe(true);
    expect(verifyAsNode(nodePublicKeyPem, "ecert.receipt.v1", bytes, signature)).toBe(false);
  });
});

describe("files are a right of their own (5.9.6, 6.4.6.3)", () => {
  const fetch = async (format: FileFormat) =>
    scene.usage().fetchFile({ usageCode: await scene.code(), identifier: identifierOf("own-1"), format });
  const formats = async () =>
    (await scene.usage().listCertificates({ usageCode: await scene.code() })).certificates[0]?.formats;
  const ALL = [FileFormat.PDF, FileFormat.OFD, FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE];

  test("a matter without files gets none, though it may extract every field", async () => {
    scene.granted = { fields: ["name", "address", "capital"], files: [] };
    expect(await formats()).toEqual([]);
    for (const format of ALL) {
      await expect(fetch(format)).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED", fields: [{ field: "format" }] });
    }
  });

  test("a matter with no granted field does not get the whole data message, nor an OFD, which carries it", async () => {
    scene.granted = { fields: [], files: ALL };
    expect(await formats()).toEqual(["pdf"]);
    expect((await fetch(FileFormat.PDF)).file?.format).toBe(FileFormat.PDF);
    for (const format of [FileFormat.OFD, FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE]) {
      await expect(fetch(format)).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED", fields: [{ field: "format" }] });
    }
  });

  test("one data item that is not granted keeps the data message back; with all of them it may be filed", async () => {
    scene.granted = { fields: ["name", "address"], files: ALL };
    await expect(fetch(FileFormat.MESSAGE)).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED" });
    scene.granted = { fields: ["name", "address", "capital"], files: ALL };
    expect(await formats()).toEqual(["pdf", "ofd", "message", "message-signature"]);
    for (const format of ALL) expect((await fetch(format)).file?.format).toBe(format);
  });

  test("a PDF/A-3b, which embeds the data message, needs the right to every data item; a PDF/A-2b does not", async () => {
    scene.granted = { fields: ["name", "address"], files: ALL };
    scene.content = examplePdf("A-2b").content;
    expect((await fetch(FileFormat.PDF)).file?.content).toEqual(scene.content);
    scene.content = examplePdf("A-3b").content;
    const refused = { reason: "USAGE_NOT_ALLOWED", fields: [{ field: "format" }] };
    await expect(fetch(FileFormat.PDF)).rejects.toMatchObject(refused);
    scene.granted = { fields: ["name", "address", "capital"], files: ALL };
    expect((await fetch(FileFormat.PDF)).file?.content).toEqual(scene.content);
  });

  test("GB/T 36903: a copy for one use says for what, and the receipt names both digests; it bears no signature", async () => {
    scene.content = examplePdf("A-2b").content;
    const request = { identifier: identifierOf("own-1"), format: FileFormat.PDF, useCopy: true };
    const usageCode = await scene.code();
    const copied = { usageCode, ...request, copyValidTo: "2026-12-24" };
    const { file, receipt } = await scene.usage().fetchFile(copied);
    const { content = new Uint8Array(), sha256, fileName } = file ?? {};
    expect(sha256).toBe(sha256Hex(content));
    expect(fileName).toContain("加注件");
    expect(Buffer.from(content).includes("/ByteRange")).toBe(false);
    const { context } = await PDFDocument.load(content, { updateMetadata: false });
    const said = context.lookup(context.trailerInfo.Info, PDFDict);
    const text = (name: string) => said.lookup(PDFName.of(name), PDFHexString).decodeText();
    expect(text("ZZBS")).toBe(request.identifier);
    expect(text("JZJZZZ")).toBe("区局");
    expect(text("JZJZZSY")).toBe("办理“食品经营许可”（事由：核验主体资格；业务标识：YW-1）");
    expect([text("JZJZZSJ"), text("JZJYXQJZSJ")]).toEqual(["2026-11-24 10:00", "2026-12-24"]);
    expect(JSON.parse(receipt?.statementJson ?? "{}")).toMatchObject({
      ...{ action: "fetched", use: 1, releasedSha256: sha256 },
      ...{ copyOf: sha256Hex(scene.content), copyValidTo: "2026-12-24" },
    });
    const refused = (change: object, field: string) =>
      expect(scene.usage().fetchFile({ ...copied, ...change })).rejects.toMatchObject({
        reason: "INVALID_FIELD",
        fields: [{ field }],
      });
    await refused({ copyValidTo: "2026-11-23" }, "copy_valid_to");
    await refused({ copyValidTo: "2026-02-30" }, "copy_valid_to");
    await refused({ useCopy: false }, "copy_valid_to");
    await refused({ format: FileFormat.OFD }, "format");
    await refused({ longTerm: LongTerm.LT }, "long_term");
    expect(
      JSON.parse((await scene.usage().fetchFile({ usageCode, ...request })).receipt?.statementJson ?? ""),
    ).toMatchObject({
      use: 2,
    });
  });

  test("a refused form counts as no use", async () => {
    scene.granted = { fields: [], files: [FileFormat.PDF] };
    const usageCode = await scene.code();
    const refused = scene
      .usage()
      .fetchFile({ usageCode, identifier: identifierOf("own-1"), format: FileFormat.MESSAGE });
    await expect(refused).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED" });
    const { receipt } = await scene
      .usage()
      .fetchFile({ usageCode, identifier: identifierOf("own-1"), format: FileFormat.PDF });
    expect(JSON.parse(receipt?.statementJson ?? "{}")).toMatchObject({ use: 1 });
  });
});
