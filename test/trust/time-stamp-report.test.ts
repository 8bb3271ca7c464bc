import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messageBytes } from "../../services/domain/message.ts";
import type { StatusSource } from "../../services/statement/status-source.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import type { RevocationCause } from "../../services/trust/crl.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import { readSealSignature } from "../../services/trust/seal/read-seal-signature.ts";
import { attachSealTimeStamp, attachTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import { verifyTimeStampToken } from "../../services/trust/time-stamp/verify-token.ts";
import type { VerificationOptions } from "../../services/trust/verification/options.ts";
import { timeStampStanding } from "../../services/trust/verification/time-stamp-standing.ts";
import { createMutator } from "../attacks/mutate.ts";
import { codes, type Issued, NOW, openScene, recordOf, type Scene, SIGNED_AT, trustOf } from "../attacks/scene.ts";
import { createStampMaker, STAMPED_AT, stampPdf, type TokenChange } from "./stamp-maker.ts";

const maker = createStampMaker();
const timeStamps = maker.revoked();
const minutesAfter = (time: Date, minutes: number) => new Date(time.getTime() + minutes * 60_000);

let scene: Scene;
let issued: Issued;
beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
});
afterAll(() => scene.close());

const stampedPdf = (pdf: Buffer, change?: TokenChange, over?: Uint8Array) => stampPdf(maker, pdf, change, over);

const verify = (pdf: Uint8Array, change: Partial<VerificationOptions> = {}) =>
  scene.verify(pdf, { timeStamps, ...change });

/** The authorities' lists once the department's certificate was revoked. */
async function revokedSigner(cause: RevocationCause, at: Date) {
  const other = await openScene();
  const certificate = other.issue("2026000001");
  other.authority.revoke(other.department.serial, cause, at);
  const trust = trustOf(other.authority);
  other.close();
  return { pdf: certificate.pdf, trust };
}

describe("a time stamp that counts", () => {
  test("gives the time of signing where nobody else does, and level B-T", async () => {
    const report = await verify(stampedPdf(issued.pdf));
    expect(report.verdict).toBe("valid");
    expect(report.signature).toMatchObject({
      level: "B-T",
      timeFrom: "stamp",
      signedAt: STAMPED_AT,
      timeStamp: { time: STAMPED_AT, policy: "1.2.3.4", serial: "07", authority: { commonName: "Stamp authority" } },
    });
    expect(report.signature?.timeStamp?.chain).toHaveLength(2);
    expect(codes(report)).not.toContain("SIGNING_TIME_CLAIMED");
    const plain = await verify(issued.pdf);
    expect([plain.signature?.level, plain.signature?.timeFrom]).toEqual(["B-B", "claimed"]);
  });

  test("counts on a data message, and on the message that a face is read with", async () => {
    const { messageCms, messageBytes } = issued;
    const messageSignature = attachTimeStamp(messageCms, maker.token(readSignedData(messageCms).signature));
    const report = await verify(messageBytes, { messageSignature });
    expect(report).toMatchObject({ verdict: "valid", signature: { level: "B-T", timeFrom: "stamp" } });
    const face = await verify(stampedPdf(issued.pdf), { message: messageBytes, messageSignature });
    expect(face).toMatchObject({ verdict: "valid", subject: { name: "营业执照" } });
  });

  test("counts on a signature by electronic seal, which has no level", async () => {
    const stamp = (value: Uint8Array) => maker.token(readSealSignature(value).signature, { hash: "sm3" });
    const national = await openScene("SM2", (value) => attachSealTimeStamp(value, stamp(value)));
    const report = await national.verify(national.issue("2026000001").ofd, { timeStamps });
    national.close();
    expect(report).toMatchObject({ verdict: "valid", signature: { timeFrom: "stamp", signedAt: STAMPED_AT } });
    expect(report.signature?.level).toBeUndefined();
    expect(report.seal?.version).toBe(4);
  });

  test("is told beside the issuer's record, which says the time more exactly", async () => {
    const report = await verify(stampedPdf(issued.pdf), { status: recordOf(issued) });
    expect(report.signature).toMatchObject({
      timeFrom: "record",
      signedAt: SIGNED_AT,
      timeStamp: { time: STAMPED_AT },
    });
  });

  test("clears a signature made before its key was lost, which a mere claim leaves open", async () => {
    const { pdf, trust } = await revokedSigner("keyCompromise", minutesAfter(STAMPED_AT, 5));
    const claimed = await verify(pdf, trust);
    expect([claimed.verdict, codes(claimed)[0]]).toEqual(["undetermined", "SIGNER_COMPROMISED"]);
    const stamped = await verify(stampedPdf(pdf), trust);
    expect([stamped.verdict, codes(stamped)]).toEqual(["valid", ["SIGNER_REVOKED_SINCE"]]);
  });

  test("on a face clears no message beside it that a thief of the key signed: the record alone tells", async () => {
    const other = await openScene();
    const one = other.issue("2026000001");
    const forged = messageBytes({ ...one.message, metadata: { ...one.message.metadata, number: "44010000000000" } });
    const digest = createHash("sha256").update(forged).digest();
    const signature = other.department.signDigest(digest, { pades: false });
    other.authority.revoke(other.department.serial, "keyCompromise", minutesAfter(STAMPED_AT, 5));
    const trust = { ...trustOf(other.authority), timeStamps };
    const beside = (message: Uint8Array, messageSignature: Uint8Array, status?: StatusSource) =>
      other.verify(stampedPdf(one.pdf), { ...trust, message, messageSignature, ...(status && { status }) });
    const claimed = await beside(forged, signature);
    expect([claimed.verdict, codes(claimed)[0]]).toEqual(["undetermined", "SIGNER_COMPROMISED"]);
    expect(codes(await beside(forged, signature, recordOf(one)))[0]).toBe("RECORD_DIFFERS");
    expect((await beside(one.messageBytes, one.messageCms, recordOf(one))).verdict).toBe("valid");
    other.close();
  });

  test("shows a signature made after its key was lost, whatever the signer claims", async () => {
    const { pdf, trust } = await revokedSigner("keyCompromise", minutesAfter(SIGNED_AT, 0.5));
    const stamped = await verify(stampedPdf(pdf), trust);
    expect([stamped.verdict, codes(stamped)[0]]).toEqual(["invalid", "SIGNER_REVOKED"]);
  });

  test("keeps its word when the authority's certificate has ended, and the report says so", async () => {
    const report = await verify(stampedPdf(issued.pdf, { notAfter: minutesAfter(STAMPED_AT, 1) }));
    expect(report).toMatchObject({ verdict: "valid", signature: { level: "B-T" } });
    expect(codes(report)).toEqual(["TIME_STAMP_AGED"]);
  });
});

describe("a time stamp that does not count leaves level B-B, and a note", () => {
  test.each<[string, Partial<VerificationOptions>]>([
    ["where no authority of time stamps is configured", { timeStamps: undefined as never }],
    ["where its authority is not among them", { timeStamps: createStampMaker("p256", "Another root").trust }],
  ])("%s", async (_, change) => {
    const report = await verify(stampedPdf(issued.pdf), change);
    expect(report).toMatchObject({ verdict: "valid", signature: { level: "B-B", timeFrom: "claimed" } });
    expect(report.signature?.timeStamp).toBeUndefined();
    expect(codes(report).sort()).toEqual(["SIGNING_TIME_CLAIMED", "TIME_STAMP_UNTRUSTED"]);
  });

  test("where the authority's key was lost later: it clears nobody", async () => {
    const lost = maker.revoked("keyCompromise", minutesAfter(STAMPED_AT, 10));
    const report = await verify(stampedPdf(issued.pdf), { timeStamps: lost });
    expect(codes(report)).toContain("TIME_STAMP_COMPROMISED");
    expect(report.signature).toMatchObject({ level: "B-B", timeFrom: "claimed" });
    const { pdf, trust } = await revokedSigner("keyCompromise", minutesAfter(STAMPED_AT, 5));
    expect((await verify(stampedPdf(pdf), { ...trust, timeStamps: lost })).verdict).toBe("undetermined");
    const ended = maker.revoked("cessationOfOperation", minutesAfter(STAMPED_AT, 10));
    expect((await verify(stampedPdf(pdf), { ...trust, timeStamps: ended })).verdict).toBe("valid");
  });
});

describe("after a later revocation (RFC 3161 §4.1)", () => {
  const later = minutesAfter(STAMPED_AT, 10);
  test.each<[RevocationCause, boolean]>([
    ["affiliationChanged", true],
    ["superseded", true],
    ["cessationOfOperation", true],
    ["keyCompromise", false],
    ["cACompromise", false],
    ["privilegeWithdrawn", false],
    ["certificateHold", false],
  ])("of its authority for %s a stamp stands: %s", async (cause, stands) => {
    const report = await verify(stampedPdf(issued.pdf), { timeStamps: maker.revoked(cause, later) });
    expect(report.signature?.level).toBe(stands ? "B-T" : "B-B");
    expect(codes(report).includes("TIME_STAMP_COMPROMISED")).toBe(!stands);
  });

  test("of an authority above it a stamp does not stand either, nor before that is known", () => {
    const content = Buffer.from("what is stamped");
    const good = verifyTimeStampToken(maker.token(content), content, timeStamps);
    const revokedLater = [
      { certificate: "Stamp authority", at: later, cause: "superseded" },
      { certificate: "Stamp policy authority", at: later, cause: "cACompromise" },
    ];
    const fallen = { ...good, revokedLater };
    expect(timeStampStanding(fallen, minutesAfter(later, 1)).findings).toMatchObject([
      { code: "TIME_STAMP_COMPROMISED", detail: expect.stringContaining("Stamp policy authority") },
    ]);
    expect(timeStampStanding(fallen, minutesAfter(later, -1)).timeStamp).toBeDefined();
  });
});

describe("a bad time stamp makes a document invalid: whoever issued it did not put it there", () => {
  test.each<[string, TokenChange, string?]>([
    ["of another signature", {}, "another"],
    ["by a certificate for documents", { uses: ["1.3.6.1.5.5.7.3.36"] }],
    ["by one that had ended", { notAfter: minutesAfter(STAMPED_AT, -1) }],
  ])("%s", async (_, change, over) => {
    const report = await verify(stampedPdf(issued.pdf, change, over === undefined ? undefined : Buffer.from(over)));
    expect([report.verdict, codes(report)[0]]).toEqual(["invalid", "TIME_STAMP_INVALID"]);
    expect(report.findings[0]?.text).toContain("时间戳无效");
  });

  test("of a time that is still to come", async () => {
    const report = await verify(stampedPdf(issued.pdf, { time: minutesAfter(NOW, 60) }));
    expect(codes(report)).toContain("SIGNED_IN_FUTURE");
  });

  test("of 500 mutations of the stamped signature none passes", async () => {
    const stamped = stampedPdf(issued.pdf);
    const { byteRange, cms } = locateSignature(stamped);
    const mutate = createMutator(31, [cms]);
    for (let index = 0; index < 500; index++) {
      const mutated = mutate(Buffer.from(cms));
      if (mutated.equals(cms) || mutated.length > 8_000) continue;
      const copy = Buffer.from(stamped);
      const room = byteRange[2] - byteRange[1] - 2;
      copy.write(mutated.toString("hex").padEnd(room, "0"), byteRange[1] + 1, "latin1");
      // A mutation may name an algorithm that is strong and not read here.
      expect((await verify(copy)).verdict, `mutation ${index}`).toMatch(/^(?:invalid|unsupported)$/);
    }
  });
});
