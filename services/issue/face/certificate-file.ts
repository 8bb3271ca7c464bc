import { create } from "@bufbuild/protobuf";
import { type File, FileFormat, FileSchema } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Blobs } from "../../store/port.ts";
import { type CertificateDocument, messageOf } from "../record/certificate.ts";

/** A face as a file, signed or not. */
export function pdfFile(document: CertificateDocument, content: Uint8Array): File {
  return fileOf(document, FileFormat.PDF, content);
}

/** A signed face from the blobs. Throws `INTERNAL` where the store has lost it. */
async function signedFace(
  blobs: Blobs,
  document: CertificateDocument,
  format: FileFormat,
  sha256: string | undefined,
): Promise<File> {
  if (sha256 === undefined) throw notInThisForm(document);
  const content = await blobs.get(sha256);
  if (!content) throw new Refusal("INTERNAL", `a face of ${document._id} is missing in the store`);
  return fileOf(document, format, content);
}

/**
 * A file of an issued certificate, byte-identical at every call (4.5.5). Throws `CERTIFICATE_UNKNOWN` for a form in which it
 * does not exist.
 */
export async function certificateFile(blobs: Blobs, document: CertificateDocument, format: FileFormat): Promise<File> {
  switch (format) {
    case FileFormat.PDF:
      return signedFace(blobs, document, format, document.signed?.pdfSha256);
    case FileFormat.OFD:
      return signedFace(blobs, document, format, document.signed?.ofdSha256);
    case FileFormat.MESSAGE:
      return fileOf(document, format, Buffer.from(document.message));
    case FileFormat.MESSAGE_SIGNATURE:
      return fileOf(document, format, Buffer.from(document.signed?.messageCms ?? "", "base64"));
    default:
      throw notInThisForm(document);
  }
}

function notInThisForm({ _id: identifier }: CertificateDocument): Refusal {
  return new Refusal("CERTIFICATE_UNKNOWN", `certificate ${identifier} does not exist in this form`, {
    fields: [
      {
        field: "format",
        description: "not made for this certificate",
        remedy: "ask for the PDF",
        localized: "该证照没有这种形式的文件，请索取PDF",
      },
    ],
    metadata: { identifier },
  });
}

const KINDS: Partial<Record<FileFormat, { mediaType: string; ending: string }>> = {
  [FileFormat.PDF]: { mediaType: "application/pdf", ending: "pdf" },
  [FileFormat.OFD]: { mediaType: "application/ofd", ending: "ofd" },
  [FileFormat.MESSAGE]: { mediaType: "application/json", ending: "json" },
  [FileFormat.MESSAGE_SIGNATURE]: { mediaType: "application/pkcs7-signature", ending: "json.p7s" },
};

function fileOf(document: CertificateDocument, format: FileFormat, content: Uint8Array): File {
  const { mediaType = "", ending = "" } = KINDS[format] ?? {};
  const title = `${messageOf(document).metadata.name}_${document.number}_${document.version}`;
  return create(FileSchema, {
    format,
    mediaType,
    // Characters that some file system refuses; the rest is kept as people know it.
    fileName: `${title.replace(/[/\\:*?"<>|\s]/g, "-")}.${ending}`,
    content,
    sha256: sha256Hex(content),
  });
}
