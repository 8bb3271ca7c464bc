import type { FaceDigest } from "../domain/message.ts";
import type { Validity } from "../domain/validity-rule.ts";

/** What a source of states knows of a certificate. */
export interface CertificateStatus {
  state: "issued" | "suspended" | "revoked" | "superseded";
  /** RFC 3339; since when the state holds. */
  since?: string;
  /** When the issuing node issued it: stands in for a time stamp. */
  issuedAt?: Date;
  /** SHA-256 (hex) of the data message on record, and the message itself, to tell what differs. */
  messageSha256?: string;
  message?: Uint8Array;
  /** The faces and the validity that the message names, where the message itself is not told. */
  faces?: readonly FaceDigest[];
  validity?: Validity;
  /** The signed PDF on record, where it was asked for. */
  pdf?: Uint8Array;
  /** Since when a second record under the identifier is known, RFC 3339: which of the two stands, nobody has decided. Absent: none is. */
  forkedSince?: string;
  /** The source was started from an older copy of itself: the state may have changed since. */
  outdated?: true;
  source: "issuer" | "archive" | "bundle";
  /** When the source was right. */
  asOf: Date;
}

/** Tells states of certificates: an archive asked now, or a status bundle. */
export interface StatusSource {
  /**
   * Resolves to `unrecorded` where the source is sure to hold every certificate of the issuer and lacks this one, and to
   * `undefined` where it cannot tell. Called only for documents whose signature is good, or, to tell what was altered, for copies that bear
   * a good signature of something else; with `original` the answer holds the signed PDF too. `signature` is the one that the document
   * bears, in proof that its holder was given message or original. `validity` is what the document says; absent where it says nothing.
   */
  statusOf(
    identifier: string,
    about: { node?: string; signedAt?: Date; validity?: Validity; original?: true; signature?: Uint8Array },
  ): Promise<CertificateStatus | "unrecorded" | undefined>;
}
