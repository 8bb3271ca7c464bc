import type { TrustAnchors } from "../../trust/anchors.ts";
import type { ListReader } from "../../trust/list-memory.ts";
import type { RevocationLists } from "../../trust/revocation.ts";
import type { StampedContent } from "../../trust/time-stamp/imprint.ts";
import type { TimeStampTrust } from "../../trust/time-stamp/verify-token.ts";
import type { SignatureLevel } from "../../trust/verification/report.ts";

/** Authorities of signatures and of time stamps, and their revocation lists: what goes into the file comes from here. */
export interface LongTermTrust {
  trust: TrustAnchors;
  revocation?: RevocationLists;
  timeStamps?: TimeStampTrust & { revocation?: RevocationLists };
}

/** How a signed PDF is to be extended. */
export interface ExtensionOptions extends LongTermTrust {
  /** `B-T`: a document time stamp, where nothing proves yet when it was signed. */
  level: Exclude<SignatureLevel, "B-B">;
  /** The time now. */
  at: Date;
  /** Reads the lists in the file; default: every time anew. */
  readList?: ListReader;
  /** Called behind each revision that was appended. */
  onRevision?: (kind: "store" | "stamp", bytes: number) => void;
}

/** How {@link extendPdf} does it all. */
export interface ExtendOptions extends ExtensionOptions {
  /** Gets a token (DER) over a content; needed for document time stamps. */
  stamp?: (content: StampedContent) => Promise<Uint8Array>;
}
