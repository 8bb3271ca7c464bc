import type { ShownParts } from "../../document/ofd/shown-parts.ts";
import type { HeldRegister } from "../../judgement/register-source.ts";
import type { CertificateStatus } from "../../statement/status-source.ts";
import type { MessageView } from "../../trust/verification/message-view.ts";
import type { VerificationReport } from "../../trust/verification/report.ts";

/** A document to verify, and what has been learnt about its certificate so far. */
export interface VerifyJob {
  document: Uint8Array;
  messageSignature?: Uint8Array;
  message?: Uint8Array;
  at: Date;
  /** The node belongs to a province: there must be a register of issuers. */
  registerExpected?: boolean;
  /** What a genuine document holds is wanted, too. */
  messageWanted?: boolean;
  /** Code of this node where it is a sandbox. */
  sandbox?: string;
  /** Absent until the thread has asked. */
  known?: Known;
}

/** What is known of the certificate that a document names. */
export interface Known {
  identifier: string;
  status: CertificateStatus | "unrecorded" | undefined;
  /** Absent where none can be had; what it would tell is then not checked. */
  register?: SharedRegister;
}

/** The register of issuers as the province signed it. The serving thread has checked it; threads share the bytes. */
export type SharedRegister = Pick<HeldRegister, "builtAt" | "asOf" | "bytes">;

/** What the engine must know to go on. It asks about documents that bear a good signature. */
export interface Question {
  identifier: string;
  node?: string;
  signedAt?: Date;
  /** The signed PDF on record is wanted too, to tell what was altered. */
  original?: true;
  /** The signature that the document bears, in proof that its holder was given what is wanted. */
  signature?: Uint8Array;
}

/** A report, and of a genuine document that holds its data message this one, where it is wanted. */
export interface Verified {
  report: VerificationReport;
  message?: MessageView;
  /** Of a genuine OFD, its pictures and its electronic seal. */
  shown?: ShownParts;
}

/** What came of it; or a question, together with the document, which is then handed in again with the answer. */
export type VerifyAnswer = Verified | { question: Question; document: Uint8Array };
