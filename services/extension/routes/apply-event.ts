import { fromBinary } from "@bufbuild/protobuf";
import { EventKind, type PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { CertificateRecordSchema } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { ExtensionContext } from "../context.ts";
import { enqueue } from "../deliveries/enqueue.ts";

/** Takes what became of certificates of this node for the receivers of its extensions; those of other nodes are told where they are. */
export function applyEvent(context: ExtensionContext): Handlers<typeof InboxService>["applyEvent"] {
  const own = context.runtime.config.node.code;
  return async (request) => {
    const event = request.event as PendingEvent;
    if (event.kind !== EventKind.CERTIFICATE_CHANGED)
      throw new Refusal("INVALID_FIELD", `extensions take no events of kind ${event.kind}`);
    if (request.node !== own || context.extensions.length === 0) return { changed: false };
    return { changed: await enqueue(context, event.key, fromBinary(CertificateRecordSchema, event.payload)) };
  };
}
