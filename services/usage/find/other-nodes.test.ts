import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { CertificateJudgementSchema } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { examplePdf } from "../../../test/fixtures/example-pdf.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { APP, AS_OF, HOLDER, openUsageScene, released, type UsageScene } from "../../../test/usage/scene.ts";

let scene: UsageScene;
beforeEach(async () => {
  scene = await openUsageScene();
  scene.across = [released("far-1")];
  return () => scene.close();
});

describe("use of other nodes' certificates (5.7.4)", () => {
  test("the answer says when the issuer itself could not be asked, and as of when the data are (4.5.1)", async () => {
    const answer = await scene.usage().verifyCertificate({ usageCode: await scene.code(), identifier: "far-1" });
    expect(answer).toMatchObject({ verdict: Verdict.VALID, standBy: true, standByAsOf: AS_OF });
    expect(JSON.parse(answer.receipt?.statementJson ?? "{}")).toMatchObject({ standBy: true, standByAsOf: AS_OF });
    expect(answer.signer).toBe("鹏湾市市场监督管理局 11440300MB2C91870E");
  });

  test("other nodes are told app, matter, purpose, code and the person served, and only the fields that are asked for", async () => {
    scene.across = [released("far-1", { data: { name: HOLDER.name } })];
    const usageCode = await scene.code();
    await scene.usage().extractData({ usageCode, identifier: "far-1", fields: ["name"] });
    const ground = { node: "440300", appKey: APP, matterCode: "M1", holderCodeType: "001", holderCode: HOLDER.code };
    expect(scene.asked).toMatchObject([{ method: "getAcross", fields: ["name"], ground }]);
  });

  test("5.9.6 what another node's answer holds beyond the question does not leave this node", async () => {
    scene.across = [released("far-1", { data: { name: HOLDER.name, capital: "伍佰万元" } })];
    const usageCode = await scene.code();
    const { data } = await scene.usage().extractData({ usageCode, identifier: "far-1", fields: ["name"] });
    expect(data).toEqual({ name: HOLDER.name });
    const greedy = scene.usage().extractData({ usageCode, identifier: "far-1", fields: ["capital"] });
    await expect(greedy).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED", fields: [{ field: "fields[0]" }] });
  });

  test("an item that the code does not open is unknown, whatever another node answers", async () => {
    const identifier = identifierOf("far-1");
    scene.across = [released(identifier, { itemCode: "JHZ" })];
    const usageCode = await scene.code();
    await expect(scene.usage().verifyCertificate({ usageCode, identifier })).rejects.toMatchObject({
      reason: "CERTIFICATE_UNKNOWN",
    });
    expect((await scene.usage().listCertificates({ usageCode })).certificates).toEqual([]);
  });

  test("5.8.3 without the province's judgement, or against it, nothing is valid and nothing is released", async () => {
    const usageCode = await scene.code();
    const unjudged = released("far-1");
    delete unjudged.judgement;
    const judged = (finding: string) =>
      released("far-1", { judgement: create(CertificateJudgementSchema, { holds: false, findings: [finding] }) });
    for (const [certificate, expected, reason] of [
      [unjudged, Verdict.SIGNATURE_BAD, "SIGNATURE_INVALID"],
      [judged("SIGNATURE_INVALID"), Verdict.SIGNATURE_BAD, "SIGNATURE_INVALID"],
      [judged("SIGNER_FOREIGN"), Verdict.ISSUER_NOT_AUTHORISED, "ISSUER_NOT_AUTHORISED"],
    ] as const) {
      scene.across = [certificate];
      const request = { usageCode, identifier: "far-1" };
      expect((await scene.usage().verifyCertificate(request)).verdict).toBe(expected);
      const extracted = scene.usage().extractData({ ...request, fields: ["name"] });
      await expect(extracted).rejects.toMatchObject({ reason });
      const fetched = scene.usage().fetchFile({ ...request, format: FileFormat.PDF });
      await expect(fetched).rejects.toMatchObject({ reason });
    }
  });

  test("a state that is not in force has its verdict, and releases nothing", async () => {
    scene.across = [released("far-1", { state: CertificateState.SUSPENDED })];
    const request = { usageCode: await scene.code(), identifier: "far-1" };
    expect((await scene.usage().verifyCertificate(request)).verdict).toBe(Verdict.SUSPENDED);
    await expect(scene.usage().fetchFile({ ...request, format: FileFormat.PDF })).rejects.toMatchObject({
      reason: "STATE_CONFLICT",
    });
  });

  test("a form of file that the code does not grant is not even asked for", async () => {
    scene.granted = { fields: ["name"], files: [FileFormat.OFD] };
    const request = { usageCode: await scene.code(), identifier: "far-1" };
    await expect(scene.usage().fetchFile({ ...request, format: FileFormat.PDF })).rejects.toMatchObject({
      reason: "USAGE_NOT_ALLOWED",
    });
    expect(scene.asked.map(({ method }) => method)).not.toContain("fetchFileAcross");
  });

  test("5.9.6 a PDF/A-3b that another node gives is released only for every data item of the message that it embeds", async () => {
    scene.across = [released("far-1")];
    const { content, data } = examplePdf("A-3b");
    scene.content = content;
    const fetch = async () =>
      scene.usage().fetchFile({ usageCode: await scene.code(), identifier: "far-1", format: FileFormat.PDF });
    const refused = { reason: "USAGE_NOT_ALLOWED", fields: [{ field: "format" }] };
    const [, ...others] = Object.keys(data);
    for (const fields of [[], others]) {
      scene.granted = { fields, files: [FileFormat.PDF] };
      await expect(fetch()).rejects.toMatchObject(refused);
    }
    scene.granted = { fields: Object.keys(data), files: [FileFormat.PDF] };
    expect((await fetch()).file?.content).toEqual(content);
    scene.content = Buffer.from("%PDF-1.7\n<</Names<</EmbeddedFiles 7 0 R>>>>");
    await expect(fetch()).rejects.toMatchObject(refused);
  });
});
