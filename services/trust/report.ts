import type { Reason } from "../domain/reason.ts";
import type { SignatureAlgorithm } from "./algorithm.ts";
import type { Certificate } from "./certificate.ts";
import type { TimeStampInfo } from "./time-stamp/read-token.ts";

/**
 * What came out of verifying a time stamp; `signer` is the authority. `ok` only if nothing speaks against it. A finding
 * `SIGNER_UNTRUSTED` alone says that the token is whole, and its authority not trusted here, or its status unknown.
 */
export interface TimeStampReport extends Omit<SignatureReport, "timeStamp" | "claimedTime" | "algorithm"> {
  /** What it says. Present as soon as the signature of the token is good. */
  stamp?: TimeStampInfo;
  /** When the first of the revocation lists ends that call its path good, as in `PathResult`. */
  listsEnd?: Date;
  /** By when another stamp, which counts, proves that this one was there: it is judged as of then instead of now. */
  provedBy?: Date;
  /** One that it stands in for, since that does not count. */
  standsInFor?: TimeStampReport;
}

/** Reasons for which a signature is not accepted. */
export type SignatureReason = Extract<
  Reason,
  "SIGNATURE_INVALID" | "SIGNER_EXPIRED" | "SIGNER_REVOKED" | "SIGNER_UNTRUSTED"
>;

/** One thing that speaks against a signature. */
export interface Finding {
  reason: SignatureReason;
  /** The case, for the log and the officer (English, no secrets). */
  detail: string;
}

/** Who signed, as the signing certificate tells. Worth something only in a report that is `ok`. */
export interface SignerDetails {
  /** 机构名称 (organizationName). */
  organization?: string;
  /** 统一社会信用代码 of the organisation: must agree with the department's registration (5.8.3). */
  organizationCode?: string;
  commonName?: string;
  /** Common name, else organisation, of the issuing authority. */
  issuer: string;
  /** Lower-case hex. */
  serial: string;
  /** SHA-256 of the certificate, lower-case hex. */
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
}

/** A certificate that was revoked after the time at which its path was judged. */
export interface LaterRevocation {
  /** Common name and serial number. */
  certificate: string;
  at: Date;
  /** As `RevocationStatus` has it. */
  cause: string;
}

/** What came out of verifying one signature. */
export interface SignatureReport {
  /** True only if nothing at all speaks against the signature. */
  ok: boolean;
  /** The reasons of `findings`, each once, in the order found. */
  reasons: SignatureReason[];
  findings: Finding[];
  /** Present as soon as the signature value itself is good: an expired or untrusted signer is named too. */
  signer?: SignerDetails;
  /** From the signer's certificate to the anchor; empty where there is no path to one. Present together with `signer`. */
  path?: readonly Certificate[];
  algorithm?: SignatureAlgorithm;
  /** signing-time that the signer claims; nothing vouches for it. */
  claimedTime?: Date;
  /**
   * Certificates of the path, the signer's first, that were revoked after the time that the signature is judged at: told, not
   * held against it. Absent where none was.
   */
  revokedLater?: readonly LaterRevocation[];
  /**
   * The time stamp over the signature value. Where it is not `ok` and nothing of `findings` speaks of it, its authority is not
   * trusted here: it proves nothing, and is not held against the signature.
   */
  timeStamp?: TimeStampReport;
}

/** Puts a report together; `ok` and `reasons` follow from the findings. */
export function reportOf(findings: Finding[], facts: Omit<SignatureReport, "ok" | "reasons" | "findings"> = {}) {
  const reasons = [...new Set(findings.map(({ reason }) => reason))];
  return { ok: findings.length === 0, reasons, findings, ...facts } satisfies SignatureReport;
}

/** The signer as the certificate names it. */
export function signerDetails(certificate: Certificate): SignerDetails {
  const { subject, issuer, serial, fingerprint, notBefore, notAfter } = certificate;
  return {
    ...(subject.organization !== undefined && { organization: subject.organization }),
    ...(subject.organizationCode !== undefined && { organizationCode: subject.organizationCode }),
    ...(subject.commonName !== undefined && { commonName: subject.commonName }),
    issuer: issuer.commonName ?? issuer.organization ?? "",
    serial,
    fingerprint,
    notBefore,
    notAfter,
  };
}
