import { Refusal } from "../../domain/refusal.ts";
import { suiteOf } from "../algorithm.ts";
import type { Certificate } from "../certificate.ts";
import { answeredUntil, type PathOptions, validatePath } from "../path.ts";
import { type Finding, reportOf, type SignatureReport, type SignerDetails, signerDetails } from "../report.ts";
import { judgeTimeStamp } from "../time-stamp/judge.ts";
import type { TimeStampTrust } from "../time-stamp/verify-token.ts";
import { chainIn } from "./chain.ts";
import type { Seal, SealExtension, SealImage } from "./form.ts";
import { readSeal } from "./read-seal.ts";
import { sealSignatureHolds } from "./seal-algorithm.ts";

/** What seals and signatures by seal are verified against. */
export interface SealVerifyOptions extends PathOptions {
  /** Authorities of time stamps, as for `verifyCms`. */
  timeStamps?: TimeStampTrust;
  /**
   * DER of authorities between signers and anchors, beside those that seal and signature bring along (see `chainExtension`):
   * other programs' carry none. Anchors may be such authorities too.
   */
  intermediates?: readonly Uint8Array[];
}

/** What a seal says of itself. Worth something only in a report that is `ok`. */
export interface SealDetails {
  version: Seal["version"];
  id: string;
  name: string;
  vendor: string;
  validFrom: Date;
  validTo: Date;
  picture: SealImage;
  /** The seal maker, present as soon as its signature value is good. */
  maker?: SignerDetails;
  /** The maker and the authorities above it, below the anchor, where nothing proves the date of making (versions 1 and 4). */
  makerPath?: readonly Certificate[];
}

/** What came out of verifying a seal; `signer` is the seal maker, `claimedTime` the date of making. */
export interface SealReport extends SignatureReport {
  seal?: SealDetails;
  /** What a reader should know but is not held against the seal, as sentences. */
  notices: string[];
}

/**
 * Verifies an electronic seal (GB/T 38540): the maker's signature and path, the validity of the seal at `options.at`,
 * no unknown critical additions. The maker's path is judged at the date of making, since seals outlive their makers'
 * certificates: a later end of it is a notice. A maker, or an authority above it, revoked later is held against seals of
 * version 1 and 4, whose date of making nothing proves; version 5 makes it a notice. For the same reason lists that tell of the date of
 * making, but ended before `options.at` while the maker's certificate had not, leave its status unknown. Never throws on what
 * the seal holds.
 */
export function verifySeal(der: Uint8Array, options: SealVerifyOptions): SealReport {
  try {
    return judgeSeal(readSeal(der), options);
  } catch (error) {
    if (error instanceof Refusal) {
      return { ...reportOf([{ reason: "SIGNATURE_INVALID", detail: error.message }]), notices: [] };
    }
    throw error;
  }
}

/** Judges a seal that is already read. */
export function judgeSeal(seal: Seal, options: SealVerifyOptions): SealReport {
  const findings: Finding[] = [];
  const notices: string[] = [];
  const details: SealDetails = {
    version: seal.version,
    id: seal.id,
    name: seal.name,
    vendor: seal.vendor,
    validFrom: seal.validFrom,
    validTo: seal.validTo,
    picture: seal.picture,
  };
  const maker = options.trust.certificate(seal.maker);
  if (!sealSignatureHolds(seal.algorithm, maker.publicKey, seal.signed, seal.signature)) {
    const detail = "the seal maker's signature on the seal is wrong";
    return { ...reportOf([{ reason: "SIGNATURE_INVALID", detail }]), seal: details, notices };
  }
  const path = judgeMaker(seal, maker, options, findings, notices);
  const unknown = seal.extensions.find(({ critical }) => critical);
  if (unknown !== undefined) {
    findings.push({ reason: "SIGNATURE_INVALID", detail: `the seal has an unknown critical addition ${unknown.type}` });
  }
  if (options.at < seal.validFrom || options.at > seal.validTo) {
    findings.push({ reason: "SIGNER_EXPIRED", detail: `the seal is not valid at ${options.at.toISOString()}` });
  }
  const stamp = judgeTimeStamp(seal.timeStamp, seal.signature, options);
  findings.push(...stamp.findings.map(({ reason, detail }) => ({ reason, detail: `seal: ${detail}` })));
  if (stamp.facts.timeStamp?.ok === false)
    notices.push("the time stamp of the seal is of an authority not trusted here");
  const algorithm = suiteOf(maker.publicKey);
  const signer = signerDetails(maker);
  return {
    ...reportOf(findings, { signer, claimedTime: seal.created, ...(algorithm !== undefined && { algorithm }) }),
    seal: { ...details, maker: signer, ...(seal.version !== 5 && { makerPath: path.slice(0, -1) }) },
    notices,
  };
}

function judgeMaker(
  seal: Seal,
  maker: Certificate,
  options: SealVerifyOptions,
  findings: Finding[],
  notices: string[],
): readonly Certificate[] {
  const path = validatePath(maker, between(options, seal), { ...options, at: seal.created });
  findings.push(...path.findings.map((finding) => ({ ...finding, detail: `seal maker: ${finding.detail}` })));
  if (maker.notAfter < options.at) {
    notices.push(`the seal maker's certificate ended at ${maker.notAfter.toISOString()}, after the seal was made`);
  }
  for (const { certificate, at, cause } of path.revokedLater ?? []) {
    if (at > options.at) continue;
    const detail = `seal maker: ${certificate} was revoked at ${at.toISOString()} (${cause})`;
    if (seal.version === 5) notices.push(`${detail}, after the seal was made`);
    else findings.push({ reason: "SIGNER_REVOKED", detail });
  }
  const asked = answeredUntil(path.path.slice(0, -1), options.at);
  if (path.listsEnd !== undefined && path.listsEnd < asked) {
    const ended = `a revocation list ended at ${path.listsEnd.toISOString()}`;
    const detail = `seal maker: status of its certificate is unknown: ${ended}`;
    if (seal.version === 5) notices.push(detail);
    else findings.push({ reason: "SIGNER_UNTRUSTED", detail });
  }
  return path.path;
}

/** The authorities that are known: those given, and those that seal or signature bring along. */
export function between(
  { intermediates = [], trust }: SealVerifyOptions,
  ...carriers: readonly { extensions: readonly SealExtension[] }[]
): Certificate[] {
  const carried = carriers.flatMap(({ extensions }) => chainIn(extensions));
  return [...intermediates, ...carried].map((der) => trust.certificate(der));
}
