import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { examplePdf } from "../../../test/fixtures/example-pdf.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { openUsageScene, type UsageScene } from "../../../test/usage/scene.ts";
import { linesOf, me, reasonOf } from "../../../test/usage/showing.ts";
import { usageCodeDigest } from "../../domain/usage-code.ts";
import { type CodeDocument, openCodes } from "../codes/code-record.ts";
import { CODE_MAX_USES } from "../routes/create-usage-context.ts";

describe.each(await bothEngines())(
  "5.4.3 a use whose answer was lost is asked for by the same request, on $name",
  (engine) => {
    let scene: UsageScene;
    let remove: () => Promise<void>;
    let usageCode: string;
    const identifier = identifierOf("own-1");

    beforeEach(async () => {
      const opened = await engine.open();
      remove = opened.remove;
      scene = await openUsageScene({ store: opened.store });
      scene.records = [scene.record("own-1")];
      usageCode = await scene.code();
    });
    afterEach(async () => {
      await scene.close();
      await remove();
    });

    const verify = (requestId = "", code = usageCode) =>
      scene.usage().verifyCertificate({ usageCode: code, identifier, requestId });
    const extract = (requestId = "") =>
      scene.usage().extractData({ usageCode, identifier, fields: ["name", "address"], requestId });
    const fetch = (requestId = "") =>
      scene.usage().fetchFile({ usageCode, identifier, format: FileFormat.PDF, requestId });
    const useOf = (answer: { receipt?: { statementJson: string } | undefined }) =>
      JSON.parse(answer.receipt?.statementJson ?? "{}").use;
    const told = async () => (await scene.holder(me).listUses({})).uses.map(({ action }) => action).sort();

    test("it is one use: counted, recorded and told to the holder once, with the same receipt; another id, or none, is another", async () => {
      const ids = [randomUUID(), randomUUID(), randomUUID()] as const;
      const first = [await verify(ids[0]), await extract(ids[1]), await fetch(ids[2])];
      const again = [await verify(ids[0]), await extract(ids[1]), await fetch(ids[2])];
      expect(again).toEqual(first);
      expect(first.map(useOf)).toEqual([1, 2, 3]);
      expect(await told()).toEqual(["extracted", "fetched", "verified"]);
      for (const kind of ["certificate-verified", "certificate-extracted", "certificate-fetched"])
        expect(linesOf(scene, kind)).toHaveLength(1);
      expect([await verify(randomUUID()), await verify(), await verify()].map(useOf)).toEqual([4, 5, 6]);
      // An id belongs to its code.
      expect(useOf(await verify(ids[0], await scene.code()))).toBe(1);
      expect(await told()).toHaveLength(7);
    });

    test("what was said then is said again, though the certificate was revoked meanwhile; nothing more is released of it", async () => {
      const ids = [randomUUID(), randomUUID()] as const;
      const [verified] = [await verify(ids[0]), await extract(ids[1])];
      scene.records = [scene.record("own-1", { state: CertificateState.REVOKED, stateCause: "注销" })];
      expect(await verify(ids[0])).toEqual(verified);
      expect(await reasonOf(extract(ids[1]))).toBe("STATE_CONFLICT");
    });

    test("a process that ended before the use was recorded leaves it to the repetition: counted once, recorded, answered", async () => {
      const { evidence } = scene.environment.runtime;
      const { append } = evidence;
      const requestId = randomUUID();
      evidence.append = async (kind, body) => {
        if (kind === "certificate-extracted") throw new Error("killed");
        return append(kind, body);
      };
      await expect(extract(requestId)).rejects.toThrow("killed");
      evidence.append = append;
      const answer = await extract(requestId);
      expect([useOf(answer), await extract(requestId)]).toEqual([1, answer]);
      expect(linesOf(scene, "certificate-extracted")).toHaveLength(1);
      expect(await told()).toEqual(["extracted"]);
    });

    test("the last use is answered again though the code is spent, but not once it has ended; many at once are one use", async () => {
      const codes = await openCodes(scene.environment.runtime);
      const code = await codes.get(usageCodeDigest(usageCode));
      await codes.replace({ ...code, grant: { ...code?.grant, uses: CODE_MAX_USES - 2 } } as CodeDocument);
      const requestId = randomUUID();
      const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(requestId)));
      expect(new Set(answers.map(useOf))).toEqual(new Set([CODE_MAX_USES - 1]));
      const last = await verify(randomUUID());
      expect(useOf(last)).toBe(CODE_MAX_USES);
      expect(await reasonOf(verify(randomUUID()))).toBe("USAGE_CODE_SPENT");
      expect(useOf(await fetch(requestId))).toBe(CODE_MAX_USES - 1);
      expect(await reasonOf(extract(requestId))).toBe("REQUEST_ID_REUSED");
      scene.environment.setNow("2026-11-24T02:16:00Z");
      expect(await reasonOf(fetch(requestId))).toBe("USAGE_CODE_EXPIRED");
    });

    test("octets that are others than those of the receipt have a receipt of their own, of the same use", async () => {
      const requestId = randomUUID();
      const first = await fetch(requestId);
      scene.content = examplePdf("A-2b").content;
      const second = await fetch(requestId);
      expect([useOf(first), useOf(second)]).toEqual([1, 1]);
      expect(second.receipt).not.toEqual(first.receipt);
      expect(linesOf(scene, "certificate-fetched")).toHaveLength(2);
      expect(await told()).toEqual(["fetched"]);
    });
  },
);
