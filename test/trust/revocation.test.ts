import { createHash } from "node:crypto";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { readRevocationList } from "../../services/trust/crl.ts";
import { storedRevocation } from "../../services/trust/long-term/stored-revocation.ts";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { createRevocationSource, type RevocationSource } from "../../services/trust/revocation.ts";
import { createDepartment, type Department } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";

const content = Buffer.from("data message");
const contentDigest = createHash("sha256").update(content).digest();
const HOUR = 3_600_000;
const start = Math.floor(Date.now() / 1000) * 1000;
const hour = (hours: number): Date => new Date(start + hours * HOUR);

let bench: Bench;
let authority: Authority;
let clock = hour(0);
let department: Department;
beforeAll(async () => {
  bench = createBench();
  authority = createAuthority(join(bench.directory, "ca"), { now: () => clock });
  department = await createDepartment(authority, "P-256");
  clock = hour(2);
});
afterAll(() => bench.close());

const issuers = () =>
  Object.values(authority.certificates)
    .flatMap((pem) => fromPem("CERTIFICATE", pem))
    .map(parseCertificate);
const source = (lists = authority.crl()): RevocationSource =>
  createRevocationSource([lists.root, lists.signing], issuers());
const verify = (at: Date, revocation = source()) =>
  verifyCms(
    department.signDigest(contentDigest, { pades: true }),
    { content },
    {
      trust: createTrustAnchors([authority.certificates.root]),
      at,
      revocation,
    },
  );

describe("revocation lists (RFC 5280 §5)", () => {
  test("without the signer leave a signature good", () => {
    expect(verify(hour(1))).toMatchObject({ ok: true });
  });

  test("are good to openssl, empty and filled", async () => {
    const other = await createDepartment(authority, "P-256");
    bench.file("chain.pem", authority.certificates.root + authority.certificates.signing);
    bench.file("empty.pem", authority.crl().signing);
    expect(bench.openssl("crl", "-in", "empty.pem", "-CAfile", "chain.pem", "-noout", "-text")).toContain("No Revoked");
    authority.revoke(other.serial, "keyCompromise", hour(1));
    bench.file("filled.pem", authority.crl().signing);
    const text = bench.openssl("crl", "-in", "filled.pem", "-CAfile", "chain.pem", "-noout", "-text");
    expect(text).toContain("verify OK");
    expect(text).toContain("Key Compromise");
    expect(text.toLowerCase()).toContain(other.serial);
    bench.file("signer.pem", other.certPem);
    const options = ["-crl_check", "-CAfile", "chain.pem", "-CRLfile", "filled.pem"];
    expect(bench.run("openssl", "verify", ...options, "signer.pem").text).toContain("certificate revoked");
    const [der = new Uint8Array()] = fromPem("CERTIFICATE", other.certPem);
    expect(source().statusAt(parseCertificate(der), hour(1))).toMatchObject({
      state: "revoked",
      cause: "keyCompromise",
    });
  });

  test("hold a revocation against signatures made after it, and tell those made before", async () => {
    department = await createDepartment(authority, "P-256");
    authority.revoke(department.serial, "cessationOfOperation", hour(4));
    const before = verify(hour(3));
    expect(before).toMatchObject({ ok: true, revokedLater: [{ at: hour(4), cause: "cessationOfOperation" }] });
    expect(verify(hour(4)).reasons).toEqual(["SIGNER_REVOKED"]);
    expect(verify(hour(5)).reasons).toEqual(["SIGNER_REVOKED"]);
  });

  test("keep the first revocation of a certificate", () => {
    expect(authority.revoke(department.serial, "keyCompromise", hour(9)).revoked?.at).toBe(hour(4).toISOString());
    expect(() => authority.revoke("00ff", "keyCompromise")).toThrow("no certificate");
    expect(() => authority.revoke("../root", "keyCompromise")).toThrow("no certificate");
  });

  test("of a revoked authority take its signers with it", async () => {
    const fallen = createAuthority(join(bench.directory, "fallen"), { now: () => clock });
    const signer = await createDepartment(fallen, "P-256");
    const own = fallen.list().find(({ subject }) => subject === "Trial signing authority");
    fallen.revoke(own?.serial ?? "", "cACompromise", hour(4));
    const lists = fallen.crl();
    const authorities = Object.values(fallen.certificates)
      .flatMap((pem) => fromPem("CERTIFICATE", pem))
      .map(parseCertificate);
    const trust = createTrustAnchors([fallen.certificates.root]);
    const revocation = createRevocationSource([lists.root, lists.signing], authorities);
    const cms = signer.signDigest(contentDigest, { pades: true });
    const verifyFallen = (at: Date) => verifyCms(cms, { content }, { trust, at, revocation });
    const report = verifyFallen(hour(5));
    expect(report.reasons).toEqual(["SIGNER_REVOKED"]);
    expect(report.findings[0]?.detail).toContain("Trial signing authority");
    const earlier = verifyFallen(hour(3));
    expect(earlier).toMatchObject({ ok: true, revokedLater: [{ at: hour(4), cause: "cACompromise" }] });
    expect(earlier.revokedLater?.[0]?.certificate).toContain("Trial signing authority");
  });

  test("that are absent or out of date make the signer untrusted", async () => {
    department = await createDepartment(authority, "P-256");
    const { root } = authority.crl();
    expect(verify(hour(3), createRevocationSource([root], issuers())).findings[0]?.detail).toContain("is unknown: no");
    const short = source(authority.crl({ days: 1 }));
    expect(verify(hour(20), short).ok).toBe(true);
    expect(verify(hour(27), short)).toMatchObject({ ok: false, reasons: ["SIGNER_UNTRUSTED"] });
  });

  test("give way to newer ones, whatever their order", async () => {
    department = await createDepartment(authority, "P-256");
    const older = authority.crl();
    authority.revoke(department.serial, "superseded", hour(2));
    clock = hour(6);
    const newer = authority.crl();
    for (const lists of [
      [older.signing, newer.signing],
      [newer.signing, older.signing],
    ]) {
      const revocation = createRevocationSource([older.root, ...lists], issuers());
      expect(verify(hour(3), revocation).reasons).toEqual(["SIGNER_REVOKED"]);
    }
  });

  test("in a document give way to newer ones too, where an authority corrected the cause", async () => {
    department = await createDepartment(authority, "P-256");
    cpSync(join(bench.directory, "ca"), join(bench.directory, "corrected"), { recursive: true });
    authority.revoke(department.serial, "superseded", hour(8));
    const older = authority.crl().signing;
    clock = hour(9);
    const corrected = createAuthority(join(bench.directory, "corrected"), { now: () => clock });
    corrected.revoke(department.serial, "keyCompromise", hour(8));
    const newer = corrected.crl().signing;
    for (const texts of [
      [older, newer],
      [newer, older],
    ]) {
      const lists = texts.map(readRevocationList);
      const trust = createTrustAnchors([authority.certificates.root]);
      const stored = storedRevocation({ lists, certificates: issuers(), trust }, { onlyYounger: true });
      const status = stored.statusAt(department.signer.parsed, hour(3));
      expect(status).toEqual({ state: "revoked-later", at: hour(8), cause: "keyCompromise" });
    }
  });

  test("by a stranger, damaged, or doubled in one text are refused", () => {
    const { signing } = authority.crl();
    const stranger = createAuthority(join(bench.directory, "stranger"));
    expect(() => createRevocationSource([stranger.crl().signing], issuers())).toThrow("no given authority signed");
    expect(() => createRevocationSource([signing + signing], issuers())).toThrow("expected one X509 CRL");
    const [der = new Uint8Array()] = fromPem("X509 CRL", signing);
    for (const index of der.keys()) {
      const changed = Uint8Array.from(der);
      changed[index] = (changed[index] ?? 0) ^ 0x02;
      expect(() => createRevocationSource([toPem("X509 CRL", changed)], issuers()), `octet ${index}`).toThrow();
    }
  });

  test("with an invalidity date count from it", () => {
    bench.file("ca.key", bench.run("cat", "ca/signing.key.pem").text);
    bench.file("ca.crt", authority.certificates.signing);
    bench.file(
      "index.txt",
      `R\t300101000000Z\t${utc(hour(5))},keyTime,${generalized(hour(1))}\t${department.serial.toUpperCase()}\tunknown\t/CN=x\n`,
    );
    bench.file("openssl.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ncrlnumber=n\n");
    bench.file("n", "01\n");
    bench.file("index.txt.attr", "unique_subject=no\n");
    bench.openssl(
      "ca",
      "-config",
      "openssl.cnf",
      "-gencrl",
      "-crldays",
      "30",
      "-keyfile",
      "ca.key",
      "-cert",
      "ca.crt",
      "-out",
      "theirs.pem",
    );
    const theirs = createRevocationSource([bench.run("cat", "theirs.pem").text], issuers());
    const status = theirs.statusAt(department.signer.parsed, hour(2));
    expect(status).toEqual({ state: "revoked", at: hour(1), cause: "keyCompromise" });
  });
});

const utc = (time: Date): string => `${generalized(time).slice(2)}`;
const generalized = (time: Date): string => time.toISOString().replace(/[-:T]|\.\d+/g, "");
