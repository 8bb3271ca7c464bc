import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
  type RecordFileSchema,
  CertificateState as RecordState,
} from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { madeOnce } from "../../base/frozen.ts";
import type { CertificateState } from "../../domain/certificate-state.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type StoredEvent, withEvent } from "../../event/pending-events.ts";
import { type CertificateDocument, messageOf, wasIssued } from "./certificate.ts";

const STATES: Partial<Record<CertificateState, RecordState>> = {
  issued: RecordState.ISSUED,
  suspended: RecordState.SUSPENDED,
  revoked: RecordState.REVOKED,
  superseded: RecordState.SUPERSEDED,
};

/** State of a record; certificates that were never issued have none. */
export function recordState(state: CertificateState): RecordState {
  return STATES[state] ?? RecordState.UNSPECIFIED;
}

/** An issued certificate as archives keep it: what the province gets, and what this node's own archive answers. Made once of a document that cannot change, and frozen then. */
export const recordOf = madeOnce(readRecord);

function readRecord(document: CertificateDocument): CertificateRecord {
  if (!wasIssued(document)) throw new Refusal("INTERNAL", `certificate ${document._id} was never issued`);
  const { metadata, attachments } = messageOf(document);
  const { signed } = document;
  const faces: MessageInitShape<typeof RecordFileSchema>[] = [
    {
      format: FileFormat.PDF,
      name: `${document._id}.pdf`,
      mediaType: "application/pdf",
      sha256: signed.pdfSha256,
      size: BigInt(signed.pdfBytes),
    },
  ];
  if (signed.ofdSha256 !== undefined) {
    faces.push({
      format: FileFormat.OFD,
      name: `${document._id}.ofd`,
      mediaType: "application/ofd",
      sha256: signed.ofdSha256,
      size: BigInt(signed.ofdBytes ?? 0),
    });
  }
  return create(CertificateRecordSchema, {
    identifier: document._id,
    node: metadata.node,
    revision: BigInt(document.changes),
    state: recordState(document.state),
    stateCause: document.stateCause ?? "",
    stateSince: document.stateSince,
    issuedAt: signed.issuedAt,
    itemCode: document.itemCode,
    itemVersion: document.itemVersion,
    name: metadata.name,
    number: document.number,
    holders: metadata.holders,
    issuerCode: metadata.issuer.code,
    issuerName: metadata.issuer.name,
    validFrom: metadata.validFrom ?? "",
    validTo: metadata.validTo ?? "",
    message: Buffer.from(document.message),
    messageCms: Buffer.from(signed.messageCms, "base64"),
    replaceCause: document.replaceCause ?? "",
    files: [...faces, ...attachments.map((attachment) => ({ ...attachment, size: BigInt(attachment.size) }))],
  });
}

/**
 * Adds the event of an issued certificate's last change: its whole record, to be applied by revision at other nodes. `forkedSince`: archives
 * leave it out of a record that comes; with it the event is another one than any that was sent and confirmed of the same record before.
 */
export function withRecordEvent(document: CertificateDocument, forkedSince = ""): CertificateDocument {
  const record = { ...recordOf(document), forkedSince };
  const event: StoredEvent = {
    key: `${document._id}:${document.changes}`,
    kind: EventKind.CERTIFICATE_CHANGED,
    revision: document.changes,
    payload: Buffer.from(toBinary(CertificateRecordSchema, record)).toString("base64"),
    blobs: [...new Set(record.files.map(({ sha256 }) => sha256))],
    occurredAt: document.stateSince,
  };
  return withEvent(document, event);
}
