import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import { prepareCms } from "../../services/trust/cms.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { createDepartment, DEPARTMENT, type Department } from "./department.ts";
import { type Bench, createBench, type Verdict } from "./openssl.ts";

const content = Buffer.from('证照数据电文 {"schema":"ecert.message.v1"}');
const contentDigest = createHash("sha256").update(content).digest();
const at = new Date();

let bench: Bench;
let authority: Authority;
let trust: TrustAnchors;
const departments: Record<string, Department> = {};

beforeAll(async () => {
  bench = createBench();
  authority = createAuthority(join(bench.directory, "ca"));
  trust = createTrustAnchors([authority.certificates.root]);
  bench.file("root.pem", authority.certificates.root);
  bench.file("signing.pem", authority.certificates.signing);
  bench.file("content", content);
  for (const kind of ["P-256", "RSA"] as const) {
    const department = await createDepartment(authority, kind);
    departments[kind] = department;
    bench.file(`${kind}.key`, department.keyPem);
    bench.file(`${kind}.crt`, department.certPem);
  }
});
afterAll(() => bench.close());

const department = (kind: string): Department => departments[kind] as Department;

function askOpenssl(cms: Uint8Array, ...extra: string[]): Verdict {
  const signature = bench.file("signature.der", cms);
  const trusted = ["-CAfile", "root.pem", "-content", "content"];
  return bench.run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, ...trusted, ...extra);
}

describe.each(["P-256", "RSA"])("a CAdES-BES signature with %s", (kind) => {
  test("is good to openssl, also by the CAdES rules (ETSI EN 319 122-1), and to us", () => {
    for (const options of [{ pades: true }, { pades: false }, { pades: false, signingTime: at }]) {
      const cms = department(kind).signDigest(contentDigest, options);
      expect(askOpenssl(cms)).toMatchObject({ ok: true });
      expect(askOpenssl(cms, "-cades").text).toContain("CAdES Verification successful");
      expect(verifyCms(cms, { contentDigest }, { trust, at })).toMatchObject({ ok: true, reasons: [] });
      expect(verifyCms(cms, { content }, { trust, at })).toMatchObject({ ok: true });
    }
  });

  test("names the department as its certificate does (5.8.3)", () => {
    const { signer, algorithm } = verifyCms(
      department(kind).signDigest(contentDigest, { pades: true }),
      { content },
      { trust, at },
    );
    expect(algorithm).toBe(kind === "RSA" ? "rsa-pkcs1-sha256" : "ecdsa-p256-sha256");
    expect(signer).toMatchObject({
      organization: DEPARTMENT.organization,
      organizationCode: DEPARTMENT.organizationCode,
      commonName: DEPARTMENT.commonName,
      issuer: "Trial signing authority",
      serial: department(kind).serial,
    });
  });

  test("by openssl with the same key is good to us", () => {
    const files = ["-signer", `${kind}.crt`, "-certfile", "signing.pem", "-inkey", `${kind}.key`, "-in", "content"];
    bench.openssl(
      "cms",
      "-sign",
      "-binary",
      "-cades",
      "-md",
      "sha256",
      "-outform",
      "DER",
      ...files,
      "-out",
      "theirs.der",
    );
    const theirs = bench.run("base64", "-w0", "theirs.der").text;
    const report = verifyCms(Buffer.from(theirs, "base64"), { content }, { trust, at });
    expect(report).toMatchObject({ ok: true, findings: [] });
    expect(report.claimedTime).toBeInstanceOf(Date);
    const pades = verifyCms(Buffer.from(theirs, "base64"), { content }, { trust, at, requirePades: true });
    expect(pades.findings[0]?.detail).toContain("no signing-time");
  });

  test("without signing-certificate-v2, or with another digest, is refused", () => {
    const files = ["-signer", `${kind}.crt`, "-certfile", "signing.pem", "-inkey", `${kind}.key`, "-in", "content"];
    for (const [options, detail] of [
      [["-md", "sha256"], "signing-certificate-v2 is missing"],
      [["-md", "sha1", "-cades"], "digest algorithm 1.3.14.3.2.26 is not accepted"],
      [["-md", "sha256", "-cades", "-nodetach"], "a detached signature has no content inside"],
      [["-md", "sha256", "-cades", "-keyid"], "CMS version is not 1"],
      [["-md", "sha256", "-cades", "-nocerts"], "the signer's certificate is not embedded"],
      [["-md", "sha256", "-noattr"], "expected 0xa0"],
    ] as const) {
      bench.openssl("cms", "-sign", "-binary", "-outform", "DER", ...files, ...options, "-out", "theirs.der");
      const theirs = Buffer.from(bench.run("base64", "-w0", "theirs.der").text, "base64");
      const report = verifyCms(theirs, { content }, { trust, at });
      expect(report).toMatchObject({ ok: false, reasons: ["SIGNATURE_INVALID"] });
      expect(report.findings[0]?.detail).toContain(detail);
      expect(report.signer).toBeUndefined();
    }
  });

  test("over other content is refused by openssl and by us", () => {
    const other = createHash("sha256").update(content).update(".").digest();
    const cms = department(kind).signDigest(other, { pades: true });
    expect(askOpenssl(cms).ok).toBe(false);
    expect(verifyCms(cms, { content }, { trust, at })).toMatchObject({ ok: false, reasons: ["SIGNATURE_INVALID"] });
  });

  test("is refused by us with any octet changed, and by openssl with one changed in the value", () => {
    const cms = department(kind).signDigest(contentDigest, { pades: true });
    for (const index of cms.keys()) {
      const changed = Uint8Array.from(cms);
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      expect(verifyCms(changed, { content }, { trust, at }).ok, `octet ${index}`).toBe(false);
    }
    for (const index of [cms.length - 1, cms.length - 17, cms.length - 33]) {
      const changed = Uint8Array.from(cms);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(askOpenssl(changed).ok, `octet ${index}`).toBe(false);
    }
  });

  test("2,000 random corruptions give a report each, never an error", () => {
    const cms = department(kind).signDigest(contentDigest, { pades: false, signingTime: at });
    const next = seededNumbers(20_261_124);
    const below = (limit: number): number => Math.floor(next() * limit);
    for (let round = 0; round < 2000; round++) {
      const report = verifyCms(corrupt(cms, below), { content }, { trust, at });
      expect(report.ok, `round ${round}`).toBe(false);
      expect(report.findings.length, `round ${round}`).toBeGreaterThan(0);
    }
  });
});

/** Cuts, doubles, swaps or overwrites a part of the octets, so that the result differs from them. */
function corrupt(bytes: Uint8Array, below: (limit: number) => number): Uint8Array {
  const from = below(bytes.length);
  const to = Math.min(bytes.length, from + 1 + below(8));
  const part = bytes.subarray(from, to);
  const [head, tail] = [bytes.subarray(0, from), bytes.subarray(to)];
  switch (below(4)) {
    case 0:
      return Buffer.concat([head, tail]);
    case 1:
      return Buffer.concat([head, part, part, tail]);
    case 2:
      return Buffer.concat([head, part.map((octet) => octet ^ (1 + below(255))), tail]);
    default:
      return bytes.subarray(0, from);
  }
}

describe("the signer of a CMS signature", () => {
  test("is untrusted under another root, and named all the same", () => {
    const stranger = createAuthority(join(bench.directory, "stranger"));
    const cms = department("P-256").signDigest(contentDigest, { pades: true });
    const report = verifyCms(cms, { content }, { trust: createTrustAnchors([stranger.certificates.root]), at });
    expect(report).toMatchObject({ ok: false, reasons: ["SIGNER_UNTRUSTED"] });
    expect(report.signer?.organization).toBe(DEPARTMENT.organization);
  });

  test("is trusted where the issuing authority itself is an anchor, with or without the root beside it", () => {
    const cms = department("P-256").signDigest(contentDigest, { pades: true });
    const { root, signing, mesh } = authority.certificates;
    for (const pems of [[signing], [root, signing], [signing, root]]) {
      expect(verifyCms(cms, { content }, { trust: createTrustAnchors(pems), at }).findings).toEqual([]);
    }
    expect(verifyCms(cms, { content }, { trust: createTrustAnchors([mesh]), at }).reasons).toEqual([
      "SIGNER_UNTRUSTED",
    ]);
  });

  test("is expired after its certificate and before it", () => {
    const cms = department("P-256").signDigest(contentDigest, { pades: true });
    for (const days of [-1, 366]) {
      const then = new Date(at.getTime() + days * 86_400_000);
      expect(verifyCms(cms, { content }, { trust, at: then }).reasons).toEqual(["SIGNER_EXPIRED"]);
    }
  });

  test("may not smuggle certificates in that the path does not use", () => {
    const { signer, keyPem } = department("P-256");
    const extra = { ...signer, chain: [...signer.chain, department("RSA").signer.certificate] };
    const { toBeSigned, finish } = prepareCms({ contentDigest, signer: extra, pades: true });
    const value = bench.file("value", toBeSigned);
    bench.file("sign.key", keyPem);
    bench.openssl("dgst", "-sha256", "-sign", "sign.key", "-out", "value.sig", value);
    const signature = Buffer.from(bench.run("base64", "-w0", "value.sig").text, "base64");
    const report = verifyCms(finish(signature), { content }, { trust, at });
    expect(report).toMatchObject({ ok: false, reasons: ["SIGNATURE_INVALID"] });
    expect(report.findings[0]?.detail).toContain("does not use");
  });
});

describe("prepareCms", () => {
  test("gives the same octets for the same order", () => {
    const order = { contentDigest, signer: department("P-256").signer, pades: false, signingTime: at };
    expect(prepareCms(order).toBeSigned).toEqual(prepareCms(order).toBeSigned);
  });

  test("refuses a digest of another length, a PAdES signing time, and what is no signature value", () => {
    const { signer } = department("P-256");
    expect(() => prepareCms({ contentDigest: new Uint8Array(20), signer, pades: true })).toThrow("32 bytes");
    expect(() => prepareCms({ contentDigest, signer, pades: true, signingTime: at })).toThrow("signing-time");
    expect(() => prepareCms({ contentDigest, signer, pades: true }).finish(new Uint8Array(64))).toThrow(
      "signature value",
    );
  });
});
