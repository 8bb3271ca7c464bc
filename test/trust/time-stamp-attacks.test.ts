import { describe, expect, test } from "vitest";
import {
  derElement,
  derTrue,
  octetString,
  oid,
  sequence,
  smallInteger,
  tagged,
} from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { type TimeStampTrust, verifyTimeStampToken } from "../../services/trust/time-stamp/verify-token.ts";
import { createStampMaker, STAMPED_AT, type TokenChange } from "./stamp-maker.ts";

const content = Buffer.from("what is stamped");
const maker = createStampMaker();
const other = createStampMaker("p256", "Another root");
const daysAgo = (days: number) => new Date(STAMPED_AT.getTime() - days * 86_400_000);

/** What a verifier says of a token with one thing wrong with it. */
function detailOf(change: TokenChange, options = {}): string {
  const report = verifyTimeStampToken(maker.token(content, change), content, { ...maker.trust, ...options });
  expect(report.ok).toBe(false);
  return report.findings.map(({ reason, detail }) => `${reason} ${detail}`).join("; ");
}

test("the authority of these tests makes good tokens", () => {
  expect(verifyTimeStampToken(maker.token(content), content, maker.trust).findings).toEqual([]);
});

describe("a time stamp is bad", () => {
  const ALONE = "not for time stamping alone (RFC 3161 §2.3)";
  test.each<[string, TokenChange, string]>([
    ["by a certificate for documents", { uses: [OID.emailProtection] }, ALONE],
    ["by one for documents as well", { uses: [OID.timeStamping, OID.emailProtection] }, ALONE],
    ["by one whose extended key usage is not critical", { critical: false }, ALONE],
    ["by one that had ended when it stamped", { notAfter: daysAgo(1) }, "SIGNER_EXPIRED"],
    ["by one that was yet to begin", { notBefore: daysAgo(-1) }, "SIGNER_EXPIRED"],
    ["without signing-certificate-v2 (RFC 5816)", { named: null }, "signing-certificate-v2 is missing"],
    ["that names another certificate", { named: Buffer.from("x") }, "names another certificate"],
    ["with a certificate of somebody else in it", { beside: fromPem("CERTIFICATE", other.rootPem) }, "not its own"],
    ["that tells the time to an hour", { more: [sequence(smallInteger(3_600))] }, "to 3600 s"],
    ["with a critical extension", { more: [criticalExtension()] }, "critical extension 1.2.3"],
    ["of a time that is none", { time: new Date("+012026-01-01T00:00:00Z") }, "genTime"],
  ])("%s", (_, change, detail) => {
    expect(detailOf(change)).toContain(detail);
  });

  test("of something else", () => {
    const report = verifyTimeStampToken(maker.token(Buffer.from("other")), content, maker.trust);
    expect(report).toMatchObject({ ok: false, reasons: ["SIGNATURE_INVALID"] });
    expect(report.findings[0]?.detail).toBe("the imprint is of something else");
  });

  test("without the nonce that was asked with, or with another: an old answer proves no new time", () => {
    const nonce = Buffer.from("00c0ffee00c0ffee", "hex");
    const repeated = { more: [derElement(0x02, Buffer.from("c0ffee00c0ffee", "hex"))] };
    const kept = { more: [derElement(0x02, Buffer.from("00c0ffee00c0ffee", "hex"))] };
    const detail = "does not repeat the nonce";
    expect(detailOf({}, { nonce })).toContain(detail);
    expect(detailOf(kept, { nonce: Buffer.from("00c0ffee00c0ffef", "hex") })).toContain(detail);
    expect(detailOf(repeated, { nonce })).toContain(detail);
    expect(verifyTimeStampToken(maker.token(content, kept), content, { ...maker.trust, nonce }).ok).toBe(true);
  });

  test("under another policy than was asked for", () => {
    expect(detailOf({}, { policy: "1.2.3.5" })).toContain("made under policy 1.2.3.4");
  });

  test("by an authority whose certificate was revoked by then; one revoked later is told", () => {
    const token = maker.token(content);
    const revoked = verifyTimeStampToken(token, content, maker.revoked("keyCompromise", daysAgo(1)));
    expect(revoked.reasons).toEqual(["SIGNER_REVOKED"]);
    const later = verifyTimeStampToken(token, content, maker.revoked("keyCompromise", daysAgo(-1)));
    expect(later).toMatchObject({ ok: true, revokedLater: [{ cause: "keyCompromise", at: daysAgo(-1) }] });
    expect(verifyTimeStampToken(token, content, maker.revoked()).ok).toBe(true);
  });

  test.each<[string, TimeStampTrust, readonly Uint8Array[]]>([
    ["its authority known", maker.trust, fromPem("CERTIFICATE", maker.rootPem)],
    ["its authority unknown", other.trust, []],
  ])("with any octet of it changed, %s", (_, anchors, beside) => {
    const token = maker.token(content, { beside });
    for (let place = 0; place < token.length; place++) {
      const changed = Buffer.from(token);
      changed[place] = (changed[place] ?? 0) ^ (1 << (place % 8));
      const { reasons } = verifyTimeStampToken(changed, content, anchors);
      expect(reasons, `octet ${place}`).toContain("SIGNATURE_INVALID");
    }
  });

  test("that is no token at all: a finding, never an error", () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from("<html>"),
      Buffer.alloc(70_000, 0x30),
      sequence(octetString(content)),
    ]) {
      expect(verifyTimeStampToken(bytes, content, maker.trust)).toMatchObject({
        ok: false,
        reasons: ["SIGNATURE_INVALID"],
      });
    }
  });
});

test("a whole time stamp of an authority that is not trusted is untrusted, and nothing worse", () => {
  const report = verifyTimeStampToken(maker.token(content), content, other.trust);
  expect(report).toMatchObject({ ok: false, reasons: ["SIGNER_UNTRUSTED"], stamp: { time: STAMPED_AT } });
});

test("one below an authority that bears a trusted name and did not sign it is bad", () => {
  const impostor = createStampMaker("p256", "Stamp root");
  const report = verifyTimeStampToken(impostor.token(content), content, maker.trust);
  expect(report.findings.map(({ detail }) => detail)).toContain("a certificate is embedded that is not its own");
});

test("an authority of time stamps is none of documents, nor the other way round", () => {
  const plain = verifyTimeStampToken(maker.token(content, { uses: [OID.documentSigning] }), content, maker.trust);
  expect(plain.findings.map(({ detail }) => detail).join()).toContain("does not fit timeStamping");
});

function criticalExtension(): Uint8Array {
  return tagged(1, sequence(oid("1.2.3"), derTrue, octetString(smallInteger(1))));
}
