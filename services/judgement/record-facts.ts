import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { canonicalJson } from "../domain/canonical.ts";
import { instantOf } from "../domain/instant.ts";
import type { MessageView } from "../trust/verification/message-view.ts";

/** The electronic issue time may be so much behind the clock of the node that issued. */
const SKEW_MS = 300_000;

/** A member of a record that is not what was signed. */
export interface RecordFault {
  /** As the contract names it. */
  field: string;
  description: string;
}

/** Holds each member of a record against the data message that the department has signed. The first that differs is told. */
export function recordFault(record: CertificateRecord, message: MessageView): RecordFault | undefined {
  const { metadata } = message;
  const claimed: [string, string | number, string | number][] = [
    ["node", record.node, metadata.node],
    ["identifier", record.identifier, metadata.identifier],
    ["item_code", record.itemCode, metadata.itemCode],
    ["item_version", record.itemVersion, metadata.itemVersion],
    ["name", record.name, metadata.name],
    ["number", record.number, metadata.number],
    ["issuer_code", record.issuerCode, metadata.issuer.code],
    ["issuer_name", record.issuerName, metadata.issuer.name],
    ["valid_from", record.validFrom, metadata.validFrom ?? ""],
    ["valid_to", record.validTo, metadata.validTo ?? ""],
    ["holders", holdersText(record.holders), holdersText(metadata.holders)],
    ["files", attachmentsOf(record), message.attachments.map(({ sha256 }) => sha256).join()],
  ];
  const wrong = claimed.find(([, told, signed]) => told !== signed);
  if (wrong) {
    const [field, told] = wrong;
    const description =
      field === "holders" ? "the holders are not those that were signed" : `${told} is not what was signed`;
    return { field, description };
  }
  const issued = instantOf(record.issuedAt);
  if (Number.isNaN(issued)) return { field: "issued_at", description: "no time" };
  // The node says when it was issued; the department has signed that it was not before this.
  if (!(issued >= instantOf(metadata.preparedAt) - SKEW_MS)) {
    return { field: "issued_at", description: `issued before it was made ready for signing (${metadata.preparedAt})` };
  }
  return undefined;
}

function attachmentsOf(record: CertificateRecord): string {
  return record.files
    .filter(({ format }) => format === FileFormat.UNSPECIFIED)
    .map(({ sha256 }) => sha256)
    .join();
}

function holdersText(holders: readonly { name: string; code: string; codeType: string }[]): string {
  return canonicalJson(holders.map(({ name, code, codeType }) => ({ name, code, codeType })));
}
