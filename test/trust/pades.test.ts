import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import { createDepartment, DEPARTMENT, type Department } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";
import { signAgain, signedPdf } from "./small-pdf.ts";

let bench: Bench;
let trust: TrustAnchors;
let department: Department;
let rsa: Department;
let pdf: Buffer;
const at = new Date();

beforeAll(async () => {
  bench = createBench();
  const authority = createAuthority(join(bench.directory, "ca"));
  bench.file("root.pem", authority.certificates.root);
  trust = createTrustAnchors([authority.certificates.root]);
  department = await createDepartment(authority, "P-256");
  rsa = await createDepartment(authority, "RSA");
  pdf = signedPdf(department);
});
afterAll(() => bench.close());

const verify = (file: Uint8Array) => verifyPades(file, { trust, at });
const detailOf = (file: Uint8Array): string => {
  const { ok, findings } = verify(file);
  expect(ok).toBe(false);
  return findings.map(({ detail }) => detail).join("; ");
};
const edited = (from: string | RegExp, to: string): Buffer => {
  const text = pdf.toString("latin1");
  const result = text.replace(from, to);
  expect(result).not.toBe(text);
  return Buffer.from(result, "latin1");
};

describe("a PAdES signature (ETSI EN 319 142-1)", () => {
  test.each(["P-256", "RSA"])("with %s is good to pdfsig, to openssl and to us", (kind) => {
    const signer = kind === "RSA" ? rsa : department;
    const file = signedPdf(signer);
    const said = bench.run("pdfsig", bench.file("signed.pdf", file)).text;
    expect(said).toContain("Signature is Valid");
    expect(said).toContain("Total document signed");
    expect(said).toContain("ETSI.CAdES.detached");
    const { byteRange, cms } = locateSignature(file);
    const [, a, b] = byteRange;
    bench.file("covered", Buffer.concat([file.subarray(0, a), file.subarray(b)]));
    bench.file("cms.der", cms);
    const options = ["-verify", "-cades", "-binary", "-inform", "DER", "-CAfile", "root.pem", "-content", "covered"];
    expect(bench.run("openssl", "cms", ...options, "-in", "cms.der").text).toContain("CAdES Verification successful");
    const report = verify(file);
    expect(report).toMatchObject({ ok: true, findings: [], byteRange });
    expect(report.signer).toMatchObject({ organizationCode: DEPARTMENT.organizationCode });
    const covered = createHash("sha256").update(file.subarray(0, a)).update(file.subarray(b)).digest("hex");
    expect(report.coveredSha256).toBe(covered);
  });

  test("is refused with any octet of the file changed, in any bit", () => {
    for (const index of pdf.keys()) {
      const changed = Buffer.from(pdf);
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      expect(verify(changed).ok, `octet ${index}`).toBe(false);
    }
    // The case of a hex digit is the one change that leaves every value as it was.
    for (let index = pdf.indexOf("/Contents <") + 11; index < pdf.length; index++) {
      const changed = Buffer.from(pdf);
      changed[index] = (changed[index] ?? 0) ^ 0x20;
      expect(verify(changed).ok, `octet ${index}`).toBe(false);
    }
  });

  test("is refused by pdfsig too with one octet of the page changed", () => {
    const file = bench.file("changed.pdf", edited("842", "843"));
    expect(bench.run("pdfsig", file).text).toContain("Digest Mismatch");
    expect(detailOf(edited("842", "843"))).toContain("message-digest differs");
  });

  test("is refused with octets behind it, before it, or cut off", () => {
    expect(detailOf(Buffer.concat([pdf, Buffer.from("\n")]))).toContain("no signature covers the file to its end");
    expect(detailOf(Buffer.concat([Buffer.from("\n"), pdf]))).toContain("the file is no PDF");
    expect(detailOf(pdf.subarray(0, -1))).toContain("no signature covers");
    expect(detailOf(Buffer.alloc(0))).toContain("no PDF");
    expect(detailOf(Buffer.from("%PDF-1.7\n%%EOF\n"))).toContain("bears no signature");
  });

  test("is refused where a later revision was appended (incremental saving attack)", () => {
    const update = `6 0 obj\n<< /Type /Page >>\nendobj\nxref\n0 0\ntrailer\n<< /Prev 9 >>\nstartxref\n${pdf.length}\n%%EOF\n`;
    expect(detailOf(Buffer.concat([pdf, Buffer.from(update)]))).toContain("no signature covers the file to its end");
  });

  test("is refused with a byte range that leaves more than the gap unsigned", () => {
    const { byteRange } = locateSignature(pdf);
    const [, a, b, c] = byteRange;
    const ranges: [string, string][] = [
      [`0 ${a - 9} ${b} ${c}`, "not one hex string"],
      [`0 ${a} ${b + 2} ${c - 2}`, "/Contents is not hex"],
      [`0 ${a + 1} ${b} ${c}`, "not one hex string"],
      [`1 ${a - 1} ${b} ${c}`, "does not start at the first octet"],
      [`0 ${b} ${a} ${pdf.length - a}`, "overlap"],
      [`0 ${a} ${pdf.length} 0`, "overlap or are empty"],
      [`0 ${a} ${b} ${c + 1}`, "no signature covers"],
      [`0 ${a} -${b} ${c}`, "not four whole numbers"],
      [`0 ${a} ${b}`, "not four whole numbers"],
      [`0 ${a} ${b} ${c} 0 0`, "not four whole numbers"],
      [`0 ${a} 99999999999 ${c}`, "not four whole numbers"],
    ];
    for (const [range, detail] of ranges) {
      const changed = edited(/\/ByteRange \[[^\]]*\]/, `/ByteRange [${range.padEnd(40)}]`);
      expect(detailOf(signAgain(changed, department)), range).toContain(detail);
    }
  });

  test("is refused where the dictionary says two things, even when signed so", () => {
    const { byteRange } = locateSignature(pdf);
    const twice = signedPdf(department, "/Contents <00>");
    expect(detailOf(twice)).toContain("not the value of /Contents");
    expect(detailOf(signedPdf(department, "/ByteRange [0 1 2 3]"))).toContain("holds two byte ranges");
    const page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Annots [4 0 R] >>";
    const rival = edited(page, `<< /ByteRange [${byteRange.join(" ")}] >>`.padEnd(page.length));
    expect(detailOf(signAgain(rival, department))).toContain("two signatures claim the whole file");
  });

  test("is refused for another kind of signature", () => {
    const other = edited("/ETSI.CAdES.detached", "/adbe.pkcs7.detached ".slice(0, 20));
    expect(detailOf(signAgain(other, department))).toContain("not of the kind ETSI.CAdES.detached");
  });

  test("is refused with hex in capitals, all or some, in other spellings, and with padding other than zeros", () => {
    const { byteRange } = locateSignature(pdf);
    const [, a, b] = byteRange;
    const hex = pdf.toString("latin1", a + 1, b - 1);
    for (const recased of [hex.toUpperCase(), hex.replace("a", "A")]) {
      expect(detailOf(edited(hex, recased))).toContain("spelt otherwise than it was written");
    }
    expect(detailOf(edited(hex, `${hex.slice(0, -1)}1`))).toContain("padded with other than zeros");
    for (const spaced of [`${hex.slice(0, -1)} `, ` ${hex.slice(0, -1)}`, `${hex.slice(0, 8)}\n${hex.slice(8, -1)}`]) {
      expect(detailOf(edited(hex, spaced))).toContain("/Contents is not hex");
    }
    expect(detailOf(edited(hex, "0".repeat(hex.length)))).toContain("DER");
  });
});
