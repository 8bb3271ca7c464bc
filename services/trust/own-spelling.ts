import { Refusal } from "../domain/refusal.ts";
import { SUITES, suiteOf } from "./algorithm.ts";
import type { TrustAnchors } from "./anchors.ts";
import { DATA_TYPES, readSignedData } from "./cms-read.ts";
import { embeddedSigner } from "./cms-signer.ts";
import { bitString, derElement, octetString, oid, sequence, setOf, smallInteger, tagged } from "./der-write.ts";
import { OID } from "./oid.ts";
import { reportOf, type SignatureReport } from "./report.ts";
import { readSealSignature } from "./seal/read-seal-signature.ts";
import { SEAL_ALGORITHMS } from "./seal/seal-algorithm.ts";

/*
 * Nothing signs the envelope of a signature, and the standards let it say the same in several ways: algorithms with parameters or without,
 * by one identifier or another, certificates in any order. A signature of this platform's own documents is therefore taken apart,
 * written again, and compared octet by octet; the signature value and a time stamp alone are taken as they are.
 */

/** What is said of one that is written otherwise. */
const ALTERED = "the envelope of the signature, which is not as this platform writes it, was altered after signing";

/**
 * The report of a signature of this platform's own, to which is added that its envelope was altered where it is not written as this platform
 * writes it. What is no good signature stays as it is.
 */
export function ownEnvelope<T extends SignatureReport>(report: T, value: Uint8Array, trust: TrustAnchors): T {
  if (report.signer === undefined || isOwnCms(value, trust) || isOwnSealSignature(value, trust)) return report;
  return { ...report, ...reportOf([...report.findings, { reason: "SIGNATURE_INVALID", detail: ALTERED }]) };
}

const TYPES = { cms: OID.signedData, gm: OID.gmSignedData } as const;

/** Whether a CMS is written as this platform writes it. False too for what is no CMS. */
function isOwnCms(cms: Uint8Array, trust: TrustAnchors): boolean {
  return written(cms, () => {
    const view = readSignedData(cms);
    const suite = suiteOf(embeddedSigner(view, trust).signer.publicKey);
    if (suite === undefined) return undefined;
    const { digestIdentifier, signerIdentifier } = SUITES[suite];
    const attributes = Uint8Array.from(view.signedAttributes);
    attributes[0] = 0xa0;
    const { issuerDer, serialDer } = view.signer;
    const signerInfo = sequence(
      ...[smallInteger(1), sequence(issuerDer, serialDer), digestIdentifier, attributes, signerIdentifier],
      octetString(view.signature),
      ...stamped(view.timeStamp, (token) => tagged(1, sequence(oid(OID.signatureTimeStamp), setOf([token])))),
    );
    const certificates = derElement(0xa0, ...view.certificates.toSorted(Buffer.compare));
    const signedData = sequence(
      ...[smallInteger(1), setOf([digestIdentifier]), sequence(oid(DATA_TYPES[view.form])), certificates],
      setOf([signerInfo]),
    );
    return sequence(oid(TYPES[view.form]), tagged(0, signedData));
  });
}

/** Whether a signature by electronic seal is written as this platform writes it. False too for what is none. */
function isOwnSealSignature(der: Uint8Array, trust: TrustAnchors): boolean {
  return written(der, () => {
    const { signed, certificate, signature, timeStamp } = readSealSignature(der);
    const suite = suiteOf(trust.certificate(certificate).publicKey);
    if (suite === undefined) return undefined;
    return sequence(
      ...[signed, octetString(certificate), oid(SEAL_ALGORITHMS[suite][0]), bitString(signature)],
      ...stamped(timeStamp, (token) => tagged(0, bitString(token))),
    );
  });
}

function stamped(token: Uint8Array | undefined, write: (token: Uint8Array) => Uint8Array): Uint8Array[] {
  return token === undefined ? [] : [write(token)];
}

function written(given: Uint8Array, write: () => Uint8Array | undefined): boolean {
  try {
    const own = write();
    return own !== undefined && Buffer.compare(own, given) === 0;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
