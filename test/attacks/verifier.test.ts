import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openSignedOfd } from "../../services/document/ofd/verify-ofd.ts";
import type { SignerFiles } from "../../services/domain/authority-files.ts";
import { openSigners } from "../../services/trust/signers.ts";
import { verifyDocument } from "../../services/trust/verification/verify-document.ts";
import { createVerifier, type Verifier, type VerifierOptions } from "../../services/usage/verification/verifier.ts";
import { type Issued, issuedStatus, NOW, openScene, recordOf, type Scene } from "./scene.ts";

let scene: Scene;
let issued: Issued;
let directory: string;
let signers: SignerFiles;
const verifiers: Verifier[] = [];

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
  directory = mkdtempSync(join(tmpdir(), "ecert-verifier-"));
  const { root, signing } = scene.authority.certificates;
  signers = { anchorFiles: [join(directory, "anchors.pem")], revocationListFiles: [join(directory, "signing.crl")] };
  writeFileSync(join(directory, "anchors.pem"), root + signing);
  writeFileSync(join(directory, "signing.crl"), scene.authority.crl().signing);
});
afterEach(async () => {
  await Promise.all(verifiers.splice(0).map((one) => one.close()));
});
afterAll(() => {
  scene.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(options: VerifierOptions = {}): Verifier {
  const verifier = createVerifier(signers, { threads: 1, ...options });
  verifiers.push(verifier);
  return verifier;
}

test("in a thread the engine gives the same report as in the caller's own, for every form", async () => {
  const verifier = open();
  const status = recordOf(issued);
  for (const document of [issued.pdf, issued.ofd, issued.messageBytes]) {
    const companions = document === issued.messageBytes ? { messageSignature: issued.messageCms } : {};
    const trusted = openSigners(
      signers,
      () => NOW,
      () => {},
    ).current();
    const own = await verifyDocument(document, { ...trusted, ...companions, at: NOW, status, openOfd: openSignedOfd });
    expect(await verifier.verify({ document, at: NOW, ...companions }, { status })).toEqual(own);
    expect(own.verdict).toBe("valid");
    // What was handed in stays the caller's.
    expect(document.length).toBe(own.size);
  }
});

test("one document over its time is refused with the reason, and others are verified as before", async () => {
  const hostile = Buffer.alloc(20 << 20, "/ByteRange [0 1 2 3] ");
  hostile.write("%PDF-1.7\n");
  const status = issuedStatus();
  await expect(open({ maxMs: 1 }).verify({ document: hostile, at: NOW }, { status })).rejects.toMatchObject({
    reason: "DEADLINE_EXCEEDED",
    message: "verifying a document took more than 1 ms",
  });
  expect(await open().verify({ document: issued.pdf, at: NOW }, { status })).toMatchObject({ verdict: "valid" });
});

test("more than may be held at a time is refused with advice; what was held is let go", async () => {
  const verifier = open({ maxHeldBytes: issued.pdf.length * 2 });
  const status = issuedStatus();
  const verify = () => verifier.verify({ document: issued.pdf, at: NOW }, { status });
  const outcomes = await Promise.allSettled([verify(), verify(), verify()]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(outcomes[2]).toMatchObject({ reason: { reason: "OVERLOADED", retryAfterMs: 1000 } });
  expect(await verify()).toMatchObject({ verdict: "valid" });
});
