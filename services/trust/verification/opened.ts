import type { FaceDigest } from "../../domain/message.ts";
import type { VerificationFinding } from "../../statement/finding.ts";
import type { LongTermLevel } from "../long-term/judge-grown.ts";
import type { SignatureReport } from "../report.ts";
import type { RevocationSource } from "../revocation.ts";
import type { SealDetails } from "../seal/verify-seal.ts";
import type { MessageView } from "./message-view.ts";
import type { AlteredPart } from "./report.ts";

/** A document as its own reader understands it, before its signature is believed. */
export interface OpenedDocument {
  /** What its form gives to find, whenever it was signed. */
  findings: VerificationFinding[];
  altered: AlteredPart[];
  /** When the signer says to have signed. */
  claimedTime?: Date;
  identifier?: string;
  validity?: { validFrom?: string; validTo?: string };
  /** Node that keeps the certificate. */
  node?: string;
  /** The data message, where the document is or embeds one. */
  message?: MessageView;
  /** Digest of the face, where the document is one. */
  face?: FaceDigest;
  /** The signature (CMS) of a PDF, and the revision that it claims to cover. */
  signed?: { cms: Uint8Array; revision: Uint8Array };
  /** The electronic seal (GB/T 38540) that is stamped on it. */
  seal?: SealDetails;
  /** Revocations that are configured and that the document tells of; absent where it tells none. */
  revocation?: RevocationSource;
  /** For a document with data for the long term behind its signature. */
  longTerm?: {
    /** Level that they give a good signature. */
    level(report: SignatureReport): LongTermLevel | undefined;
    /** A document time stamp whose authority has not ended covers those before. */
    lasts: boolean;
  };
  /** Verifies the signature as of a time. */
  judge(at: Date): SignatureReport;
}
