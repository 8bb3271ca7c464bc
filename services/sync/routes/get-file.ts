import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { archivedFile } from "../archive/archive-file.ts";
import type { SyncContext } from "../context.ts";
import { requireArchived } from "./get-certificate.ts";

/** 4.5.5: a file of another node's certificate, byte-identical to the issuer's. */
export function getFile({ archive, runtime }: SyncContext): Handlers<typeof ArchiveService>["getFile"] {
  return async ({ identifier, format }) => {
    const file = await archivedFile(runtime.store.blobs, await requireArchived(archive, identifier), format);
    if (file) return { file };
    throw new Refusal("CERTIFICATE_UNKNOWN", `certificate ${identifier} does not exist in this form`, {
      metadata: { identifier },
    });
  };
}
