import { createHash } from "node:crypto";
import { refuseField } from "../../domain/refusal.ts";
import type { PreparedOfd } from "./prepared-ofd.ts";
import { SIGNS } from "./prepared-ofd.ts";
import { element, textElement, xmlFile } from "./xml.ts";
import type { PackedFile } from "./zip-write.ts";
import { archiveDigest, packedFile, packFile, writeZip } from "./zip-write.ts";

/** Suites in which an OFD can be signed, with the identifiers that the signature file gives. */
export const OFD_SUITES = {
  "ecdsa-p256-sha256": { method: "1.2.840.10045.4.3.2", check: "2.16.840.1.101.3.4.2.1", hash: "sha256" },
  "rsa-pkcs1-sha256": { method: "1.2.840.113549.1.1.11", check: "2.16.840.1.101.3.4.2.1", hash: "sha256" },
  "sm2-sm3": { method: "1.2.156.10197.1.501", check: "1.2.156.10197.1.401", hash: "sm3" },
} as const;

/** One suite of {@link OFD_SUITES}. */
export type OfdSuite = keyof typeof OFD_SUITES;

/** Files of a signature. */
export const SIGN_PATH = {
  list: `${SIGNS}Signatures.xml`,
  signature: `${SIGNS}Sign_0/Signature.xml`,
  value: `${SIGNS}Sign_0/SignedValue.dat`,
  seal: `${SIGNS}Sign_0/Seal.esl`,
  /** SHA-256 (hex) of all octets of the archive in front of this file. */
  archive: `${SIGNS}Sign_0/Archive.dat`,
} as const;

/** Who made the signature file. Packages of ours are held to the form in which {@link finishOfd} writes them. */
export const PROVIDER = "ecert";

/** How an OFD is signed. */
export interface OfdSignatureOrder {
  suite: OfdSuite;
  /** The electronic seal (SESeal in DER) that is stamped; absent for a signature without one. */
  seal?: Uint8Array;
}

/** An OFD whose signature file is written: what is left is the signature over that file. */
export interface PendingOfd {
  /** All files but the signature value. */
  files: PackedFile[];
  /**
   * Digest of the signature file, under the hash of the suite: `contentDigest` of a CMS signature, `dataHash` of an
   * electronic signature by seal (GB/T 38540).
   */
  digest: Uint8Array;
  /** Absolute path of the signature file: `propertyInfo` of GB/T 38540. */
  signaturePath: string;
}

/**
 * Writes the signature file, in the order of GB/T 33190: the signature is registered, the seal written, then every file is
 * hashed, the list of signatures too, which locks the package. One more file gives the digest of the archive up to itself, so
 * that also the packed octets are signed: what follows is stored as it is and has one spelling only. All of it follows from the prepared package and the seal,
 * so whoever holds the message can derive it again. Throws `INVALID_FIELD` if a seal is given for a package that was not
 * prepared for one, or is missing for one that was.
 */
export function prepareOfdSignature(prepared: PreparedOfd, { suite, seal }: OfdSignatureOrder): PendingOfd {
  if (prepared.sealed !== (seal !== undefined)) {
    throw refuseField(
      "INVALID_FIELD",
      "seal",
      prepared.sealed ? "is missing" : "is given for a package without one",
      "prepare the package as it is to be signed",
      "版式文件的准备方式与有无电子印章不符，请重新生成",
    );
  }
  const files = [...prepared.files, packFile(SIGN_PATH.list, signaturesXml(seal !== undefined), LEVEL)];
  if (seal !== undefined) files.push(packFile(SIGN_PATH.seal, Buffer.from(seal), LEVEL));
  files.push(packFile(SIGN_PATH.archive, Buffer.from(archiveDigest(files, prepared.shared)), LEVEL));
  const content = signatureXml(prepared, files, suite);
  const signature = packedFile(SIGN_PATH.signature, content, content);
  return {
    files: [...files, signature],
    digest: createHash(OFD_SUITES[suite].hash).update(content).digest(),
    signaturePath: `/${SIGN_PATH.signature}`,
  };
}

/** Puts the signature value into the package: CMS SignedData in DER, or SES_Signature where a seal is stamped. */
export function finishOfd(pending: PendingOfd, signedValue: Uint8Array): Buffer {
  return writeZip([...pending.files, packFile(SIGN_PATH.value, Buffer.from(signedValue), LEVEL)]);
}

/** Compression of the signature files: they are small, and mostly digests. */
const LEVEL = 3;

function signaturesXml(sealed: boolean): Buffer {
  const attributes = { ID: "s001", Type: sealed ? "Seal" : "Sign", BaseLoc: "Sign_0/Signature.xml" };
  return xmlFile("Signatures", {}, textElement("MaxSignId", "s001") + element("Signature", attributes));
}

function signatureXml({ time, stamp, sealed }: PreparedOfd, files: readonly PackedFile[], suite: OfdSuite): Buffer {
  const { method, check, hash } = OFD_SUITES[suite];
  const references = files.map((file) =>
    element("Reference", { FileRef: `/${file.path}` }, textElement("CheckValue", checkValue(file, hash))),
  );
  const seal =
    element("StampAnnot", { ID: "1", PageRef: stamp.pageId, Boundary: stamp.boundary }) +
    element("Seal", {}, textElement("BaseLoc", `/${SIGN_PATH.seal}`));
  const info =
    element("Provider", { ProviderName: PROVIDER, Version: "1.0", Company: PROVIDER }) +
    textElement("SignatureMethod", method) +
    textElement("SignatureDateTime", time) +
    element("References", { CheckMethod: check }, references.join("")) +
    (sealed ? seal : "");
  return xmlFile("Signature", {}, element("SignedInfo", {}, info) + textElement("SignedValue", `/${SIGN_PATH.value}`));
}

/** SM3 of the files that all certificates of a template share. */
const known = new WeakMap<PackedFile, string>();

/** Digest of a file in base64. */
function checkValue(file: PackedFile, hash: "sha256" | "sm3"): string {
  if (hash === "sha256") return Buffer.from(file.sha256, "hex").toString("base64");
  const before = known.get(file);
  if (before !== undefined) return before;
  const value = createHash(hash).update(file.content).digest("base64");
  known.set(file, value);
  return value;
}
