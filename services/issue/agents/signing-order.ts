import type { AttachedFiles } from "../../document/layout/compile-template.ts";
import type { FaceDocument } from "../face/faces.ts";
import type { SignedStatement } from "../terms/item-rules.ts";

/** What an agent is asked to sign. It gets the data message and what draws its face, never a bare digest. */
export interface SigningOrder {
  /** Code of the seal, and the certificate (DER) that is bound to it: only agents that offer exactly this one are asked. */
  readonly seal: string;
  readonly certificate: Uint8Array;
  /** Canonical bytes of the data message. */
  readonly message: Uint8Array;
  /** Absent for attested items. */
  readonly origin: { keyId: string; signedAt: string; signature: Uint8Array } | undefined;
  readonly numberGiven: boolean;
  readonly template: FaceDocument;
  /** Digest of the seal picture that was drawn; agents draw the one of their policy. */
  readonly sealPicture: string;
  /** The item's version as the province signed it, and the newest one where that is another. */
  readonly version: SignedStatement;
  readonly newest: SignedStatement;
  /** List of nodes' keys that the province signed; `undefined` where none can be had. */
  readonly nodeKeys: Uint8Array | undefined;
  /** Contents of the attachments that the face shows, by digest. */
  readonly attachments: AttachedFiles;
}
