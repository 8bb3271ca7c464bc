import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import {
  bitString,
  derTime,
  octetString,
  oid,
  sequence,
  smallInteger,
  utf8String,
} from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { prepareSeal, type SealOrder } from "../../services/trust/seal/prepare-seal.ts";
import { prepareSealSignature } from "../../services/trust/seal/prepare-seal-signature.ts";
import { ia5String } from "../../services/trust/seal/values.ts";
import type { SealVerifyOptions } from "../../services/trust/seal/verify-seal.ts";
import { createDepartment, DEPARTMENT, type Department } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";

const DAY = 86_400_000;

/** The time of these tests, in whole seconds. */
export const at = new Date(Math.floor(Date.now() / 1000) * 1000);
/** The time so many days later. */
export const ahead = (days: number) => new Date(at.getTime() + days * DAY);

const document = Buffer.from("<ofd:Signature/>");
const dataHash = createHash("sm3").update(document).digest();

/** What signatures in these tests are over. */
export const content = {
  digestBy: (hash: string) => createHash(hash).update(document).digest(),
  propertyInfo: "/Doc_0/Signs/Sign_0/Signature.xml",
};

/** A seal maker (its certificate ends after 30 days), a department that signs with the seal, and what verifies both. */
export interface SealHouse {
  bench: Bench;
  authority: Authority;
  maker: Department;
  department: Department;
  options: SealVerifyOptions;
  intermediates: Uint8Array[];
  document: Uint8Array;
  dataHash: Uint8Array;
  orderOf(change?: Partial<SealOrder>): SealOrder;
  makeSeal(change?: Partial<SealOrder>, signedBy?: Department): Uint8Array;
  /** A seal as programs of GM/T 0031-2014 made them (version 1): the maker's certificate is signed too, times are UTCTime. */
  makeFirstVersion(): Uint8Array;
  signWith(seal: Uint8Array, change?: { time?: Date; signer?: Department; dataHash?: Uint8Array }): Uint8Array;
  /** Holds that openssl's primitive accepts an SM2 signature by the key of a certificate. */
  expectGood(certificate: string, signed: Uint8Array, signature: Uint8Array): void;
}

/** Opens the house; close its bench afterwards. */
export async function openSealHouse(): Promise<SealHouse> {
  const bench = createBench();
  const authority = createAuthority(join(bench.directory, "ca"), { national: true });
  const maker = await createDepartment(authority, "SM2", 30, { ...DEPARTMENT, commonName: "制章系统" });
  const department = await createDepartment(authority, "SM2");
  const intermediates = fromPem("CERTIFICATE", authority.certificates["signing-sm2"] ?? "");
  const trust = createTrustAnchors([authority.certificates["root-sm2"] ?? ""]);
  const orderOf = (change: Partial<SealOrder> = {}): SealOrder => ({
    vendor: "ecert",
    id: "44010000000001",
    name: "广州市市场监督管理局",
    picture: { type: "png", data: Buffer.from("picture"), width: 42, height: 42 },
    signers: [department.signer.certificate],
    created: at,
    validFrom: ahead(-1),
    validTo: ahead(700),
    maker: maker.signer,
    ...change,
  });
  return {
    bench,
    authority,
    maker,
    department,
    options: { trust, at },
    intermediates,
    document,
    dataHash,
    orderOf,
    makeSeal: (change = {}, signedBy = maker) => {
      const { toBeSigned, finish } = prepareSeal(orderOf({ maker: signedBy.signer, ...change }));
      return finish(signedBy.sign(toBeSigned));
    },
    makeFirstVersion: () => {
      const info = sequence(
        sequence(ia5String("ES"), smallInteger(1), ia5String("old")),
        ia5String("44010000000009"),
        sequence(
          smallInteger(1),
          utf8String("旧章"),
          sequence(octetString(department.signer.certificate)),
          ...[at, ahead(-1), ahead(300)].map(derTime),
        ),
        sequence(ia5String("PNG"), octetString(Buffer.from("p")), smallInteger(40), smallInteger(40)),
      );
      const by = [octetString(maker.signer.certificate), oid(OID.sm2WithSm3)];
      return sequence(info, sequence(...by, bitString(maker.sign(sequence(info, ...by)))));
    },
    signWith: (seal, change = {}) => {
      const { time = at, signer = department, dataHash: hash = dataHash } = change;
      const { propertyInfo } = content;
      const order = { seal, dataHash: hash, propertyInfo, time, signer: signer.signer };
      const { toBeSigned, finish } = prepareSealSignature(order);
      return finish(signer.sign(toBeSigned));
    },
    expectGood: (certificate, signed, signature) => {
      bench.file("certificate.pem", certificate);
      bench.file("signed", signed);
      bench.file("value", signature);
      bench.openssl("x509", "-in", "certificate.pem", "-noout", "-pubkey", "-out", "public.pem");
      const verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-in", "signed", "-sigfile", "value"];
      const options = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"];
      expect(bench.openssl(...verify, ...options)).toContain("Verified Successfully");
    },
  };
}

/** What a report holds against a signature, as one text. */
export const detailsOf = (report: { findings: { detail: string }[] }) =>
  report.findings.map(({ detail }) => detail).join("; ");
