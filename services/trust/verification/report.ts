import type { Verdict, VerificationFinding } from "../../statement/finding.ts";
import type { VerifiedState } from "../../statement/standing.ts";
import type { SignatureAlgorithm } from "../algorithm.ts";
import type { SignerDetails } from "../report.ts";

/** What kind of document was verified, told by its content. */
export type DocumentKind = "pdf" | "ofd" | "message";

/** What the document says about the certificate; worth something only where the signature is good. */
export interface VerifiedSubject {
  /** 证照标识 */
  identifier: string;
  /** The rest stands in data messages (and in OFD, which embeds one); a PDF alone tells the identifier only. */
  number?: string;
  name?: string;
  itemCode?: string;
  issuerName?: string;
  issuerCode?: string;
  issueDate?: string;
  validFrom?: string;
  validTo?: string;
}

/** How it stands at one time with the revocation of the signing certificate and the authorities above it: the heaviest answer. */
export interface RevocationAnswer {
  at: Date;
  /** `unchecked`: no revocation list was given. */
  state: "good" | "revoked" | "unknown" | "unchecked";
  /** Since when it is revoked, and the name of the reason code, `unstated` where the list gives none. */
  since?: Date;
  cause?: string;
  /** The state for people, zh-CN, as all members named so. */
  text?: string;
}

/** Levels of ETSI EN 319 122-1 and 319 142-1: with a time stamp that counts, with data for years, with those stamped too. */
export type SignatureLevel = "B-B" | "B-T" | "B-LT" | "B-LTA";

/** The levels for people, zh-CN. */
export const LEVEL_TEXTS: Readonly<Record<SignatureLevel, string>> = {
  "B-B": "基本签名",
  "B-T": "带时间戳",
  "B-LT": "附长期验证资料",
  "B-LTA": "附长期验证资料及文档时间戳",
};

/** A time stamp over the signature value (RFC 3161) that counts: by then it was signed. */
export interface VerifiedTimeStamp {
  time: Date;
  /** The true time lies within so many milliseconds of it; absent where the authority does not say. */
  accuracyMs?: number;
  /** Time stamp authority, and the path from it to the configured one. */
  authority: SignerDetails;
  chain: SignerDetails[];
  /** Object identifier of the policy under which it was made. */
  policy: string;
  /** Lower-case hex. */
  serial: string;
}

/** The signature and the time that it is judged at. */
export interface VerifiedSignature {
  signer: SignerDetails;
  algorithm?: SignatureAlgorithm;
  /** From the signer to the configured authority; empty where there is no path. */
  chain: SignerDetails[];
  signedAt: Date;
  /**
   * `record`: the issuing node witnessed it. `stamp`: a time stamp proves that it was signed by then. `claimed`: the signer
   * says so, and nobody else. `unknown`: nobody says; it is then judged at the time of verification.
   */
  timeFrom: "record" | "stamp" | "claimed" | "unknown";
  timeFromText?: string;
  /** What was signed: a PDF but for the signature value, all files of a package but for the signature's, a data message. */
  scope?: "file" | "package" | "message";
  scopeText?: string;
  /** Absent for signatures by electronic seal, which have no levels. */
  level?: SignatureLevel;
  /** The level for people, zh-CN. */
  levelText?: string;
  timeStamp?: VerifiedTimeStamp;
  revocation: { atSigning: RevocationAnswer; now: RevocationAnswer };
}

/** What an electronic seal says of itself. */
export interface VerifiedSeal {
  version: number;
  id: string;
  name: string;
  validFrom: Date;
  validTo: Date;
  /** The seal maker. */
  maker?: SignerDetails;
}

/** The register of issuers that was used, where it has a date. */
export interface UsedRegister {
  /** When the province made it. */
  asOf: Date;
  /** Its age at the time of verification. */
  ageSeconds: number;
}

/** A part of the document that is not what was signed or recorded. Names places, never values. */
export interface AlteredPart {
  kind: "file" | "page" | "object" | "field" | "bytes";
  /** Path in the package, number of the page or object, JSON pointer of the field, or range of bytes. */
  name: string;
  change: "altered" | "added" | "missing";
  text?: string;
}

/** What came out of verifying one document. Programs go by `verdict` and the codes of `findings`. */
export interface VerificationReport {
  schema: "ecert.verification.v1";
  /** Absent where the content was not recognised. */
  kind?: DocumentKind;
  /** SHA-256 of the document, lower-case hex, and its length in bytes. */
  sha256: string;
  size: number;
  verifiedAt: Date;
  verdict: Verdict;
  /** The verdict for people, zh-CN. */
  verdictText: string;
  /** Heaviest first. */
  findings: VerificationFinding[];
  subject?: VerifiedSubject;
  signature?: VerifiedSignature;
  /** The electronic seal (GB/T 38540), where the document bears one. */
  seal?: VerifiedSeal;
  state: VerifiedState;
  /** Absent where none was asked, or one without a date. */
  register?: UsedRegister;
  altered: AlteredPart[];
}
