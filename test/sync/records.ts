import { createHash } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
  CertificateState,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { type DataMessage, messageBytes } from "../../services/domain/message.ts";
import type { Department } from "../trust/department.ts";

/** What the certificates of the load are issued as, and by whom. */
export const LOAD = {
  typeCode: "11100000MB03271699001",
  issuer: "11440100MB2C91870E",
  itemCodes: ["item-1", "item-2"],
};

/** The identifier (GB/T 36904) of a certificate that a test calls by a short name, `c-1`. */
export function identifierOf(name: string): string {
  const serial = name.toUpperCase().replaceAll("-", "");
  return certificateIdentifier({ typeCode: LOAD.typeCode, issuer: LOAD.issuer, serial, version: 1 });
}

/** A certificate of the load: its record at revision 1 and the blobs that it names. */
export interface LoadCertificate {
  record: CertificateRecord;
  blobs: Uint8Array[];
}

/** What a certificate of the load is like. */
export interface LoadOrder {
  node: string;
  /** Short name; the certificate's identifier is {@link identifierOf} it. */
  name: string;
  issuedAt: string;
  /** Bytes of its PDF; the content is drawn from the name. Default 700. */
  pdfBytes?: number;
  /** The PDF itself, instead of noise. */
  pdf?: Uint8Array;
  holderCode?: string;
  itemCode?: string;
  /** Default: none. */
  data?: DataMessage["data"];
}

/** Makes a record that a department has signed, as the issue service would. The "PDF" is noise of the wanted size, unless one is given. */
export function makeCertificate(department: Department, order: LoadOrder): LoadCertificate {
  const { node, name, issuedAt, pdfBytes = 700, holderCode = "440101199001010018", itemCode = "item-1" } = order;
  const { data = {} } = order;
  const identifier = identifierOf(name);
  const { pdf = noise(`${identifier}.pdf`, pdfBytes) } = order;
  const attachment = noise(`${identifier}.txt`, 40);
  const holders = [{ name: "陈岭", code: holderCode, codeType: "111" }];
  const listed = { name: "附件.txt", mediaType: "text/plain", size: attachment.length, sha256: sha256Hex(attachment) };
  const message: DataMessage = {
    schema: "ecert.message.v1",
    metadata: {
      identifier,
      number: `粤-${identifier}`,
      name: "营业执照",
      typeCode: LOAD.typeCode,
      itemCode,
      itemVersion: 1,
      version: 1,
      holders,
      issuer: { name: "广州市市场监督管理局", code: LOAD.issuer, division: "440100" },
      issueDate: issuedAt.slice(0, 10),
      preparedAt: issuedAt,
      node,
      app: "app",
      businessSerial: identifier,
      seal: "seal",
    },
    data,
    attachments: [listed],
    faces: [{ format: "pdf", sha256: sha256Hex(pdf) }],
  };
  const bytes = messageBytes(message);
  const messageCms = department.signDigest(createHash("sha256").update(bytes).digest(), { pades: false });
  const record = create(CertificateRecordSchema, {
    identifier,
    node,
    revision: 1n,
    state: CertificateState.ISSUED,
    stateSince: issuedAt,
    issuedAt,
    itemCode,
    itemVersion: 1,
    name: message.metadata.name,
    number: message.metadata.number,
    holders,
    issuerCode: message.metadata.issuer.code,
    issuerName: message.metadata.issuer.name,
    message: bytes,
    messageCms,
    files: [
      {
        format: FileFormat.PDF,
        name: `${identifier}.pdf`,
        mediaType: "application/pdf",
        sha256: sha256Hex(pdf),
        size: BigInt(pdf.length),
      },
      { ...listed, size: BigInt(listed.size) },
    ],
  });
  return { record, blobs: [pdf, attachment] };
}

/** The same certificate one revision later, in another state. */
export function changed(record: CertificateRecord, state: CertificateState, since: string): CertificateRecord {
  const revision = record.revision + 1n;
  return create(CertificateRecordSchema, { ...record, revision, state, stateCause: "试验", stateSince: since });
}

/** A time so many days ago, RFC 3339. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

function noise(seed: string, bytes: number): Uint8Array {
  return createHash("shake256", { outputLength: bytes }).update(seed).digest();
}
