import type { AttachedFiles } from "../../document/layout/compile-template.ts";
import type { FaceDocument } from "../face/faces.ts";
import type { SignedStatement } from "../terms/item-rules.ts";

/** An officer's confirmation with a security key, as it goes on to the agent. */
export interface OfficersConfirmation {
  signedAt: string;
  orders: string[];
  credentialId: Uint8Array;
  authenticatorData: Uint8Array;
  clientDataJson: Uint8Array;
  signature: Uint8Array;
}

/** What an agent is asked to sign. It gets the data message and what draws its face, never a bare digest. */
export interface SigningOrder {
  /** Code of the seal, and the certificate (DER) that is bound to it: only agents that offer exactly this one are asked. */
  readonly seal: string;
  readonly certificate: Uint8Array;
  /** Canonical bytes of the data message. */
  readonly message: Uint8Array;
  /** Absent for attested items, and for what an officer has confirmed. */
  readonly origin: { keyId: string; signedAt: string; signature: Uint8Array } | undefined;
  readonly confirmation?: OfficersConfirmation | undefined;
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
