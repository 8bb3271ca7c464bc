import { beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { caller, DATA, HOLDER, openUsageScene, PROVIDER, type UsageScene } from "../../../test/usage/scene.ts";
import type { HolderActor } from "../../domain/actor.ts";

const me: HolderActor = { kind: "holder", ...HOLDER, provider: PROVIDER };
const other: HolderActor = { ...me, name: "李试验", code: "440106199003071231", codeType: "111" };
const [FIRST, SECOND] = [identifierOf("own-1"), identifierOf("own-2")];
let scene: UsageScene;

/** A signature of which one bit is another: a byte that is set may have been what it is set to. */
const altered = (signature: Uint8Array) => signature.with(signature.length - 3, (signature.at(-3) ?? 0) ^ 1);

beforeEach(async () => {
  scene = await openUsageScene();
  scene.records = [
    scene.record("own-1", { issuedAt: "2026-11-20T02:00:00.000Z", number: "YYZZ-7" }),
    scene.record("own-2", { issuedAt: "2026-11-21T02:00:00.000Z", state: CertificateState.REVOKED }),
    scene.record("theirs", { holders: [{ ...other }], issuedAt: "2026-11-22T02:00:00.000Z" }),
  ];
  return () => scene.close();
});

describe("5.5.2 what holders see of their own certificates", () => {
  test("a list of them in every state, newest first, page by page, and nobody else's", async () => {
    const mine = await scene.holder(me).listOwnCertificates({});
    expect(mine.certificates).toMatchObject([
      { identifier: SECOND, verdict: Verdict.REVOKED },
      {
        identifier: FIRST,
        verdict: Verdict.VALID,
        formats: [FileFormat.PDF, FileFormat.OFD, FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE],
        holders: [{ name: HOLDER.name, maskedCode: "914*************6K" }],
      },
    ]);
    const first = await scene.holder(me).listOwnCertificates({ pageSize: 1 });
    const second = await scene.holder(me).listOwnCertificates({ pageSize: 1, pageToken: first.nextPageToken });
    expect([first, second].flatMap(({ certificates }) => certificates.map(({ identifier }) => identifier))).toEqual([
      SECOND,
      FIRST,
    ]);
    const found = async (search: string) =>
      (await scene.holder(me).listOwnCertificates({ search, pageSize: 1 })).certificates.map(({ number }) => number);
    expect([await found("zz-7"), await found("none")]).toEqual([["YYZZ-7"], []]);
    expect((await scene.holder(other).listOwnCertificates({})).certificates).toMatchObject([
      { identifier: identifierOf("theirs") },
    ]);
    const foreign = { reason: "INVALID_FIELD", fields: [{ field: "page_token" }] };
    await expect(scene.holder(me).listOwnCertificates({ pageToken: "x" })).rejects.toMatchObject(foreign);
  });

  test("one whole, with all its data, also one that is not in force; the signature is judged", async () => {
    const { certificate, data } = await scene.holder(me).getOwnCertificate({ identifier: FIRST });
    expect([certificate?.verdict, data]).toEqual([Verdict.VALID, DATA]);
    const revoked = await scene.holder(me).getOwnCertificate({ identifier: SECOND });
    expect(revoked.certificate?.verdict).toBe(Verdict.REVOKED);
    const [first] = scene.records;
    if (first) first.messageCms = altered(first.messageCms);
    const forged = await scene.holder(me).getOwnCertificate({ identifier: FIRST });
    expect(forged.certificate?.verdict).toBe(Verdict.SIGNATURE_BAD);
  });

  test("a file of one in force, which evidence keeps; none of one that is not in force or does not hold", async () => {
    const { file } = await scene.holder(me).fetchOwnFile({ identifier: FIRST, format: FileFormat.PDF });
    expect(file?.content).toEqual(scene.content);
    const kept = scene.environment.evidence.filter(({ kind }) => kind === "holder-fetched");
    expect(kept).toEqual([
      { kind: "holder-fetched", body: { identifier: FIRST, format: FileFormat.PDF, byAnother: false } },
    ]);
    const revoked = scene.holder(me).fetchOwnFile({ identifier: SECOND, format: FileFormat.PDF });
    await expect(revoked).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
    const [first] = scene.records;
    if (first) first.messageCms = altered(first.messageCms);
    const forged = scene.holder(me).fetchOwnFile({ identifier: FIRST, format: FileFormat.PDF });
    await expect(forged).rejects.toMatchObject({ reason: "SIGNATURE_INVALID" });
  });

  test("somebody else's is refused as one that does not exist is; what is no identifier is told as that", async () => {
    const theirs = { reason: "CERTIFICATE_UNKNOWN", fields: [{ field: "identifier" }] };
    for (const identifier of [identifierOf("theirs"), identifierOf("nowhere")]) {
      await expect(scene.holder(me).getOwnCertificate({ identifier })).rejects.toMatchObject(theirs);
      await expect(scene.holder(me).fetchOwnFile({ identifier, format: FileFormat.PDF })).rejects.toMatchObject(theirs);
    }
    await expect(scene.holder(me).getOwnCertificate({ identifier: "x" })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
    });
  });

  test("an app sees none of it", async () => {
    for (const call of [scene.holder(caller).listOwnCertificates({}), scene.holder(caller).listUses({})])
      await expect(call).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });
});
