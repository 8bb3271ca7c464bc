import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import {
  bitString,
  derTime,
  octetString,
  oid,
  sequence,
  smallInteger,
  tagged,
  utf8String,
} from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import { prepareSeal, type SealOrder } from "../../services/trust/seal/prepare-seal.ts";
import { prepareSealSignature } from "../../services/trust/seal/prepare-seal-signature.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { readSealSignature } from "../../services/trust/seal/read-seal-signature.ts";
import { ia5String } from "../../services/trust/seal/values.ts";
import { type SealVerifyOptions, verifySeal } from "../../services/trust/seal/verify-seal.ts";
import { verifySealSignature } from "../../services/trust/seal/verify-seal-signature.ts";
import { createDepartment, DEPARTMENT, type Department } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";

const DAY = 86_400_000;
const at = new Date(Math.floor(Date.now() / 1000) * 1000);
const ahead = (days: number) => new Date(at.getTime() + days * DAY);
const document = Buffer.from("<ofd:Signature/>");
const dataHash = createHash("sm3").update(document).digest();
const digestBy = (hash: string) => createHash(hash).update(document).digest();
const propertyInfo = "/Doc_0/Signs/Sign_0/Signature.xml";
const content = { digestBy, propertyInfo };

let bench: Bench;
let authority: Authority;
let maker: Department;
let department: Department;
let options: SealVerifyOptions;
let intermediates: Uint8Array[];

beforeAll(async () => {
  bench = createBench();
  authority = createAuthority(join(bench.directory, "ca"), { national: true });
  const anchor = authority.certificates["root-sm2"] ?? "";
  maker = await createDepartment(authority, "SM2", 30, { ...DEPARTMENT, commonName: "制章系统" });
  department = await createDepartment(authority, "SM2");
  intermediates = fromPem("CERTIFICATE", authority.certificates["signing-sm2"] ?? "");
  options = { trust: createTrustAnchors([anchor]), at, intermediates };
});
afterAll(() => bench.close());

const orderOf = (change: Partial<SealOrder> = {}): SealOrder => ({
  vendor: "ecert",
  id: "44010000000001",
  name: "广州市市场监督管理局",
  picture: { type: "png", data: Buffer.from("picture"), width: 42, height: 42 },
  signers: [department.signer.certificate],
  created: at,
  validFrom: new Date(at.getTime() - DAY),
  validTo: ahead(700),
  maker: maker.signer,
  ...change,
});

function makeSeal(change: Partial<SealOrder> = {}, signedBy = maker): Uint8Array {
  const { toBeSigned, finish } = prepareSeal(orderOf({ maker: signedBy.signer, ...change }));
  return finish(signedBy.sign(toBeSigned));
}

function signWith(seal: Uint8Array, change: Partial<{ time: Date; signer: Department; dataHash: Uint8Array }> = {}) {
  const { time = at, signer = department, dataHash: hash = dataHash } = change;
  const order = { seal, dataHash: hash, propertyInfo, time, signer: signer.signer };
  const { toBeSigned, finish } = prepareSealSignature(order);
  return finish(signer.sign(toBeSigned));
}

function expectGood(certificate: string, signed: Uint8Array, signature: Uint8Array): void {
  bench.file("certificate.pem", certificate);
  bench.file("signed", signed);
  bench.file("value", signature);
  bench.openssl("x509", "-in", "certificate.pem", "-noout", "-pubkey", "-out", "public.pem");
  const verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-in", "signed", "-sigfile", "value"];
  expect(bench.openssl(...verify, "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")).toContain(
    "Verified Successfully",
  );
}

const detailsOf = (report: { findings: { detail: string }[] }) =>
  report.findings.map(({ detail }) => detail).join("; ");

describe("an electronic seal (GB/T 38540)", () => {
  test("of version 4 has the structure of the standard, and openssl accepts the maker's signature over SES_SealInfo", () => {
    const der = makeSeal();
    bench.file("seal.esl", der);
    const dump = bench.openssl("asn1parse", "-inform", "DER", "-in", "seal.esl", "-i").split("\n");
    const shape = dump
      .filter((line) => /d=[0-3] /.test(line))
      .map((line) => line.replace(/^.*d=(\d).*(?:cons|prim): *(\S+ ?\S*).*$/, "$1 $2").trim());
    expect(shape).toEqual(
      [
        ...["0 SEQUENCE", "1 SEQUENCE", "2 SEQUENCE", "3 IA5STRING", "3 INTEGER", "3 IA5STRING", "2 IA5STRING"],
        ...["2 SEQUENCE", "3 INTEGER", "3 UTF8STRING", "3 INTEGER", "3 SEQUENCE"],
        ...["3 GENERALIZEDTIME", "3 GENERALIZEDTIME", "3 GENERALIZEDTIME"],
        ...["2 SEQUENCE", "3 IA5STRING", "3 OCTET STRING", "3 INTEGER", "3 INTEGER"],
        ...["1 OCTET STRING", "1 OBJECT", "1 BIT STRING"],
      ].map((line) => expect.stringContaining(line)),
    );
    const seal = readSeal(der);
    expectGood(maker.certPem, seal.signed, seal.signature);
    expect(seal).toMatchObject({
      version: 4,
      id: "44010000000001",
      name: "广州市市场监督管理局",
      algorithm: OID.sm2WithSm3,
    });
    expect(seal.signers).toEqual({ kind: "certificates", certificates: [Buffer.from(department.signer.certificate)] });
  });

  test("is good to us, with its maker named", () => {
    const report = verifySeal(makeSeal(), options);
    expect(report).toMatchObject({ ok: true, findings: [], notices: [], signer: { commonName: "制章系统" } });
    expect(report.seal).toMatchObject({
      version: 4,
      picture: { type: "png", width: 42 },
      maker: { commonName: "制章系统" },
    });
  });

  test("no octet of it can change unnoticed", () => {
    const seal = makeSeal();
    for (let index = 0; index < seal.length; index++) {
      const changed = Uint8Array.from(seal);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect(verifySeal(changed, options).ok, `octet ${index}`).toBe(false);
    }
  });

  test("outlives its maker's certificate, with a notice; but not its own validity", () => {
    const seal = makeSeal();
    const later = verifySeal(seal, { ...options, at: ahead(60) });
    expect(later).toMatchObject({ ok: true, notices: [expect.stringContaining("ended at")] });
    expect(verifySeal(seal, { ...options, at: ahead(800) }).reasons).toEqual(["SIGNER_EXPIRED"]);
    expect(verifySeal(makeSeal({ created: ahead(40) }), { ...options, at: ahead(41) }).reasons).toEqual([
      "SIGNER_EXPIRED",
    ]);
  });

  test("falls with a maker that was revoked later, in version 5 only with a notice (GM/T 0031-2025)", async () => {
    const fallen = await createDepartment(authority, "SM2");
    authority.revoke(fallen.serial, "keyCompromise", ahead(5));
    const lists = authority.crl();
    const issuers = [...options.trust.anchors, ...intermediates.map((der) => options.trust.certificate(der))];
    const national = [lists["signing-sm2"], lists["root-sm2"]].map(String);
    const revocation = createRevocationSource(national, issuers);
    const judged = { ...options, at: ahead(6), revocation };
    expect(verifySeal(makeSeal({}, fallen), judged).reasons).toEqual(["SIGNER_REVOKED"]);
    expect(verifySeal(makeSeal({}, fallen), { ...judged, at: ahead(4) }).ok).toBe(true);
    const fifth = verifySeal(makeSeal({ version: 5 }, fallen), judged);
    expect(fifth).toMatchObject({ ok: true, notices: [expect.stringContaining("revoked at")] });
    expect(fifth.seal?.version).toBe(5);
  });

  test("is refused with an unknown critical addition, and let pass with others", () => {
    const addition = { type: "1.2.156.99", critical: false, value: Buffer.from("x") };
    expect(verifySeal(makeSeal({ extensions: [addition] }), options).ok).toBe(true);
    const critical = verifySeal(makeSeal({ extensions: [{ ...addition, critical: true }] }), options);
    expect(detailsOf(critical)).toContain("unknown critical addition 1.2.156.99");
  });

  test("is refused from a maker that nobody trusts, by a signature of another key, and in an unknown version", async () => {
    const common = createTrustAnchors([authority.certificates.root]);
    expect(verifySeal(makeSeal(), { ...options, trust: common }).reasons).toEqual(["SIGNER_UNTRUSTED"]);
    const { toBeSigned, finish } = prepareSeal(orderOf());
    expect(() => finish(department.sign(toBeSigned))).toThrow("not by the key of the seal maker");
    const third = Buffer.from(
      Buffer.from(makeSeal()).toString("hex").replace("16024553020104", "16024553020103"),
      "hex",
    );
    expect(detailsOf(verifySeal(third, options))).toContain("version 3 is not known");
  });

  test.each<[string, Partial<SealOrder>]>([
    ["vendor", { vendor: "供应商" }],
    ["id", { id: "" }],
    ["name", { name: "" }],
    ["picture", { picture: { type: "png", data: Buffer.from("x"), width: 0, height: 42 } }],
    ["signers", { signers: [] }],
    ["validTo", { validTo: new Date(0) }],
  ])("is not made with a wrong %s", (field, change) => {
    expect(() => prepareSeal(orderOf(change))).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field })] }),
    );
  });
});

describe("a signature by electronic seal (GB/T 38540)", () => {
  test("is TBS_Sign, certificate, algorithm and value, and openssl accepts it", () => {
    const der = signWith(makeSeal());
    const read = readSealSignature(der);
    expectGood(department.certPem, read.signed, read.signature);
    expect(read).toMatchObject({ version: 4, time: at, propertyInfo, algorithm: OID.sm2WithSm3, extensions: [] });
    bench.file("document", document);
    const digest = String(bench.openssl("dgst", "-sm3", "-r", "document").split(" ")[0]);
    expect(Buffer.from(read.dataHash).toString("hex")).toBe(digest);
    bench.file("SignedValue.dat", der);
    const dump = bench.openssl("asn1parse", "-inform", "DER", "-in", "SignedValue.dat", "-i");
    expect(dump).toContain(`GENERALIZEDTIME   :${at.toISOString().replace(/[-:T]|\.\d+Z/g, "")}Z`);
    expect(dump).toContain(propertyInfo);
  });

  test.each([4, 5] as const)("is good to us, signer and seal maker named, in version %i", (version) => {
    const seal = makeSeal({ version });
    const report = verifySealSignature(signWith(seal), { ...content, seal }, options);
    expect(report).toMatchObject({
      ok: true,
      findings: [],
      algorithm: "sm2-sm3",
      claimedTime: at,
      propertyInfo,
      signer: { organizationCode: DEPARTMENT.organizationCode },
      seal: { version, maker: { commonName: "制章系统" } },
    });
  });

  test("no octet of it can change unnoticed", () => {
    const signature = signWith(makeSeal());
    for (let index = 0; index < signature.length; index += 3) {
      const changed = Uint8Array.from(signature);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect(verifySealSignature(changed, content, options).ok, `octet ${index}`).toBe(false);
    }
  });

  test("is refused over another document, for another file, and beside another seal", () => {
    const signature = signWith(makeSeal());
    const other = { ...content, digestBy: () => createHash("sm3").update("别的").digest() };
    expect(detailsOf(verifySealSignature(signature, other, options))).toContain("dataHash differs");
    const elsewhere = { ...content, propertyInfo: "/Doc_0/Signs/Sign_1/Signature.xml" };
    expect(detailsOf(verifySealSignature(signature, elsewhere, options))).toContain("not for /Doc_0/Signs/Sign_1");
    const beside = { ...content, seal: makeSeal({ id: "44010000000002" }) };
    expect(detailsOf(verifySealSignature(signature, beside, options))).toContain("not the one that signed");
  });

  test("is not prepared by a signer that the seal does not list, and refused where somebody did", async () => {
    const stranger = await createDepartment(authority, "SM2");
    expect(() => signWith(makeSeal(), { signer: stranger })).toThrow("does not list the signer's certificate");
    const seal = makeSeal();
    const read = readSealSignature(signWith(seal));
    const value = stranger.sign(read.signed);
    const forged = sequence(
      read.signed,
      octetString(stranger.signer.certificate),
      oid(OID.sm2WithSm3),
      bitString(value),
    );
    const report = verifySealSignature(forged, content, options);
    expect(report.reasons).toEqual(["SIGNER_UNTRUSTED"]);
    expect(detailsOf(report)).toContain("does not list");
  });

  test("finds its signer in a seal that lists digests only", () => {
    const seal = makeSeal({ signerList: "digests" });
    expect(readSeal(seal).signers).toMatchObject({ kind: "digests", digests: [{ type: "SM3" }] });
    expect(verifySealSignature(signWith(seal), content, options).ok).toBe(true);
  });

  test("needs seal, certificate and clock to be in time", () => {
    expect(() => signWith(makeSeal(), { time: ahead(701) })).toThrow(
      expect.objectContaining({ reason: "SIGNER_EXPIRED" }),
    );
    const signature = signWith(makeSeal());
    expect(verifySealSignature(signature, content, { ...options, at: ahead(500) }).reasons).toEqual(["SIGNER_EXPIRED"]);
    const backdated = signWith(makeSeal(), { time: new Date(at.getTime() - DAY / 2) });
    expect(detailsOf(verifySealSignature(backdated, content, options))).toContain("certificate was not valid at");
    const early = signWith(makeSeal(), { time: ahead(1) });
    expect(detailsOf(verifySealSignature(early, content, options))).toContain("which is to come");
  });

  test("can be by a P-256 signer over SHA-256, with a seal by an SM2 maker", async () => {
    const p256 = await createDepartment(authority, "P-256");
    const seal = makeSeal({ signers: [p256.signer.certificate] });
    const both = {
      ...options,
      trust: createTrustAnchors([authority.certificates["root-sm2"] ?? "", authority.certificates.root]),
      intermediates: [...intermediates, ...fromPem("CERTIFICATE", authority.certificates.signing)],
    };
    const signature = signWith(seal, { signer: p256, dataHash: digestBy("sha256") });
    expect(verifySealSignature(signature, content, both)).toMatchObject({ ok: true, algorithm: "ecdsa-p256-sha256" });
  });

  test.each<[string, object]>([
    ["dataHash", { dataHash: new Uint8Array(20) }],
    ["propertyInfo", { propertyInfo: "/文档/Signature.xml" }],
  ])("is not prepared with a wrong %s", (field, change) => {
    const order = { seal: makeSeal(), dataHash, propertyInfo, time: at, signer: department.signer, ...change };
    expect(() => prepareSealSignature(order)).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field })] }),
    );
  });

  test("that is no DER at all is a finding, never an error", () => {
    for (const bytes of [new Uint8Array(), Buffer.from("3003020101", "hex"), signWith(makeSeal()).subarray(0, 200)]) {
      expect(verifySealSignature(bytes, content, options).reasons).toEqual(["SIGNATURE_INVALID"]);
    }
  });
});

/** A seal and a signature as programs of GM/T 0031-2014 made them: the certificate is signed, times are UTCTime. */
function firstVersion(dataHashOf = bitString) {
  const info = sequence(
    sequence(ia5String("ES"), smallInteger(1), ia5String("old")),
    ia5String("44010000000009"),
    sequence(
      smallInteger(1),
      utf8String("旧章"),
      sequence(octetString(department.signer.certificate)),
      ...[at, new Date(at.getTime() - DAY), ahead(300)].map(derTime),
    ),
    sequence(ia5String("PNG"), octetString(Buffer.from("p")), smallInteger(40), smallInteger(40)),
  );
  const members = (by: Department) => [octetString(by.signer.certificate), oid(OID.sm2WithSm3)];
  const signature = maker.sign(sequence(info, ...members(maker)));
  const seal = sequence(info, sequence(...members(maker), bitString(signature)));
  const time = bitString(
    Buffer.from(
      `${at
        .toISOString()
        .replace(/[-:T]|\.\d+Z/g, "")
        .slice(2)}Z`,
    ),
  );
  const path = ia5String(propertyInfo);
  const toSign = sequence(smallInteger(1), seal, time, dataHashOf(dataHash), path, ...members(department));
  return { seal, signature: sequence(toSign, bitString(department.sign(toSign))) };
}

describe("version 1 (GM/T 0031-2014)", () => {
  test.each([
    ["BIT STRING", bitString],
    ["OCTET STRING", octetString],
  ])("is read and verified, with the digest as %s", (_name, form) => {
    const { seal, signature } = firstVersion(form);
    expect(verifySeal(seal, options)).toMatchObject({
      ok: true,
      seal: { version: 1, name: "旧章", picture: { type: "png" } },
    });
    expect(verifySealSignature(signature, { ...content, seal }, options)).toMatchObject({ ok: true, claimedTime: at });
  });

  test("is never written, and its structure is not taken for another version's", () => {
    const { seal, signature } = firstVersion();
    expect(() => signWith(seal)).toThrow("only read");
    const renamed = Buffer.from(
      Buffer.from(signature).toString("hex").replaceAll("16024553020101", "16024553020104"),
      "hex",
    );
    expect(verifySealSignature(renamed, content, options).ok).toBe(false);
  });
});

test("a time stamp on a signature is told, not believed", () => {
  const read = readSealSignature(signWith(makeSeal()));
  const parts = [octetString(read.certificate), oid(read.algorithm), bitString(read.signature)];
  const stamped = sequence(read.signed, ...parts, tagged(0, bitString(Buffer.from("token"))));
  const report = verifySealSignature(stamped, content, options);
  expect(report).toMatchObject({ ok: true, notices: [expect.stringContaining("was not examined")] });
});
