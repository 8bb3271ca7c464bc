import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { GetStatusAcrossResponseSchema } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { DataMessage } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import { locateSignature } from "../../trust/pades-locate.ts";

/** Digits of what a public verification is told of a certificate. */
export type Status = MessageInitShape<typeof GetStatusAcrossResponseSchema>;

const FORMATS = { pdf: FileFormat.PDF, ofd: FileFormat.OFD } as const;

/**
 * The state of a certificate, its days and digests: nothing of what it says. The data message and the signed PDF only against the very
 * signature that is on record over them: it was given to its holder together with them.
 */
export async function statusOf(
  record: CertificateRecord,
  signature: Uint8Array,
  readPdf: () => Promise<Uint8Array | undefined>,
): Promise<Status> {
  const { node, revision, state, stateSince, issuedAt, validFrom, validTo, message, forkedSince } = record;
  const { faces } = JSON.parse(new TextDecoder().decode(message)) as DataMessage;
  const proven = signature.length > 0;
  const overMessage = proven && Buffer.compare(signature, record.messageCms) === 0;
  const pdf = proven && !overMessage ? await readPdf() : undefined;
  return {
    node,
    revision,
    state,
    stateSince,
    issuedAt,
    validFrom,
    validTo,
    forkedSince,
    messageSha256: sha256Hex(message),
    faces: faces.map(({ format, sha256 }) => ({ format: FORMATS[format], sha256 })),
    ...(overMessage && { message }),
    ...(pdf && bears(pdf, signature) && { pdf }),
  };
}

function bears(pdf: Uint8Array, signature: Uint8Array): boolean {
  try {
    return Buffer.compare(locateSignature(Buffer.from(pdf)).cms, signature) === 0;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
