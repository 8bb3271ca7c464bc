import type { StatusSource } from "../../statement/status-source.ts";
import type { TrustAnchors } from "../anchors.ts";
import type { RevocationSource } from "../revocation.ts";
import type { TimeStampTrust } from "../time-stamp/verify-token.ts";
import type { MessageView } from "./message-view.ts";
import type { DocumentKind } from "./report.ts";
import type { IssuerRegister, OfdOpener } from "./sources.ts";

/** Largest document that is looked at, in bytes. */
export const MAX_DOCUMENT_BYTES = 32 << 20;

/**
 * A register of issuers older than this no longer tells who stood above a body after it was made: 1 day. The answer would be
 * `invalid` or not by it alone, so it may be less old than states.
 */
export const MAX_REGISTER_AGE_SECONDS = 86_400;

/** What a document is verified against. */
export interface VerificationOptions {
  trust: TrustAnchors;
  /** Revocation lists of the authorities. Without them the report says that nothing was checked. */
  revocation?: RevocationSource;
  /** DER of authorities between signers and anchors, which electronic seals do not carry. */
  intermediates?: readonly Uint8Array[];
  /** Authorities whose time stamps count. Without them time stamps prove nothing, which the report says. */
  timeStamps?: TimeStampTrust;
  /** The time of verification. */
  at: Date;
  /** What the document must be; default: whatever its content says. */
  kind?: DocumentKind;
  /** Detached CMS (DER) of the data message: of the document where it is one, else of `message`. */
  messageSignature?: Uint8Array;
  /** The data message that a face belongs to. It must bear a good signature and name this very face. */
  message?: Uint8Array;
  /** Told the signed data message that a document holds or came with, once it is found genuine, in force or not. */
  onMessage?: (message: MessageView) => void;
  status?: StatusSource;
  authorised?: IssuerRegister;
  /** There must be a register: without `authorised` the right of an issuer is then undetermined, and not only unchecked. */
  registerExpected?: boolean;
  /** Needed for OFD: `openSignedOfd` of the document floor. */
  openOfd?: OfdOpener;
  maxStateAgeSeconds?: number;
  /** Node code of a sandbox that judges its own: any other sandbox's certificate, and in production every one, is `invalid`. */
  sandbox?: string;
}
