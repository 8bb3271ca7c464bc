import { Refusal } from "../../domain/refusal.ts";
import { type DigestName, SUITES, suiteOf } from "../algorithm.ts";
import { validatePath } from "../path.ts";
import { type Finding, reportOf, type SignatureReport, signerDetails } from "../report.ts";
import { judgeTimeStamp } from "../time-stamp/judge.ts";
import { unacceptedKey } from "../unaccepted-algorithm.ts";
import type { SealSignature } from "./form.ts";
import { readSealSignature } from "./read-seal-signature.ts";
import { maySign, sealSignatureHolds } from "./seal-algorithm.ts";
import { between, judgeSeal, type SealDetails, type SealVerifyOptions } from "./verify-seal.ts";

/** What the signature must be over. */
export interface SealedContent {
  /** Digest of the document by the hash of the signer's suite; for OFD of the signature file. */
  digestBy: (hash: DigestName) => Uint8Array;
  /** What propertyInfo must say. Where it is left out, any text is accepted, and told in the report. */
  propertyInfo?: string;
  /** The seal file beside the signature (Seal.esl): must be the very seal that is inside. */
  seal?: Uint8Array;
}

/** What came out of verifying a signature by seal; `signer` is the signer, not the seal maker. */
export interface SealSignatureReport extends SignatureReport {
  seal?: SealDetails;
  propertyInfo?: string;
  /** What a reader should know but is not held against the signature, as sentences. */
  notices: string[];
}

/**
 * Verifies a signature by electronic seal (GB/T 38540) at the time `options.at`: the signature value, the digest of the
 * document, the seal itself (see `verifySeal`), that the seal lists the signer, the signer's path, and that the claimed time
 * lies within the validity of seal and certificate and not after `options.at`; a time stamp over the signature value is
 * judged as in `verifyCms`. Never throws on what the signature holds.
 */
export function verifySealSignature(
  der: Uint8Array,
  content: SealedContent,
  options: SealVerifyOptions,
): SealSignatureReport {
  try {
    return judge(readSealSignature(der), content, options);
  } catch (error) {
    if (error instanceof Refusal) return refused(error.message);
    throw error;
  }
}

function judge(read: SealSignature, content: SealedContent, options: SealVerifyOptions): SealSignatureReport {
  const signer = options.trust.certificate(read.certificate);
  const algorithm = suiteOf(signer.publicKey);
  if (algorithm === undefined) return refused(unacceptedKey(signer.publicKey));
  if (!sealSignatureHolds(read.algorithm, signer.publicKey, read.signed, read.signature)) {
    return refused("the signature value is wrong");
  }
  const { seal: sealed, findings, notices } = judgeSeal(read.seal, options);
  const faults: Finding[] = contentFaults(read, content, SUITES[algorithm].hash);
  if (!maySign(read.seal.signers, read.certificate)) {
    faults.push({ reason: "SIGNER_UNTRUSTED", detail: "the seal does not list the signer's certificate" });
  }
  const path = validatePath(signer, between(options, read), options);
  const stamp = judgeTimeStamp(read.timeStamp, read.signature, options);
  faults.push(...timeFaults(read, signer, options.at), ...findings, ...path.findings, ...stamp.findings);
  return {
    ...reportOf(faults, {
      signer: signerDetails(signer),
      path: path.path,
      algorithm,
      ...(read.time !== undefined && { claimedTime: read.time }),
      ...(path.revokedLater !== undefined && { revokedLater: path.revokedLater }),
      ...stamp.facts,
    }),
    ...(sealed !== undefined && { seal: sealed }),
    propertyInfo: read.propertyInfo,
    notices,
  };
}

function contentFaults(
  read: SealSignature,
  { digestBy, propertyInfo, seal }: SealedContent,
  hash: DigestName,
): Finding[] {
  const faults: string[] = [];
  if (Buffer.compare(read.dataHash, digestBy(hash)) !== 0)
    faults.push("dataHash differs: the document is not what was signed");
  if (propertyInfo !== undefined && propertyInfo !== read.propertyInfo) {
    faults.push(`the signature is for ${read.propertyInfo}, not for ${propertyInfo}`);
  }
  if (seal !== undefined && Buffer.compare(seal, read.seal.der) !== 0) {
    faults.push("the seal beside the signature is not the one that signed");
  }
  const unknown = read.extensions.find(({ critical }) => critical);
  if (unknown !== undefined) faults.push(`the signature has an unknown critical addition ${unknown.type}`);
  return faults.map((detail) => ({ reason: "SIGNATURE_INVALID", detail }));
}

/** Clocks of signers may run this far ahead of the verifier's. */
const SKEW_MS = 300_000;

function timeFaults({ time, seal }: SealSignature, signer: { notBefore: Date; notAfter: Date }, at: Date): Finding[] {
  if (time === undefined) return [];
  const within = (from: Date, to: Date) => from <= time && time <= to;
  const claimed = time.toISOString();
  const faults: Finding[] = [];
  if (!within(seal.validFrom, seal.validTo)) {
    faults.push({ reason: "SIGNER_EXPIRED", detail: `the seal was not valid at ${claimed}, when it signed` });
  }
  if (!within(signer.notBefore, signer.notAfter)) {
    faults.push({ reason: "SIGNER_EXPIRED", detail: `the signer's certificate was not valid at ${claimed}` });
  }
  if (time.getTime() > at.getTime() + SKEW_MS) {
    faults.push({ reason: "SIGNATURE_INVALID", detail: `the signature claims to be of ${claimed}, which is to come` });
  }
  return faults;
}

function refused(detail: string): SealSignatureReport {
  return { ...reportOf([{ reason: "SIGNATURE_INVALID", detail }]), notices: [] };
}
