import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { isReachable } from "../../domain/certificate-state.ts";
import { instantOf } from "../../domain/instant.ts";
import { type DataMessage, messageDigest } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import { lineOf } from "../make/intent.ts";
import { isNumberGiven, orderDigestsOf } from "../make/order-of-message.ts";
import { type CertificateDocument, issuedOf, messageOf, type SignedParts } from "../record/certificate.ts";
import { foundBy } from "../record/found-by.ts";
import { recordOf } from "../record/record.ts";

/** A record of this node that another has kept, judged. */
export interface JudgedRecord {
  record: CertificateRecord;
  /** Its state, by name. */
  state: "issued" | "suspended" | "revoked" | "superseded";
  message: DataMessage;
  /** SHA-256 of the signing certificate. */
  signer: string;
}

/** What becomes of a record beside what is here. */
export type Beside =
  | { outcome: "restored" | "advanced"; document: CertificateDocument }
  | { outcome: "same" | "newer" };

/**
 * What becomes of a judged record beside what stands here under its identifier. What is not signed here gives way to it: an intent from
 * which nothing came, what was discarded, and what was made of the same order. Throws `IDENTIFIER_FORKED` where another certificate
 * stands here, or another history of the same: a person has to decide.
 */
export function beside(found: CertificateDocument | undefined, judged: JudgedRecord, now: Date): Beside {
  const next = weighed(found, judged, now);
  if (!("conflict" in next)) return next;
  const { identifier } = judged.record;
  throw new Refusal("IDENTIFIER_FORKED", `certificate ${identifier}: ${next.conflict}; a person has to decide`, {
    metadata: { identifier },
  });
}

/** As {@link beside}; `conflict` says why neither record can have come of the other. */
export function weighed(
  found: CertificateDocument | undefined,
  judged: JudgedRecord,
  now: Date,
): Beside | { conflict: string } {
  if (!found) return { outcome: "restored", document: restoredAs(judged, now) };
  const { record, state, message } = judged;
  if (!found.signed) {
    const same = messageDigest(messageOf(found)) === messageDigest(message);
    if (!same && found.state === "made") return { conflict: "another one was made here of other data" };
    const base = same ? found : { ...intentOf(judged), revision: found.revision };
    return { outcome: "advanced", document: issuedAs(base, judged, now) };
  }
  if (!isSameCertificate(found, judged)) return { conflict: "message, signature, files or time of issue differ" };
  const revisions = Number(record.revision) - found.changes;
  if (revisions < 0) return { outcome: "newer" };
  if (revisions === 0 && found.state === state) return { outcome: "same" };
  if (revisions === 0 || !isReachable(found.state, state, revisions)) {
    const there = `${state} there at ${record.revision}`;
    return { conflict: `it is ${found.state} here at revision ${found.changes} and ${there}` };
  }
  return { outcome: "advanced", document: inStateOf(found, judged, now) };
}

/** Whether a signed certificate is the one of the record, in whatever state. */
export function isSameCertificate(found: CertificateDocument, { record }: JudgedRecord): boolean {
  return fixedOf(recordOf(found)) === fixedOf(record);
}

/** The certificate of a record of which nothing is here. */
export function restoredAs(judged: JudgedRecord, now: Date): CertificateDocument {
  return issuedAs(intentOf(judged), judged, now);
}

/** The certificate as it was before it was signed, as far as its data message tells. */
function intentOf({ record, message }: JudgedRecord): CertificateDocument {
  const { metadata } = message;
  const { identifier, number, app, businessSerial, itemCode, itemVersion, version, replaces } = metadata;
  const [orderDigest, ...likeDigests] = orderDigestsOf(message);
  const at = new Date(instantOf(metadata.preparedAt)).toISOString();
  return {
    _id: identifier,
    revision: 1,
    state: "made",
    changes: 1,
    ...{ app, businessSerial, orderDigest, itemCode, itemVersion, number, version },
    ...(likeDigests.length > 0 && { likeDigests }),
    numberGiven: isNumberGiven(metadata),
    line: lineOf(identifier),
    message: Buffer.from(record.message).toString(),
    template: "",
    sealPicture: "",
    createdAt: at,
    stateSince: at,
    history: [],
    ...foundBy(message, businessSerial),
    ...(replaces !== undefined && { replaces }),
  };
}

/**
 * The certificate with the message that was signed, in the state of the record. Its predecessor, if any, waits to be superseded: that is
 * found done where its own record was brought back, and is done else.
 */
function issuedAs(base: CertificateDocument, judged: JudgedRecord, now: Date): CertificateDocument {
  const message = Buffer.from(judged.record.message).toString();
  const issued = issuedOf({ ...base, message, numberHeld: base.number }, signedOf(judged));
  return inStateOf(issued, judged, now);
}

/** The same certificate in the state of its record. */
export function inStateOf(
  document: CertificateDocument,
  { record, state }: JudgedRecord,
  now: Date,
): CertificateDocument {
  const { stateCause: _before, replaceCause: _told, ...rest } = document;
  const { stateCause: cause, stateSince, replaceCause } = record;
  const at = now.toISOString();
  const known = document.state === state && document.stateSince === stateSince;
  const entry = { state, at: stateSince, ...(cause && { cause }), by: document.app };
  return {
    ...rest,
    state,
    changes: Number(record.revision),
    stateSince,
    ...(cause && { stateCause: cause }),
    ...(replaceCause && { replaceCause }),
    history: known ? document.history : [...document.history, entry],
    recordChangedAt: at,
    restoredAt: at,
  };
}

function signedOf({ record, signer }: JudgedRecord): SignedParts {
  const file = (format: FileFormat) => record.files.find((one) => one.format === format);
  const [pdf, ofd] = [file(FileFormat.PDF), file(FileFormat.OFD)];
  if (!pdf) throw new Refusal("INVALID_FIELD", `certificate ${record.identifier}: files: there is no PDF`);
  return {
    issuedAt: record.issuedAt,
    messageCms: Buffer.from(record.messageCms).toString("base64"),
    pdfSha256: pdf.sha256,
    pdfBytes: Number(pdf.size),
    ...(ofd && { ofdSha256: ofd.sha256, ofdBytes: Number(ofd.size) }),
    signer,
  };
}

/** What never changes of an issued certificate, as archives compare it. */
function fixedOf({ message, messageCms, issuedAt, files }: CertificateRecord): string {
  const named = files.map(({ format, sha256 }) => `${format}:${sha256}`);
  return [sha256Hex(message), sha256Hex(messageCms), issuedAt, ...named].join("|");
}
