import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { onBehalf } from "../../runtime/service.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { unknownHere } from "../let-out.ts";
import { requireAskedByProvince } from "../province.ts";

/** 4.6.2: a file or attachment that a record of this node names, for the archive of the province and for nobody else. */
export function fetchBlobAcross({ runtime, own }: SyncContext): Exchange["fetchBlobAcross"] {
  return async ({ identifier, sha256 }, call) => {
    requireAskedByProvince(runtime, call);
    const record = await own.get(identifier, call);
    // Only what a record names is handed out: a digest alone opens nothing.
    if (!record?.files.some((file) => file.sha256 === sha256)) throw unknownHere(identifier);
    const { content } = await runtime.client(OutboxService, "issue").getBlob({ sha256 }, onBehalf(call));
    return { content };
  };
}
