import { fromBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";

/** The record that an archived document keeps. */
export function recordIn({ record }: { record: string }): CertificateRecord {
  return fromBinary(CertificateRecordSchema, Buffer.from(record, "base64"));
}
