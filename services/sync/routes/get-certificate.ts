import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Archive } from "../archive/archive.ts";
import type { SyncContext } from "../context.ts";

/** 4.6: one certificate of another node. */
export function getCertificate({ archive }: SyncContext): Handlers<typeof ArchiveService>["getCertificate"] {
  return async ({ identifier }) => ({ record: await requireArchived(archive, identifier) });
}

/** Reads a record, or throws `CERTIFICATE_UNKNOWN`. */
export async function requireArchived(archive: Archive, identifier: string): Promise<CertificateRecord> {
  const record = await archive.get(identifier);
  if (record) return record;
  throw new Refusal("CERTIFICATE_UNKNOWN", `certificate ${identifier} is not in the archive`, {
    metadata: { identifier },
  });
}
