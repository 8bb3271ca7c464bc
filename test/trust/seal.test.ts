import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { OID } from "../../services/trust/oid.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import { prepareSeal, type SealOrder } from "../../services/trust/seal/prepare-seal.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { type SealVerifyOptions, verifySeal } from "../../services/trust/seal/verify-seal.ts";
import { classify } from "../../services/trust/verification/classify.ts";
import { createDepartment } from "./department.ts";
import { ahead, detailsOf, openSealHouse, type SealHouse } from "./seal-house.ts";

let house: SealHouse;
let options: SealVerifyOptions;
beforeAll(async () => {
  house = await openSealHouse();
  options = house.options;
});
afterAll(() => house.bench.close());

/** Lists of the house's national authorities, made now. */
function listsOf({ authority, intermediates, options: { trust } }: SealHouse, days = 30) {
  const lists = authority.crl({ days });
  const issuers = [...trust.anchors, ...intermediates.map((der) => trust.certificate(der))];
  return createRevocationSource([lists["signing-sm2"], lists["root-sm2"]].map(String), issuers);
}

describe("an electronic seal (GB/T 38540)", () => {
  test("of version 4 has the structure of the standard, and openssl accepts the maker's signature over SES_SealInfo", () => {
    const der = house.makeSeal();
    house.bench.file("seal.esl", der);
    const dump = house.bench.openssl("asn1parse", "-inform", "DER", "-in", "seal.esl", "-i").split("\n");
    const shape = dump
      .filter((line) => /d=[0-3] /.test(line))
      .map((line) => line.replace(/^.*d=(\d).*(?:cons|prim): *(\S+ ?\S*).*$/, "$1 $2").trim());
    expect(shape).toEqual(
      [
        ...["0 SEQUENCE", "1 SEQUENCE", "2 SEQUENCE", "3 IA5STRING", "3 INTEGER", "3 IA5STRING", "2 IA5STRING"],
        ...["2 SEQUENCE", "3 INTEGER", "3 UTF8STRING", "3 INTEGER", "3 SEQUENCE"],
        ...["3 GENERALIZEDTIME", "3 GENERALIZEDTIME", "3 GENERALIZEDTIME"],
        ...["2 SEQUENCE", "3 IA5STRING", "3 OCTET STRING", "3 INTEGER", "3 INTEGER"],
        // The maker's chain, as an addition.
        ...["2 SEQUENCE", "3 SEQUENCE"],
        ...["1 OCTET STRING", "1 OBJECT", "1 BIT STRING"],
      ].map((line) => expect.stringContaining(line)),
    );
    const seal = readSeal(der);
    house.expectGood(house.maker.certPem, seal.signed, seal.signature);
    expect(seal).toMatchObject({
      version: 4,
      id: "44010000000001",
      name: "广州市市场监督管理局",
      algorithm: OID.sm2WithSm3,
    });
    expect(seal.signers).toEqual({
      kind: "certificates",
      certificates: [Buffer.from(house.department.signer.certificate)],
    });
  });

  test("is good to us, with its maker named", () => {
    const report = verifySeal(house.makeSeal(), options);
    expect(report).toMatchObject({ ok: true, findings: [], notices: [], signer: { commonName: "制章系统" } });
    expect(report.seal).toMatchObject({
      version: 4,
      picture: { type: "png", width: 42 },
      maker: { commonName: "制章系统" },
    });
  });

  test("no octet of it can change unnoticed", () => {
    const seal = house.makeSeal();
    for (let index = 0; index < seal.length; index++) {
      const changed = Uint8Array.from(seal);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect(verifySeal(changed, options).ok, `octet ${index}`).toBe(false);
    }
  });

  test("outlives its maker's certificate, with a notice; but not its own validity", () => {
    const seal = house.makeSeal();
    const later = verifySeal(seal, { ...options, at: ahead(60) });
    expect(later).toMatchObject({ ok: true, notices: [expect.stringContaining("ended at")] });
    expect(verifySeal(seal, { ...options, at: ahead(800) }).reasons).toEqual(["SIGNER_EXPIRED"]);
    expect(verifySeal(house.makeSeal({ created: ahead(40) }), { ...options, at: ahead(41) }).reasons).toEqual([
      "SIGNER_EXPIRED",
    ]);
  });

  test("falls with a maker that was revoked later, in version 5 only with a notice (GM/T 0031-2025)", async () => {
    const fallen = await createDepartment(house.authority, "SM2");
    house.authority.revoke(fallen.serial, "keyCompromise", ahead(5));
    const judged = { ...options, at: ahead(6), revocation: listsOf(house) };
    expect(verifySeal(house.makeSeal({}, fallen), judged).reasons).toEqual(["SIGNER_REVOKED"]);
    expect(verifySeal(house.makeSeal({}, fallen), { ...judged, at: ahead(4) }).ok).toBe(true);
    const fifth = verifySeal(house.makeSeal({ version: 5 }, fallen), judged);
    expect(fifth).toMatchObject({ ok: true, notices: [expect.stringContaining("revoked at")] });
    expect(fifth.seal?.version).toBe(5);
  });

  test("is not cleared by lists that ended before the verification, in version 5 no more than with a notice", () => {
    const made = { ...options, revocation: listsOf(house, 10) };
    expect(verifySeal(house.makeSeal(), { ...made, at: ahead(9) }).ok).toBe(true);
    const old = verifySeal(house.makeSeal(), { ...made, at: ahead(15) });
    expect([old.reasons, detailsOf(old)]).toEqual([
      ["SIGNER_UNTRUSTED"],
      expect.stringMatching(/^seal maker: status of its certificate is unknown: a revocation list ended at/),
    ]);
    expect(old.findings.map((one) => classify(one).code)).toEqual(["REVOCATION_UNKNOWN"]);
    const fifth = verifySeal(house.makeSeal({ version: 5 }), { ...made, at: ahead(15) });
    expect(fifth).toMatchObject({ ok: true, notices: [expect.stringContaining("a revocation list ended at")] });
    // The maker's certificate ends after 30 days: nobody is asked of it after that.
    const reached = { ...options, revocation: listsOf(house, 31) };
    expect(verifySeal(house.makeSeal(), { ...reached, at: ahead(60) }).ok).toBe(true);
  });

  test("falls likewise with its maker's authority, whose key signed the maker's certificate", async () => {
    const fallen = await openSealHouse();
    const own = fallen.authority.list().find(({ subject }) => subject === "Trial signing authority SM2");
    fallen.authority.revoke(own?.serial ?? "", "cACompromise", ahead(5));
    const judged = { ...fallen.options, at: ahead(6), revocation: listsOf(fallen) };
    const report = verifySeal(fallen.makeSeal(), judged);
    expect([report.reasons, detailsOf(report)]).toEqual([["SIGNER_REVOKED"], expect.stringContaining("cACompromise")]);
    expect(verifySeal(fallen.makeSeal(), { ...judged, at: ahead(4) }).ok).toBe(true);
    fallen.bench.close();
  });

  test("is refused with an unknown critical addition, and let pass with others", () => {
    const addition = { type: "1.2.156.99", critical: false, value: Buffer.from("x") };
    expect(verifySeal(house.makeSeal({ extensions: [addition] }), options).ok).toBe(true);
    const critical = verifySeal(house.makeSeal({ extensions: [{ ...addition, critical: true }] }), options);
    expect(detailsOf(critical)).toContain("unknown critical addition 1.2.156.99");
  });

  test("is refused from a maker that nobody trusts, by a signature of another key, and in an unknown version", async () => {
    const common = createTrustAnchors([house.authority.certificates.root]);
    expect(verifySeal(house.makeSeal(), { ...options, trust: common }).reasons).toEqual(["SIGNER_UNTRUSTED"]);
    const { toBeSigned, finish } = prepareSeal(house.orderOf());
    expect(() => finish(house.department.sign(toBeSigned))).toThrow("not by the key of the seal maker");
    const third = Buffer.from(
      Buffer.from(house.makeSeal()).toString("hex").replace("16024553020104", "16024553020103"),
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
    expect(() => prepareSeal(house.orderOf(change))).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field })] }),
    );
  });
});
