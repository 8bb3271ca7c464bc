import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalBytes } from "../../services/domain/canonical.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import { verifyDocument } from "../../services/trust/verification/verify-document.ts";
import { createDepartment, DEPARTMENT } from "../trust/department.ts";
import {
  codes,
  type Issued,
  issuedStatus,
  NOW,
  openScene,
  recordOf,
  register,
  type Scene,
  SIGNED_AT,
  trustOf,
} from "./scene.ts";
import { weakCms } from "./weak-cms.ts";

let scene: Scene;
let issued: Issued;

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
});
afterAll(() => scene.close());

/** Verifies an altered message under the genuine signature. */
async function altered(change: (message: DataMessage) => unknown) {
  const bytes = canonicalBytes(change(structuredClone(issued.message)));
  return scene.verify(bytes, { messageSignature: issued.messageCms, status: recordOf(issued) });
}

describe("a data message is refused", () => {
  test("with a business field changed, and the report names the field and no value", async () => {
    const report = await altered((message) => ({ ...message, data: { ...message.data, scope: "金融" } }));
    expect(report.verdict).toBe("invalid");
    expect(codes(report)[0]).toBe("CONTENT_ALTERED");
    expect(report.altered).toContainEqual(expect.objectContaining({ kind: "field", name: "/data/scope" }));
    expect(JSON.stringify(report.altered)).not.toContain("金融");
  });

  test("with an attachment swapped", async () => {
    const attachment = { name: "章程.pdf", mediaType: "application/pdf", size: 9, sha256: "0".repeat(64) };
    const report = await altered((message) => ({ ...message, attachments: [attachment] }));
    expect(codes(report)[0]).toBe("CONTENT_ALTERED");
    const text = "数据项 /attachments/0 被添加";
    expect(report.altered).toEqual([{ kind: "field", name: "/attachments/0", change: "added", text }]);
  });

  test("with the signature of another message", async () => {
    const other = scene.issue("2026000002");
    const report = await scene.verify(issued.messageBytes, { messageSignature: other.messageCms });
    expect(codes(report)[0]).toBe("CONTENT_ALTERED");
  });

  test("without its signature, or with something else in its place", async () => {
    expect(codes(await scene.verify(issued.messageBytes))[0]).toBe("SIGNATURE_MISSING");
    for (const messageSignature of [Buffer.alloc(0), Buffer.from("x"), issued.messageCms.subarray(0, 500)]) {
      expect(codes(await scene.verify(issued.messageBytes, { messageSignature }))[0]).toBe("SIGNATURE_INVALID");
    }
  });

  test("in any spelling but the canonical one (RFC 8785), so that nobody reads two messages in it", async () => {
    const text = new TextDecoder().decode(issued.messageBytes);
    for (const other of [
      `${text} `,
      text.replace("{", "{ "),
      text.replace('"data":', '"data":{},"data":'),
      `${text}{}`,
    ]) {
      const report = await scene.verify(Buffer.from(other), { messageSignature: issued.messageCms });
      expect(codes(report)).toContain("FORMAT_DAMAGED");
    }
  });

  test("nested deeper than any data are, or larger than any message", async () => {
    const deep = Buffer.from(`{"a":${"[".repeat(500_000)}${"]".repeat(500_000)}}`);
    expect(codes(await scene.verify(deep, { messageSignature: issued.messageCms }))).toContain("FORMAT_DAMAGED");
    const large = Buffer.from(`{"a":"${"x".repeat(5 << 20)}"}`);
    expect(codes(await scene.verify(large, { messageSignature: issued.messageCms }))).toContain("TOO_LARGE");
  });

  test("whose identifier says another type, issuer or version than its metadata, or has a wrong check character", async () => {
    const swapped = (change: (identifier: string) => string) =>
      scene.issue("2026000003", (draft) => ({
        ...draft,
        metadata: { ...draft.metadata, identifier: change(draft.metadata.identifier) },
      }));
    const wrong = swapped((identifier) => identifier.replace(/.$/, (last) => (last === "0" ? "1" : "0")));
    const foreign = swapped(() => "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0");
    for (const { messageBytes, messageCms } of [wrong, foreign]) {
      const report = await scene.verify(messageBytes, { messageSignature: messageCms });
      expect(codes(report)).toContain("IDENTIFIER_INVALID");
      expect(report.verdict).toBe("invalid");
    }
  });

  test("that another one with the same identifier stands on record for, though the department signed it", async () => {
    const again = scene.issue("2026000001", (draft) => ({ ...draft, data: { ...draft.data, scope: "金融" } }));
    const report = await scene.verify(again.messageBytes, {
      messageSignature: again.messageCms,
      status: recordOf(issued),
    });
    expect(codes(report)[0]).toBe("RECORD_DIFFERS");
    expect(report.altered).toContainEqual(expect.objectContaining({ kind: "field", name: "/data/scope" }));
  });
});

describe("a signer is refused", () => {
  test("whose certificate had expired when it signed", async () => {
    const short = await createDepartment(scene.authority, "P-256", 1);
    const one = scene.issue("2026000004", undefined, short);
    const later = new Date(SIGNED_AT.getTime() + 3 * 86_400_000);
    const report = await scene.verify(one.pdf, {
      status: issuedStatus({ issuedAt: later }),
      at: new Date(later.getTime() + 1000),
    });
    expect(report.verdict).toBe("invalid");
    expect(codes(report)[0]).toBe("SIGNER_EXPIRED");
  });

  test("whose certificate was revoked when it signed", async () => {
    const revoked = await createDepartment(scene.authority, "P-256");
    scene.authority.revoke(revoked.serial, "keyCompromise", new Date(SIGNED_AT.getTime() - 3_600_000));
    const one = scene.issue("2026000005", undefined, revoked);
    const report = await scene.verify(one.pdf, trustOf(scene.authority));
    expect(report.verdict).toBe("invalid");
    expect(codes(report)[0]).toBe("SIGNER_REVOKED");
    expect(report.signature?.revocation.atSigning).toMatchObject({ state: "revoked", cause: "keyCompromise" });
  });

  test("whose key got lost afterwards: only the issuer's record can still tell when it signed", async () => {
    const lost = await createDepartment(scene.authority, "P-256");
    scene.authority.revoke(lost.serial, "keyCompromise", new Date(SIGNED_AT.getTime() + 3_600_000));
    const one = scene.issue("2026000006", undefined, lost);
    const trust = trustOf(scene.authority);
    const claimed = await scene.verify(one.pdf, trust);
    expect(claimed.verdict).toBe("undetermined");
    expect(codes(claimed)[0]).toBe("SIGNER_COMPROMISED");
    expect(await scene.verify(one.pdf, { ...trust, status: recordOf(one) })).toMatchObject({ verdict: "valid" });
  });

  test.each([
    ["cACompromise", "SIGNER_COMPROMISED"],
    ["cessationOfOperation", "SIGNING_TIME_UNPROVED"],
  ] as const)("whose authority was revoked afterwards (%s): again only the record can tell", async (cause, code) => {
    const fallen = await openScene();
    const one = fallen.issue("2026000016");
    const own = fallen.authority.list().find(({ subject }) => subject === "Trial signing authority");
    fallen.authority.revoke(own?.serial ?? "", cause, new Date(SIGNED_AT.getTime() + 3_600_000));
    const trust = trustOf(fallen.authority);
    for (const [document, companions] of [
      [one.pdf, {}],
      [one.messageBytes, { messageSignature: one.messageCms }],
      [one.ofd, {}],
    ] as const) {
      const claimed = await fallen.verify(document, { ...trust, ...companions });
      expect([claimed.verdict, codes(claimed)[0]]).toEqual(["undetermined", code]);
      expect(claimed.findings[0]?.detail).toContain("Trial signing authority");
      expect(claimed.signature?.revocation).toMatchObject({ atSigning: { state: "good" }, now: { cause } });
      const recorded = await fallen.verify(document, { ...trust, ...companions, status: recordOf(one) });
      expect([recorded.verdict, codes(recorded)[0]]).toEqual(["valid", "SIGNER_REVOKED_SINCE"]);
    }
    fallen.close();
  });

  test("who was revoked afterwards for whatever cause: a claimed time proves nothing then (EN 319 102-1 §5.2.6)", async () => {
    const gone = await createDepartment(scene.authority, "P-256");
    scene.authority.revoke(gone.serial, "superseded", new Date(SIGNED_AT.getTime() + 3_600_000));
    const one = scene.issue("2026000017", undefined, gone);
    const claimed = await scene.verify(one.pdf, trustOf(scene.authority));
    expect([claimed.verdict, codes(claimed)[0]]).toEqual(["undetermined", "SIGNING_TIME_UNPROVED"]);
  });

  test("that comes from an authority that nobody configured", async () => {
    const stranger = await openScene();
    const one = stranger.issue("2026000001");
    const report = await scene.verify(one.pdf);
    expect(codes(report)[0]).toBe("SIGNER_UNTRUSTED");
    expect(report.verdict).toBe("invalid");
    stranger.close();
  });

  test("that may not issue this type of certificate", async () => {
    const report = await scene.verify(issued.pdf, { authorised: register({}, ["11100000000013127D001"]) });
    expect(codes(report)[0]).toBe("ISSUER_NOT_AUTHORISED");
    expect(report.verdict).toBe("invalid");
  });

  test("that is another department, unless the register puts it above the issuer", async () => {
    const code = "11440000MB2C9187XE";
    const other = await createDepartment(scene.authority, "P-256", 365, { ...DEPARTMENT, organizationCode: code });
    const one = scene.issue("2026000007", undefined, other);
    const report = await scene.verify(one.pdf);
    expect(codes(report)[0]).toBe("SIGNER_FOREIGN");
    expect(report.verdict).toBe("invalid");
    const { authorised: _, ...alone } = scene.options;
    const without = await scene.verify(one.messageBytes, { ...alone, messageSignature: one.messageCms });
    expect(codes(without)).toContain("SIGNER_FOREIGN");
    const above = register({ [DEPARTMENT.organizationCode]: "B", B: code, [code]: DEPARTMENT.organizationCode });
    expect(await scene.verify(one.pdf, { authorised: above })).toMatchObject({ verdict: "valid" });
  });

  test("that signs with a weak algorithm or key", async () => {
    for (const weak of [
      generateKeyPairSync("rsa", { modulusLength: 1024 }),
      generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
    ]) {
      const spki = weak.publicKey.export({ type: "spki", format: "der" });
      // Its authority was careless; the verifier is not.
      const cms = weakCms(scene.department.signer, spki);
      const report = await scene.verify(issued.messageBytes, { messageSignature: cms });
      expect(codes(report)).toContain("ALGORITHM_REFUSED");
      expect(report.verdict).toBe("invalid");
    }
    const sha1 = Buffer.from(issued.messageCms);
    const sha256 = Buffer.from("0609608648016503040201", "hex");
    const other = Buffer.from("0609608648016503040204", "hex");
    for (let at = sha1.indexOf(sha256); at >= 0; at = sha1.indexOf(sha256)) other.copy(sha1, at);
    const report = await scene.verify(issued.messageBytes, { messageSignature: sha1 });
    expect(codes(report)).toContain("ALGORITHM_REFUSED");
  });

  test("that dates its signature into the future", async () => {
    const at = new Date(SIGNED_AT.getTime() - 3_600_000);
    const report = await scene.verify(issued.pdf, { at });
    expect(codes(report)).toContain("SIGNED_IN_FUTURE");
    expect(report.verdict).toBe("invalid");
  });

  test("whose status the lists given do not tell is not called good", async () => {
    const report = await scene.verify(issued.pdf, {
      revocation: { statusAt: () => ({ state: "unknown", why: "no list" }) },
    });
    expect(report.verdict).toBe("undetermined");
    expect(codes(report)[0]).toBe("REVOCATION_UNKNOWN");
    const { revocation: _, ...unchecked } = scene.options;
    const noted = await verifyDocument(issued.pdf, unchecked);
    expect(noted).toMatchObject({ verdict: "valid", verifiedAt: NOW });
    expect(codes(noted)).toContain("REVOCATION_UNCHECKED");
  });
});
