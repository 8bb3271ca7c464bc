import { BoundedMemory } from "../../base/bounded-memory.ts";
import { frozen } from "../../base/frozen.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import type { CertificateState } from "../../domain/certificate-state.ts";
import { formatShanghaiTime, shanghaiDay } from "../../domain/civil-date.ts";
import type { Officer } from "../../domain/console-app.ts";
import { instantOf } from "../../domain/instant.ts";
import type { DataMessage, FaceDigest } from "../../domain/message.ts";
import type { Reason } from "../../domain/reason.ts";
import type { HasPending } from "../../event/pending-events.ts";

/** A department system's signature over its order, as stored. */
export interface StoredOrigin {
  keyId: string;
  signedAt: string;
  /** Base64. */
  signature: string;
}

/** One step in the life of a certificate. */
export interface HistoryEntry {
  state: CertificateState;
  /** RFC 3339. */
  at: string;
  /** Why; absent where the step needs no reason. */
  cause?: string;
  /** App that asked for it. */
  by: string;
  /** Who asked for it on screen. */
  officer?: Officer;
  /** Digest of caller and request id, where an app or staff asked for the step: a repeated request is known by it. */
  request?: string;
}

/** Why the last try to issue a made certificate came to nothing, as its caller was told. */
export interface IssueFault {
  reason: Reason;
  message: string;
  /** For people, zh-CN. */
  localized: string;
  /** RFC 3339. */
  at: string;
  callId: string;
}

/** What signing added. */
export interface SignedParts {
  /** RFC 3339. */
  issuedAt: string;
  /** Detached CMS over the data message, base64. */
  messageCms: string;
  pdfSha256: string;
  pdfBytes: number;
  /** Absent on certificates that were issued before there were OFDs. */
  ofdSha256?: string;
  ofdBytes?: number;
  /** SHA-256 of the signing certificate. */
  signer: string;
  /** Agent that signed, and the entry of its journal. Absent on what was restored: no record tells it. */
  agent?: string;
  journalEntry?: number;
}

/**
 * A certificate at its issuer: one aggregate, one document. `_id` is its identifier. The document's `revision`
 * counts writes; `changes` counts what others need to know of, and is the revision that archives compare.
 */
export interface CertificateDocument extends HasPending {
  state: CertificateState;
  changes: number;
  app: string;
  businessSerial: string;
  /** Digest of the order in canonical form: the same serial with another digest is refused. */
  orderDigest: string;
  /** Digests of other orders from which the same certificate comes, where it was restored and its data message does not tell which it was. */
  likeDigests?: string[];
  /** The department assigned the number itself. */
  numberGiven: boolean;
  itemCode: string;
  itemVersion: number;
  number: string;
  /** The number again while it is taken; a discarded certificate gives it free. */
  numberHeld?: string;
  /** The identifier without version and check character: what all versions of a certificate share. */
  line: string;
  version: number;
  /** Canonical data message. While `making`, the draft without faces. */
  message: string;
  origin?: StoredOrigin;
  /** Statement of the item's version as the province signed it: digest, and signature in base64. Absent on what was made before there were any. */
  catalogVersion?: { sha256: string; signature: string };
  /** Digests of the canonical template and seal picture that draw the face. Empty on what was restored: it is not drawn again. */
  template: string;
  sealPicture: string;
  /** An electronic seal is stamped on the OFD, which leaves its place free. */
  sealed?: true;
  /** RFC 3339; of what was restored, when it was made ready for signing. */
  createdAt: string;
  stateSince: string;
  stateCause?: string;
  history: HistoryEntry[];
  /** Who made it, and who issued it, on screen: kept at the issuer alone. Absent where a system did. */
  madeBy?: Officer;
  issuedBy?: Officer;
  /** Code and division of the issuer, for the lists of staff. Absent in documents of before until they are completed. */
  issuer?: string;
  division?: string;
  /** What lists find it by in full; see `found-by.ts`. Absent likewise. */
  foundBy?: string[];
  /** Digests of all requests that changed it, as in the history: what a request id is found by. */
  requests?: string[];
  signed?: SignedParts;
  /** Shanghai day of issue; present once issued. */
  bucket?: string;
  /** When the record last changed here, RFC 3339; present once issued. */
  recordChangedAt?: string;
  /** What a holder's certificates are found by; present once issued. See {@link holderKey}. */
  holderKeys?: string[];
  replaces?: string;
  /** Why it replaces that one, as the order said; of what was restored, as its record says. Never changes. */
  replaceCause?: string;
  replacedBy?: string;
  /** Time since which the certificate named by `replaces` waits to be superseded. Absent when that is done. */
  superseding?: string;
  /** When it was brought back, or forward, from another node's archive, RFC 3339. */
  restoredAt?: string;
  /** Day and opening against whose limit it was counted last. Absent where no limit held it. */
  countedFor?: string;
  /** Absent unless it is made, was tried, and something was in the way; see `sign/last-fault.ts`. */
  lastFault?: IssueFault;
  /** SHA-256 (hex) of the record for which the province has settled, once it stands here: what comes after it is this node's own again. */
  settledFor?: string;
}

/** Messages that are remembered as read, some 10 KB each: one certificate asks for its own some twenty times on its road. */
const MESSAGES = 512;
const messages = new BoundedMemory<string, DataMessage>(MESSAGES);

/** The data message of a certificate; frozen. `faces` is empty while it is being made. */
export function messageOf({ message }: Pick<CertificateDocument, "message">): DataMessage {
  return messages.recall(message, () => frozen(JSON.parse(message) as DataMessage));
}

/** Whether a certificate was issued at some time, whatever became of it. Only these are in the archive. */
export function wasIssued(
  document: CertificateDocument,
): document is CertificateDocument & Required<Pick<CertificateDocument, "signed" | "bucket" | "holderKeys">> {
  return document.signed !== undefined;
}

/** Key of a holder in the index, for certificates of one item, or of all where none is given. */
export function holderKey(codeType: string, code: string, item = "*"): string {
  return `${codeType}:${code}|${item}`;
}

/** The certificate with a message finished at `now` and the faces that were drawn from it: it is `made`. */
export function madeOf(
  document: CertificateDocument,
  message: Omit<DataMessage, "faces">,
  faces: FaceDigest[],
  now: Date,
): CertificateDocument {
  const at = now.toISOString();
  const entry: HistoryEntry = { state: "made", at, by: document.app, ...officerOf(document.madeBy) };
  return {
    ...document,
    state: "made",
    changes: document.changes + 1,
    message: canonicalJson({ ...message, faces }),
    stateSince: at,
    history: [...document.history, entry],
  };
}

/** The message as it reads when it is finished at `now`: nothing else of the metadata depends on the time. */
export function preparedAt(message: DataMessage, now: Date): Omit<DataMessage, "faces"> {
  const { faces: _drawnBefore, ...rest } = message;
  return { ...rest, metadata: { ...rest.metadata, preparedAt: formatShanghaiTime(now) } };
}

/** The certificate with its signatures: it is `issued` from `signed.issuedAt` on and belongs to the archive. */
export function issuedOf(document: CertificateDocument, signed: SignedParts, officer?: Officer): CertificateDocument {
  const { holders } = messageOf(document).metadata;
  const { issuedAt } = signed;
  const { lastFault: _mended, ...rest } = document;
  const keys = holders.flatMap(({ codeType, code }) => [
    holderKey(codeType, code),
    holderKey(codeType, code, document.itemCode),
  ]);
  return {
    ...rest,
    state: "issued",
    changes: document.changes + 1,
    stateSince: issuedAt,
    history: [...document.history, { state: "issued", at: issuedAt, by: document.app, ...officerOf(officer) }],
    ...(officer && { issuedBy: officer }),
    signed,
    bucket: shanghaiDay(new Date(instantOf(issuedAt))),
    recordChangedAt: issuedAt,
    holderKeys: [...new Set(keys)],
    ...(document.replaces && { superseding: issuedAt }),
  };
}

/** A change of state after making. */
export interface StateChange {
  to: CertificateState;
  cause: string;
  by: string;
  now: Date;
  /** Digest of app and request id, where an app asked for it. */
  request?: string;
  officer?: Officer | undefined;
}

/** Where an issuer is found by staff who see it. */
export function placeOfIssuer({ metadata: { issuer } }: DataMessage): { issuer: string; division: string } {
  return { issuer: issuer.code, division: issuer.division };
}

function officerOf(officer: Officer | undefined): { officer?: Officer } {
  return officer ? { officer } : {};
}

/** The certificate in another state. Whether the step is allowed is for the caller to have checked. */
export function changedOf(document: CertificateDocument, change: StateChange): CertificateDocument {
  const { to, cause, by, now, request, officer } = change;
  const at = now.toISOString();
  const { stateCause: _before, lastFault: _over, ...rest } = document;
  return {
    ...rest,
    state: to,
    changes: document.changes + 1,
    stateSince: at,
    // An issued certificate is what it is without a reason; the history keeps why it was resumed.
    ...(to !== "issued" && { stateCause: cause }),
    ...(document.signed && { recordChangedAt: at }),
    history: [...document.history, { state: to, at, cause, by, ...(request && { request }), ...officerOf(officer) }],
    ...(request && { requests: [...(document.requests ?? []), request] }),
  };
}
