import { Refusal, refuseField } from "../../domain/refusal.ts";
import { checkSignatureForm, type PreparedCms } from "../cms.ts";
import { bitString, octetString, oid, sequence, smallInteger, tagged } from "../der-write.ts";
import type { SigningCertificate } from "../signing-certificate.ts";
import { chainExtension } from "./chain.ts";
import type { Seal, SealExtension } from "./form.ts";
import { readSeal } from "./read-seal.ts";
import { maySign, SEAL_ALGORITHMS } from "./seal-algorithm.ts";
import { generalizedTime, ia5String, sealExtensions } from "./values.ts";

/** What is to be signed with a seal. */
export interface SealSignatureOrder {
  /** The seal, DER; of version 4 or 5. */
  seal: Uint8Array;
  /**
   * Digest of the document: for OFD of the signature file, by the hash that `digestNameOf(signer)` names (SM3 for SM2). 32 bytes.
   */
  dataHash: Uint8Array;
  /** For OFD the absolute path of the signature file, for example `/Doc_0/Signs/Sign_0/Signature.xml`; ASCII. */
  propertyInfo: string;
  /** Time of signing. */
  time: Date;
  /** The signer's certificate, which the seal must list; its key signs. */
  signer: SigningCertificate;
  /** Additions beside the signer's chain. */
  extensions?: readonly SealExtension[];
}

/**
 * Prepares a signature by electronic seal (SES_Signature of GB/T 38540): `toBeSigned` is TBS_Sign in DER, which the device
 * signs; `finish` takes the signature value (DER `SEQUENCE { r, s }` for SM2) and returns what goes into SignedValue.dat. Like
 * a CMS it checks the form only: verify the result before it leaves the house. The same order gives the same bytes.
 *
 * Refuses (`INVALID_FIELD`) a malformed seal or one of version 1, a signer that the seal does not list, a digest that is not
 * 32 bytes, and property text that is no ASCII; (`SIGNER_EXPIRED`) a time outside the validity of the seal.
 */
export function prepareSealSignature(order: SealSignatureOrder): PreparedCms {
  const { dataHash, propertyInfo, time, signer } = order;
  const extensions = [...chainExtension(signer.chain), ...(order.extensions ?? [])];
  const seal = parsed(order.seal);
  if (seal.version === 1)
    throw refuseField(
      "INVALID_FIELD",
      "seal",
      "is of version 1, which is only read",
      "have version 4 made",
      "第1版电子印章只读不签，请制作第4版",
    );
  if (!maySign(seal.signers, signer.certificate)) {
    throw refuseField(
      "INVALID_FIELD",
      "signer",
      `the seal "${seal.name}" does not list the signer's certificate`,
      "have the seal made for this certificate",
      `电子印章“${seal.name}”未列入该签名证书，请为该证书制作电子印章`,
    );
  }
  if (dataHash.length !== 32) {
    throw refuseField(
      "INVALID_FIELD",
      "dataHash",
      `SHA-256 and SM3 have 32 bytes, not ${dataHash.length}`,
      "give the digest itself",
      `摘要应为32字节，现为${dataHash.length}字节，请提供摘要本身`,
    );
  }
  if (!/^[\x20-\x7e]{1,1024}$/.test(propertyInfo)) {
    throw refuseField(
      "INVALID_FIELD",
      "propertyInfo",
      "must be 1–1024 characters of ASCII",
      "write it in ASCII",
      "应为1至1024个ASCII字符",
    );
  }
  if (time < seal.validFrom || time > seal.validTo) {
    const period = `${seal.validFrom.toISOString()} to ${seal.validTo.toISOString()}`;
    throw new Refusal("SIGNER_EXPIRED", `the seal "${seal.name}" is valid from ${period}: have it made anew`, {
      metadata: { seal: seal.id },
    });
  }
  const toBeSigned = sequence(
    smallInteger(seal.version),
    seal.der,
    generalizedTime(time),
    bitString(dataHash),
    ia5String(propertyInfo),
    ...(extensions.length === 0 ? [] : [tagged(0, sealExtensions(extensions))]),
  );
  return {
    toBeSigned,
    finish: (signature) => {
      checkSignatureForm(signature, signer);
      const algorithm = oid(SEAL_ALGORITHMS[signer.algorithm][0]);
      return sequence(toBeSigned, octetString(signer.certificate), algorithm, bitString(signature));
    },
  };
}

/** A seal signs many documents: it is read once for as long as its bytes live. */
const known = new WeakMap<Uint8Array, Seal>();

function parsed(der: Uint8Array): Seal {
  const before = known.get(der);
  if (before !== undefined) return before;
  const seal = readSeal(der);
  known.set(der, seal);
  return seal;
}
