import { create } from "@bufbuild/protobuf";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { type File, FileFormat, FileSchema } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Blobs } from "../../store/port.ts";

/**
 * A file of an archived certificate, the same bytes as at its issuer (4.5.5). `undefined` where the record does not have
 * this form; throws `INTERNAL` where it has and the store lost it.
 */
export async function archivedFile(
  blobs: Blobs,
  record: CertificateRecord,
  format: FileFormat,
): Promise<File | undefined> {
  const title = `${record.name}_${record.number}`.replace(/[/\\:*?"<>|\s]/g, "-");
  const made = (mediaType: string, ending: string, content: Uint8Array) =>
    create(FileSchema, { format, mediaType, fileName: `${title}.${ending}`, content, sha256: sha256Hex(content) });
  if (format === FileFormat.MESSAGE) return made("application/json", "json", record.message);
  if (format === FileFormat.MESSAGE_SIGNATURE)
    return made("application/pkcs7-signature", "json.p7s", record.messageCms);
  const listed = record.files.find((file) => file.format === format && format !== FileFormat.UNSPECIFIED);
  if (!listed) return undefined;
  const content = await blobs.get(listed.sha256);
  if (!content) throw new Refusal("INTERNAL", `a file of ${record.identifier} is missing in the archive`);
  return made(listed.mediaType, format === FileFormat.OFD ? "ofd" : "pdf", content);
}
