import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { placeOf } from "../../domain/certificate-place.ts";
import type { DataMessage, MessageMetadata } from "../../domain/message.ts";
import type { ArchivedCertificate } from "./archived-certificate.ts";

/** The data message of a record. It was signed, and checked before it was archived. */
export function messageIn({ message }: CertificateRecord): DataMessage {
  return JSON.parse(Buffer.from(message).toString()) as DataMessage;
}

/** What a record is looked for by in the archive. Of a message that cannot be read, or names no division of its issuer: no division. */
export function foundBy(
  record: CertificateRecord,
): Required<Pick<ArchivedCertificate, "issuer" | "division" | "place" | "item" | "number">> {
  const { issuerCode: issuer, itemCode: item, number } = record;
  return { issuer, division: divisionIn(record), place: placeOf(record), item, number };
}

/** Division of the issuer; empty where the message tells none. */
export function divisionIn(record: CertificateRecord): string {
  try {
    const { metadata } = messageIn(record) as { metadata?: Partial<MessageMetadata> };
    return metadata?.issuer?.division ?? "";
  } catch {
    return "";
  }
}
