import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { bitString, octetString, oid, sequence, smallInteger } from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { chainIn } from "../../services/trust/seal/chain.ts";
import { prepareSealSignature } from "../../services/trust/seal/prepare-seal-signature.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { readSealSignature } from "../../services/trust/seal/read-seal-signature.ts";
import { ia5String } from "../../services/trust/seal/values.ts";
import { type SealVerifyOptions, verifySeal } from "../../services/trust/seal/verify-seal.ts";
import { verifySealSignature } from "../../services/trust/seal/verify-seal-signature.ts";
import { attachSealTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import { createDepartment, DEPARTMENT } from "./department.ts";
import { ahead, at, content, detailsOf, openSealHouse, type SealHouse } from "./seal-house.ts";

let house: SealHouse;
let options: SealVerifyOptions;
beforeAll(async () => {
  house = await openSealHouse();
  options = house.options;
});
afterAll(() => house.bench.close());

describe("a signature by electronic seal (GB/T 38540)", () => {
  test("is TBS_Sign, certificate, algorithm and value, and openssl accepts it", () => {
    const der = house.signWith(house.makeSeal());
    const read = readSealSignature(der);
    house.expectGood(house.department.certPem, read.signed, read.signature);
    expect(read).toMatchObject({
      version: 4,
      time: at,
      propertyInfo: content.propertyInfo,
      algorithm: OID.sm2WithSm3,
      extensions: [{ type: OID.certificateValues, critical: false }],
    });
    house.bench.file("document", house.document);
    const digest = String(house.bench.openssl("dgst", "-sm3", "-r", "document").split(" ")[0]);
    expect(Buffer.from(read.dataHash).toString("hex")).toBe(digest);
    house.bench.file("SignedValue.dat", der);
    const dump = house.bench.openssl("asn1parse", "-inform", "DER", "-in", "SignedValue.dat", "-i");
    expect(dump).toContain(`GENERALIZEDTIME   :${at.toISOString().replace(/[-:T]|\.\d+Z/g, "")}Z`);
    expect(dump).toContain(content.propertyInfo);
  });

  test.each([4, 5] as const)("is good to us, signer and seal maker named, in version %i", (version) => {
    const seal = house.makeSeal({ version });
    const report = verifySealSignature(house.signWith(seal), { ...content, seal }, options);
    expect(report).toMatchObject({
      ok: true,
      findings: [],
      algorithm: "sm2-sm3",
      claimedTime: at,
      propertyInfo: content.propertyInfo,
      signer: { organizationCode: DEPARTMENT.organizationCode },
      seal: { version, maker: { commonName: "制章系统" } },
    });
  });

  test("no octet of it can change unnoticed", () => {
    const signature = house.signWith(house.makeSeal());
    for (let index = 0; index < signature.length; index += 3) {
      const changed = Uint8Array.from(signature);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect(verifySealSignature(changed, content, options).ok, `octet ${index}`).toBe(false);
    }
  });

  test("is refused over another document, for another file, and beside another seal", () => {
    const signature = house.signWith(house.makeSeal());
    const other = { ...content, digestBy: () => createHash("sm3").update("别的").digest() };
    expect(detailsOf(verifySealSignature(signature, other, options))).toContain("dataHash differs");
    const elsewhere = { ...content, propertyInfo: "/Doc_0/Signs/Sign_1/Signature.xml" };
    expect(detailsOf(verifySealSignature(signature, elsewhere, options))).toContain("not for /Doc_0/Signs/Sign_1");
    const beside = { ...content, seal: house.makeSeal({ id: "44010000000002" }) };
    expect(detailsOf(verifySealSignature(signature, beside, options))).toContain("not the one that signed");
  });

  test("is not prepared by a signer that the seal does not list, and refused where somebody did", async () => {
    const stranger = await createDepartment(house.authority, "SM2");
    expect(() => house.signWith(house.makeSeal(), { signer: stranger })).toThrow(
      "does not list the signer's certificate",
    );
    const seal = house.makeSeal();
    const read = readSealSignature(house.signWith(seal));
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
    const seal = house.makeSeal({ signerList: "digests" });
    expect(readSeal(seal).signers).toMatchObject({ kind: "digests", digests: [{ type: "SM3" }] });
    expect(verifySealSignature(house.signWith(seal), content, options).ok).toBe(true);
  });

  test("brings the chains of signer and maker along, for verifiers who trust a root alone; strangers in them help nobody", () => {
    const { extensions, seal } = readSealSignature(house.signWith(house.makeSeal()));
    expect([chainIn(extensions), chainIn(seal.extensions)]).toEqual([house.intermediates, house.intermediates]);
    const foreign = createTrustAnchors([house.authority.certificates.root]);
    const report = verifySealSignature(house.signWith(house.makeSeal()), content, { ...options, trust: foreign });
    expect(report.reasons).toEqual(["SIGNER_UNTRUSTED"]);
  });

  test("needs seal, certificate and clock to be in time", () => {
    expect(() => house.signWith(house.makeSeal(), { time: ahead(701) })).toThrow(
      expect.objectContaining({ reason: "SIGNER_EXPIRED" }),
    );
    const signature = house.signWith(house.makeSeal());
    expect(verifySealSignature(signature, content, { ...options, at: ahead(500) }).reasons).toEqual(["SIGNER_EXPIRED"]);
    const backdated = house.signWith(house.makeSeal(), { time: ahead(-0.5) });
    expect(detailsOf(verifySealSignature(backdated, content, options))).toContain("certificate was not valid at");
    const early = house.signWith(house.makeSeal(), { time: ahead(1) });
    expect(detailsOf(verifySealSignature(early, content, options))).toContain("which is to come");
  });

  test("can be by a P-256 signer over SHA-256, with a seal by an SM2 maker", async () => {
    const p256 = await createDepartment(house.authority, "P-256");
    const seal = house.makeSeal({ signers: [p256.signer.certificate] });
    const both = {
      ...options,
      trust: createTrustAnchors([house.authority.certificates["root-sm2"] ?? "", house.authority.certificates.root]),
      intermediates: [...house.intermediates, ...fromPem("CERTIFICATE", house.authority.certificates.signing)],
    };
    const signature = house.signWith(seal, { signer: p256, dataHash: content.digestBy("sha256") });
    expect(verifySealSignature(signature, content, both)).toMatchObject({ ok: true, algorithm: "ecdsa-p256-sha256" });
  });

  test.each<[string, object]>([
    ["dataHash", { dataHash: new Uint8Array(20) }],
    ["propertyInfo", { propertyInfo: "/文档/Signature.xml" }],
  ])("is not prepared with a wrong %s", (field, change) => {
    const order = {
      seal: house.makeSeal(),
      dataHash: house.dataHash,
      propertyInfo: content.propertyInfo,
      time: at,
      signer: house.department.signer,
      ...change,
    };
    expect(() => prepareSealSignature(order)).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field })] }),
    );
  });

  test("that is no DER at all is a finding, never an error", () => {
    for (const bytes of [
      new Uint8Array(),
      Buffer.from("3003020101", "hex"),
      house.signWith(house.makeSeal()).subarray(0, 200),
    ]) {
      expect(verifySealSignature(bytes, content, options).reasons).toEqual(["SIGNATURE_INVALID"]);
    }
  });
});

/** A seal and a signature as programs of GM/T 0031-2014 made them: the certificate is signed too. */
function firstVersion(dataHashOf = bitString) {
  const seal = house.makeFirstVersion();
  const { certificate } = house.department.signer;
  const by = [octetString(certificate), oid(OID.sm2WithSm3)];
  const time = bitString(
    Buffer.from(
      `${at
        .toISOString()
        .replace(/[-:T]|\.\d+Z/g, "")
        .slice(2)}Z`,
    ),
  );
  const path = ia5String(content.propertyInfo);
  const toSign = sequence(smallInteger(1), seal, time, dataHashOf(house.dataHash), path, ...by);
  return { seal, signature: sequence(toSign, bitString(house.department.sign(toSign))) };
}

describe("version 1 (GM/T 0031-2014)", () => {
  test.each([
    ["BIT STRING", bitString],
    ["OCTET STRING", octetString],
  ])("is read and verified, with the digest as %s", (_name, form) => {
    const { seal, signature } = firstVersion(form);
    const { intermediates } = house;
    expect(verifySeal(seal, { ...options, intermediates })).toMatchObject({
      ok: true,
      seal: { version: 1, name: "旧章", picture: { type: "png" } },
    });
    expect(verifySealSignature(signature, { ...content, seal }, { ...options, intermediates })).toMatchObject({
      ok: true,
      claimedTime: at,
    });
  });

  test("is never written, and its structure is not taken for another version's", () => {
    const { seal, signature } = firstVersion();
    expect(() => house.signWith(seal)).toThrow("only read");
    const renamed = Buffer.from(
      Buffer.from(signature).toString("hex").replaceAll("16024553020101", "16024553020104"),
      "hex",
    );
    expect(verifySealSignature(renamed, content, options).ok).toBe(false);
  });
});

test("what stands in place of a time stamp and is none is held against the signature", () => {
  const stamped = attachSealTimeStamp(house.signWith(house.makeSeal()), Buffer.from("token"));
  const report = verifySealSignature(stamped, content, options);
  expect(report).toMatchObject({ ok: false, findings: [{ detail: expect.stringMatching(/^time stamp: DER/) }] });
});
