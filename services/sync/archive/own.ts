import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { File, FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { mayHaveIssued } from "../../domain/serial-node.ts";
import { hasService } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";

/** Whose certificates are looked for, and which page of them. */
export interface Wanted {
  holder: { codeType: string; code: string };
  itemCodes: readonly string[];
  pageSize: number;
  /** Place that the page before ended with. Empty: from the start. */
  pageToken: string;
}

/** What this node itself issued, as its issue service tells it. */
export interface Own {
  /** A page, newest first. */
  find(wanted: Wanted, call: CallContext): Promise<{ records: CertificateRecord[]; nextPageToken: string }>;
  /** `undefined` where this node has not issued it. */
  get(identifier: string, call: CallContext): Promise<CertificateRecord | undefined>;
  /** `undefined` where this node has not issued it. */
  file(identifier: string, format: FileFormat, call: CallContext): Promise<File | undefined>;
  /** What a record of it names by this digest. Throws `DOCUMENT_MISSING` where it was lost. */
  blob(sha256: string, call: CallContext): Promise<Uint8Array>;
}

/** Creates the view of this node's own certificates; a node without an issue service has none. */
export function createOwn(runtime: Runtime): Own {
  const issues = hasService(runtime.config, "issue");
  const { code } = runtime.config.node;
  const isOwn = (identifier: string) => issues && mayHaveIssued(code, identifier);
  const archive = runtime.client(ArchiveService, "issue");
  const outbox = runtime.client(OutboxService, "issue");
  return {
    async find({ holder, itemCodes, pageSize, pageToken }, call) {
      if (!issues) return { records: [], nextPageToken: "" };
      const { codeType: holderCodeType, code: holderCode } = holder;
      const wanted = { holderCodeType, holderCode, itemCodes: [...itemCodes], pageSize, pageToken };
      return archive.findCertificates(wanted, onBehalf(call));
    },
    get: (identifier, call) =>
      unlessUnknown(
        async () => isOwn(identifier) && (await archive.getCertificate({ identifier }, onBehalf(call))).record,
      ),
    file: (identifier, format, call) =>
      unlessUnknown(
        async () => isOwn(identifier) && (await archive.getFile({ identifier, format }, onBehalf(call))).file,
      ),
    blob: async (sha256, call) => (await outbox.getBlob({ sha256 }, onBehalf(call))).content,
  };
}

/** Resolves to `undefined` where the certificate is not known there. */
export async function unlessUnknown<T>(read: () => Promise<T | false | undefined>): Promise<T | undefined> {
  try {
    return (await read()) || undefined;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "CERTIFICATE_UNKNOWN") return undefined;
    throw error;
  }
}
