import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { maskCode } from "../domain/mask.ts";
import type { CodeDocument } from "./code-record.ts";
import { verdictOf } from "./verdict.ts";

const FORMAT_NAMES = new Map<number, string>([
  [FileFormat.PDF, "pdf"],
  [FileFormat.OFD, "ofd"],
]);

/** A certificate as a user sees it before extracting anything (minimum disclosure, 5.9.6). */
export function usableView(record: CertificateRecord, code: CodeDocument, day: string) {
  const formats = record.files.flatMap((file) => FORMAT_NAMES.get(file.format) ?? []);
  return {
    identifier: record.identifier,
    itemCode: record.itemCode,
    name: record.name,
    maskedNumber: maskCode(record.number),
    issuerName: record.issuerName,
    node: record.node,
    verdict: verdictOf(record, day),
    fields: [...(code.grant.items.find(({ item }) => item === record.itemCode)?.fields ?? [])],
    formats: [...formats, "message"],
  };
}
