import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { readCertificateRequest } from "../../services/trust/certificate-request.ts";
import { prepareCms } from "../../services/trust/cms.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { readRevocationList } from "../../services/trust/crl.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import { digestNameOf } from "../../services/trust/signing-certificate.ts";
import { createDepartment, DEPARTMENT, type Department } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";
import { signedPdf } from "./small-pdf.ts";

const at = new Date();
const content = Buffer.from('证照数据电文 {"schema":"ecert.message.v1"}');
const contentDigest = createHash("sm3").update(content).digest();
/** OpenSSL takes an empty user identity for certificates unless it is told. */
const WITH_ID = ["-vfyopt", "distid:1234567812345678"];

let bench: Bench;
let authority: Authority;
let trust: TrustAnchors;
let department: Department;

beforeAll(async () => {
  bench = createBench();
  authority = createAuthority(join(bench.directory, "ca"), { national: true });
  const anchor = authority.certificates["root-sm2"] ?? "";
  trust = createTrustAnchors([anchor, authority.certificates.root]);
  department = await createDepartment(authority, "SM2");
  bench.file("root.pem", anchor);
  bench.file("signing.pem", authority.certificates["signing-sm2"] ?? "");
  bench.file("department.pem", department.certPem);
});
afterAll(() => bench.close());

/** Asks openssl's primitive about a signature by the key of a certificate. */
function expectGood(certificate: string, signed: Uint8Array, signature: Uint8Array): void {
  bench.file("signed", signed);
  bench.file("value", signature);
  bench.openssl("x509", "-in", certificate, "-noout", "-pubkey", "-out", "public.pem");
  const options = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"];
  const args = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", ...options, "-in", "signed"];
  expect(bench.openssl(...args, "-sigfile", "value")).toContain("Verified Successfully");
}

const path = (name: string) => join(bench.directory, name);

describe("the national hierarchy of the trial authority", () => {
  test("is a chain that openssl verifies, with SM2 throughout (OID 1.2.156.10197.1.501)", () => {
    // OpenSSL 3.0 hands the identity to the certificate in question only, not to those above it: so link by link.
    const verify = ["verify", ...WITH_ID, "-x509_strict", "-partial_chain"];
    expect(bench.openssl(...verify, "-trusted", "signing.pem", "department.pem")).toContain("OK");
    expect(bench.openssl(...verify, "-trusted", "root.pem", "signing.pem")).toContain("OK");
    const root = trust.anchors[0];
    expectGood("root.pem", root?.tbs ?? new Uint8Array(), root?.signature ?? new Uint8Array());
    expect(bench.run("openssl", ...verify, "-trusted", "root.pem", "department.pem").ok).toBe(false);
    for (const name of ["root.pem", "signing.pem", "department.pem"]) {
      const text = bench.openssl("x509", "-in", name, "-noout", "-text");
      expect(text).toContain("Signature Algorithm: SM2-with-SM3");
      expect(text).toContain("ASN1 OID: SM2");
    }
  });

  test("answers SM2 requests only where it was made, keeps it, and leaves the other hierarchy as it is", async () => {
    const plain = createAuthority(join(bench.directory, "plain"));
    await expect(createDepartment(plain, "SM2")).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    const { certificates } = createAuthority(join(bench.directory, "plain"), { national: true });
    expect(certificates.root).toBe(plain.certificates.root);
    expect(certificates["signing-sm2"]).toContain("BEGIN CERTIFICATE");
    expect(createAuthority(join(bench.directory, "plain")).certificates).toEqual(certificates);
    const p256 = await createDepartment(authority, "P-256");
    expect(p256.certPem).toContain(authority.certificates.signing);
  });

  test("takes requests whose signature openssl accepts, and those that openssl makes", () => {
    bench.file("request.pem", department.request);
    expect(bench.openssl("req", "-in", "request.pem", "-verify", "-noout", ...WITH_ID)).toMatch(/verify OK/);
    bench.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sm2", "-out", "their.key");
    const signed = ["-sm3", "-sigopt", "distid:1234567812345678", "-subj", "/C=CN/O=Bureau/CN=Seal"];
    bench.openssl("req", "-new", "-key", "their.key", ...signed, "-out", "their.pem");
    const theirs = readFileSync(path("their.pem"), "utf8");
    expect(readCertificateRequest(theirs).subject).toMatchObject({ organization: "Bureau", commonName: "Seal" });
    const [der = Buffer.alloc(0)] = fromPem("CERTIFICATE REQUEST", theirs);
    const changed = Uint8Array.from(der);
    changed[40] = (changed[40] ?? 0) ^ 1;
    expect(() => readCertificateRequest(toPem("CERTIFICATE REQUEST", changed))).toThrow();
  });

  test("lists what it revoked; openssl and we believe it", async () => {
    const fallen = await createDepartment(authority, "SM2");
    authority.revoke(fallen.serial, "keyCompromise", new Date(at.getTime() - 60_000));
    const lists = authority.crl();
    // OpenSSL's command line has no way to give a list's signature an identity: its primitive has.
    const list = readRevocationList(lists["signing-sm2"] ?? "");
    expectGood("signing.pem", list.tbs, list.signature);
    bench.file("list.pem", lists["signing-sm2"] ?? "");
    const shown = bench.openssl("crl", "-in", "list.pem", "-noout", "-text");
    expect(shown).toContain(fallen.serial.toUpperCase());
    expect(shown).toContain("SM2-with-SM3");
    const national = [lists["signing-sm2"], lists["root-sm2"]].map(String);
    const issuers = [
      ...trust.anchors,
      ...fromPem("CERTIFICATE", readFileSync(path("signing.pem"), "utf8")).map(parseCertificate),
    ];
    const revocation = createRevocationSource(national, issuers);
    const judge = (signer: Department) =>
      verifyCms(signer.signDigest(contentDigest, { pades: false }), { content }, { trust, at, revocation }).reasons;
    expect(judge(fallen)).toEqual(["SIGNER_REVOKED"]);
    expect(judge(department)).toEqual([]);
  });
});

describe("a SignedData of GB/T 35275", () => {
  const made = () => department.signDigest(contentDigest, { pades: false, signingTime: at });

  test("has the national object identifiers, and openssl's primitives accept its signature and digest", () => {
    expect(digestNameOf(department.signer)).toBe("sm3");
    bench.file("signed.der", made());
    const dump = bench.openssl("asn1parse", "-inform", "DER", "-in", "signed.der", "-i");
    expect(dump).toContain("OBJECT            :1.2.156.10197.6.1.4.2.2");
    expect(dump).toContain("OBJECT            :1.2.156.10197.6.1.4.2.1");
    expect(dump).toContain("OBJECT            :sm3");
    expect(dump).not.toContain("sha256");
    const view = readSignedData(made());
    expectGood("department.pem", view.signedAttributes, view.signature);
    bench.file("content", content);
    const digest = bench.openssl("dgst", "-sm3", "-r", "content").split(" ")[0];
    expect(dump).toContain(String(digest).toUpperCase());
  });

  test("is good to us by content and by digest, and names the department (5.8.3)", () => {
    for (const signed of [{ content }, { contentDigest }, { digestBy: () => contentDigest }]) {
      expect(verifyCms(made(), signed, { trust, at })).toMatchObject({
        ok: true,
        algorithm: "sm2-sm3",
        signer: { organizationCode: DEPARTMENT.organizationCode },
      });
    }
    expect(verifyCms(made(), { content: Buffer.from("别的") }, { trust, at }).reasons).toEqual(["SIGNATURE_INVALID"]);
    const sha256 = createHash("sha256").update(content).digest();
    expect(verifyCms(made(), { contentDigest: sha256 }, { trust, at }).ok).toBe(false);
  });

  test("no octet of it can change unnoticed", () => {
    const cms = made();
    for (let index = 0; index < cms.length; index++) {
      const changed = Uint8Array.from(cms);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect(verifyCms(changed, { content }, { trust, at }).ok, `octet ${index}`).toBe(false);
    }
  });

  test("is not taken from other keys, and the other hierarchy does not vouch for it", async () => {
    const p256 = await createDepartment(authority, "P-256");
    const cms = Buffer.from(p256.signDigest(createHash("sha256").update(content).digest(), { pades: false }));
    const renamed = Buffer.from(
      cms.toString("hex").replace("06092a864886f70d010702", "060a2a811ccf550601040202"),
      "hex",
    );
    expect(verifyCms(renamed, { content }, { trust, at }).ok).toBe(false);
    const common = createTrustAnchors([authority.certificates.root]);
    expect(verifyCms(made(), { content }, { trust: common, at }).reasons).toEqual(["SIGNER_UNTRUSTED"]);
  });

  test("a digest of another length is refused before it is signed", () => {
    const { signer } = department;
    expect(() => prepareCms({ contentDigest: new Uint8Array(20), signer, pades: false })).toThrow("32 bytes");
    const { finish } = prepareCms({ contentDigest, signer, pades: false });
    expect(() => finish(new Uint8Array(64))).toThrow("not a signature value of sm2-sm3");
  });
});

describe("a PDF signed with SM2", () => {
  test("holds a CMS of RFC 5652 with SM3, and is good to us", () => {
    const pdf = signedPdf(department);
    const report = verifyPades(pdf, { trust, at });
    expect(report).toMatchObject({ ok: true, findings: [], algorithm: "sm2-sm3" });
    const changed = Buffer.from(pdf);
    changed[20] = (changed[20] ?? 0) ^ 1;
    expect(verifyPades(changed, { trust, at }).ok).toBe(false);
  });

  test("does not accept the SignedData of GB/T 35275, which no PDF reader knows", () => {
    const pdf = signedPdf({
      ...department,
      signDigest: (digest) => department.signDigest(digest, { pades: false }),
    });
    expect(verifyPades(pdf, { trust, at }).findings[0]?.detail).toContain("no place in a PDF");
  });
});
